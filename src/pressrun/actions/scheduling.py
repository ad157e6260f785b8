"""Publishing at a time or at once, and what a person does to a post that waits (S0.1, S0.2, S0.4)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pressrun.actions import approving, fetching, media
from pressrun.actions.base import Caller, Workspace
from pressrun.actions.media import Mended
from pressrun.actions.outcomes import settle_run
from pressrun.actions.storing import Moment
from pressrun.connectors.base import Draft, DraftMedia, Publisher
from pressrun.domain.account import AccountStatus
from pressrun.domain.caption import full_text, normal_hashtags
from pressrun.domain.failures import Failure
from pressrun.domain.limits import most_in
from pressrun.domain.post import Format, PostEvent, PostStatus
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.times import check_publish_time, parse_publish_time
from pressrun.domain.user import Right
from pressrun.store import accounts, assets, contents, ledger, personas, posts
from pressrun.store.accounts import Account
from pressrun.store.assets import Asset
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.store.posts import Post, PostCard, PostFilter

DAY = timedelta(days=1)

_REFUSED_ACCOUNTS = {
    AccountStatus.SUSPENDED: "account_suspended",
    AccountStatus.NEEDS_REAUTH: "needs_reauth",
    AccountStatus.PAUSED: "account_paused",
}


_MENDED_BY_CONVERSION = ("media_unusable", "video_unusable")


@dataclass(frozen=True)
class PublishRequest:
    """What is to go out, to which account; without a time it goes out at once."""

    account_id: str
    caption: str = ""
    hashtags: Sequence[str] = ()
    asset_ids: Sequence[str] = ()
    image_urls: Sequence[str] = ()
    """Fetched, and added after the assets."""
    format: str | None = None
    scheduled_publish_time: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Destination:
    account: Account
    persona: Persona
    publisher: Publisher


@dataclass(frozen=True)
class _Checked:
    to: _Destination
    format: Format
    hashtags: tuple[str, ...]
    due_at: datetime | None
    asset_ids: tuple[str, ...]


async def schedule_publish(workspace: Workspace, caller: Caller, request: PublishRequest) -> Post:
    """Accepts a post: checked completely, its media stored, then written in one transaction.

    Raises `Problem` with every flaw found (422), 404 for an unknown account, 409 for one that can't
    publish, and 503 `scheduling_failed` where the media could not be stored.
    """
    caller.need(Right.PUBLISH)
    destination = await asyncio.to_thread(_destination, workspace, request.account_id)
    fetched, unfetched = await _fetch(workspace, request.image_urls)
    checked = await asyncio.to_thread(_check, workspace, request, destination, fetched, unfetched)
    try:
        prepared = await media.prepare(
            workspace,
            checked.to.publisher,
            checked.format,
            checked.asset_ids,
            request.options,
            moment=Moment.AHEAD if checked.due_at else Moment.NOW,
        )
    except Failure as failure:
        raise _scheduling_failed(workspace, checked, failure) from failure
    as_sent = [DraftMedia(item.asset_id, item.facts, item.location) for item in prepared.files]
    _refuse_flaws(checked.to.publisher.check(_draft(request, checked, as_sent)))
    return await asyncio.to_thread(_accept, workspace, caller, request, checked, prepared.trouble)


@dataclass(frozen=True)
class Outlook:
    """What accepting a request would come to: why it is refused, what is changed, how long its text is."""

    format: Format
    problems: Sequence[Flaw]
    fixes: Sequence[Mended]
    length: int
    limit: int


def look_over(workspace: Workspace, caller: Caller, request: PublishRequest) -> Outlook:
    """Checks as `schedule_publish` does and keeps nothing; images by address are not fetched for it.

    Raises `Problem` 404 for an unknown account.
    """
    caller.need(Right.PUBLISH)
    with workspace.store.read() as tx:
        account = accounts.get(tx, request.account_id)
        persona = personas.get(tx, account.persona_id)
        found, missing = _find_assets(tx, request.asset_ids)
    to = _Destination(account, persona, workspace.publisher(account.platform))
    about_time, due_at = _time_flaws(workspace, persona, request.scheduled_publish_time)
    format, unknown = _format(request, found, to.publisher)
    checked = _Checked(to, format, normal_hashtags(request.hashtags), due_at, tuple(request.asset_ids))
    in_vain = bool(missing or unknown)
    early = _early_flaws(request, checked, found, only_text=in_vain or bool(request.image_urls))
    text = to.publisher.limits.text
    return Outlook(
        format=format,
        problems=[*_account_flaws(account, persona), *about_time, *missing, *unknown, *early],
        fixes=media.foretold(to.publisher, format, [asset.facts for asset in found]),
        length=text.length(full_text(request.caption, checked.hashtags)),
        limit=text.max_length,
    )


def warnings_about(workspace: Workspace, post: Post) -> list[Flaw]:
    """What a person should know about an accepted post: a day that holds more than its account may post."""
    with workspace.store.read() as tx:
        account = accounts.get(tx, post.account_id)
        per_day = workspace.publisher(account.platform).limits.posts_per_day
        if per_day is None:
            return []
        near = posts.times_near(tx, account.id, post.due_at, within=DAY, except_post=post.id)
    number = most_in(DAY, near, post.due_at)
    if number <= per_day:
        return []
    values = {"handle": account.handle, "count": number, "limit": per_day}
    return [Flaw("day_too_full", "scheduled_publish_time", values)]


def reschedule(workspace: Workspace, caller: Caller, post_id: str, *, time: str) -> Post:
    """Moves a waiting post to another time. Raises `Problem` 404, 409 and the flaws of the time."""
    caller.need(Right.PUBLISH)
    with workspace.store.transaction() as tx:
        post = posts.get(tx, post_id, missing="job_not_found")
        at = _publish_time(workspace, tx, post.persona_id, time)
        ledger.give_back(tx, post.id)
        return posts.change(
            tx,
            post,
            PostEvent.RESCHEDULED,
            note={"due_at": at.isoformat()},
            due_at=at,
            ready_at=at,
            scheduled_by_time=True,
            status_reason=post.status_reason if post.status is PostStatus.HELD else None,
        )


def cancel_scheduled(workspace: Workspace, caller: Caller, post_id: str) -> Post:
    """Calls a post off; calling it off again changes nothing. Raises `Problem` 404 and 409."""
    caller.need(Right.PUBLISH)
    with workspace.store.transaction() as tx:
        post = posts.get(tx, post_id, missing="job_not_found")
        if post.status is PostStatus.CANCELLED:
            return post
        ledger.give_back(tx, post.id)
        cancelled = posts.change(tx, post, PostEvent.CANCELLED)
        settle_run(tx, cancelled)
        return cancelled


def get_scheduled_jobs(
    workspace: Workspace, wanted: PostFilter, *, limit: int = 100, after: tuple[datetime, str] | None = None
) -> list[PostCard]:
    """Posts that wait for their time, or waited for it, in its order (S0.4)."""
    with workspace.store.read() as tx:
        return posts.cards(tx, wanted, limit=limit, after=after)


def get_job_status(workspace: Workspace, post_id: str) -> PostCard:
    """One scheduled post. Raises `Problem` (404)."""
    with workspace.store.read() as tx:
        return posts.card(tx, post_id, missing="job_not_found")


def _account_flaws(account: Account, persona: Persona) -> list[Flaw]:
    code = _REFUSED_ACCOUNTS.get(account.status)
    return [Flaw(code, "account_id", {"persona": persona.name})] if code else []


def _destination(workspace: Workspace, account_id: str) -> _Destination:
    with workspace.store.read() as tx:
        account = accounts.get(tx, account_id)
        persona = personas.get(tx, account.persona_id)
    if account.status in _REFUSED_ACCOUNTS:
        raise Problem.conflict(_REFUSED_ACCOUNTS[account.status], persona=persona.name)
    return _Destination(account, persona, workspace.publisher(account.platform))


async def _fetch(workspace: Workspace, urls: Sequence[str]) -> tuple[list[str], list[Flaw]]:
    fetched, flaws = [], []
    for url in urls:
        try:
            fetched.append((await fetching.fetch_image(workspace, url)).id)
        except Problem as problem:
            flaws += problem.flaws
    return fetched, flaws


def _check(
    workspace: Workspace,
    request: PublishRequest,
    to: _Destination,
    fetched: Sequence[str],
    unfetched: Sequence[Flaw],
) -> _Checked:
    asset_ids = (*request.asset_ids, *fetched)
    with workspace.store.read() as tx:
        found, missing = _find_assets(tx, asset_ids)
    about_time, due_at = _time_flaws(workspace, to.persona, request.scheduled_publish_time)
    format, unknown = _format(request, found, to.publisher)
    hashtags = normal_hashtags(request.hashtags)
    checked = _Checked(to, format, hashtags, due_at, asset_ids)
    in_vain = [*missing, *unfetched, *unknown]
    _refuse_flaws([*about_time, *in_vain, *_early_flaws(request, checked, found, only_text=bool(in_vain))])
    return checked


def _early_flaws(
    request: PublishRequest, checked: _Checked, found: Sequence[Asset], *, only_text: bool
) -> list[Flaw]:
    """What preparing the files would not mend. With files missing, their number says nothing."""
    as_given = [DraftMedia(asset_id=asset.id, facts=asset.facts, url="") for asset in found]
    mendable = {"asset_ids", "format"} if only_text else set()
    return [
        flaw
        for flaw in checked.to.publisher.check(_draft(request, checked, as_given))
        if flaw.field not in mendable and flaw.code not in _MENDED_BY_CONVERSION
    ]


def _time_flaws(
    workspace: Workspace, persona: Persona, time: str | None
) -> tuple[Sequence[Flaw], datetime | None]:
    if time is None:
        return (), None
    try:
        at = parse_publish_time(time, ZoneInfo(persona.timezone))
        check_publish_time(at, now=workspace.store.clock.now(), min_lead=workspace.rules.min_lead)
    except Problem as problem:
        return problem.flaws, None
    return (), at


def _find_assets(tx: Tx, asset_ids: Sequence[str]) -> tuple[list[Asset], list[Flaw]]:
    found, flaws = [], []
    for asset_id in dict.fromkeys(asset_ids):
        asset = assets.find(tx, asset_id)
        if asset is None:
            flaws.append(Flaw("asset_not_found", "asset_ids", {"asset_id": asset_id}))
        else:
            found.append(asset)
    if len(set(asset_ids)) < len(asset_ids):
        flaws.append(Flaw("asset_duplicate", "asset_ids"))
    return found, flaws


def _format(
    request: PublishRequest, found: Sequence[Asset], publisher: Publisher
) -> tuple[Format, list[Flaw]]:
    suggested = publisher.limits.default_format([asset.facts.kind for asset in found])
    if request.format is None:
        return suggested, []
    try:
        return Format(request.format), []
    except ValueError:
        known = ", ".join(publisher.limits.formats)
        values = {"format": request.format, "formats": known}
        return suggested, [Flaw("format_unknown", "format", values)]


def _draft(request: PublishRequest, checked: _Checked, files: Sequence[DraftMedia]) -> Draft:
    return Draft(
        post_id="",
        format=checked.format,
        caption=request.caption,
        hashtags=checked.hashtags,
        media=tuple(files),
        options=request.options,
    )


def _refuse_flaws(flaws: Sequence[Flaw]) -> None:
    if flaws:
        raise Problem(*flaws)


def _scheduling_failed(workspace: Workspace, checked: _Checked, failure: Failure) -> Problem:
    """At once it goes out from this machine, unless that is what failed. What the store said is told."""
    extra = {
        "publish_now_possible": checked.due_at is not None,
        "cause": {"store": workspace.media_store.name, "said": str(failure)},
    }
    return Problem(Flaw("scheduling_failed"), status=503, extra=extra)


def _accept(
    workspace: Workspace, caller: Caller, request: PublishRequest, checked: _Checked, trouble: Failure | None
) -> Post:
    with workspace.store.transaction() as tx:
        content = contents.add(
            tx,
            persona_id=checked.to.persona.id,
            caption=request.caption,
            hashtags=checked.hashtags,
            asset_ids=checked.asset_ids,
        )
        approved = approving.approve_or_submit(tx, content, checked.to.persona, by=caller)
        post = posts.add(
            tx,
            content_id=content.id,
            account_id=checked.to.account.id,
            persona_id=checked.to.persona.id,
            format=checked.format,
            status=PostStatus.SCHEDULED if approved.is_approved else PostStatus.AWAITING_APPROVAL,
            due_at=checked.due_at or tx.now,
            scheduled_by_time=checked.due_at is not None,
            options=request.options,
            created_by=caller.user_id,
        )
        if trouble is not None:
            media.tell_fallback(tx, post.id, workspace.media_store.name, trouble)
        return post


def _publish_time(workspace: Workspace, tx: Tx, persona_id: str, time: str) -> datetime:
    zone = ZoneInfo(personas.get(tx, persona_id).timezone)
    at = parse_publish_time(time, zone)
    check_publish_time(at, now=tx.now, min_lead=workspace.rules.min_lead)
    return at
