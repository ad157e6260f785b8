"""An attempt from its first row to its outcome: each function one transaction, each safe to repeat.

A workflow that is resumed after a crash calls these again; the status, the version and the attempt's
worker decide whether anything happens (DESIGN.md 4 and 5).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from pressrun.actions import holding, logins, media, outcomes
from pressrun.actions.base import Workspace
from pressrun.actions.dispatching import APP_LIMIT, reason_to_hold
from pressrun.actions.media import KEPT_HERE, Purpose
from pressrun.connectors.base import Draft, DraftMedia, Login, Published, Publisher
from pressrun.domain.failures import Failure, LoginExpired, MediaUnreachable
from pressrun.domain.post import Format, PostEvent, PostStatus
from pressrun.kit.database import is_sqlite
from pressrun.store import accounts, attempts, contents, ledger, posts, quotas, stored_media
from pressrun.store.accounts import Account
from pressrun.store.attempts import Attempt
from pressrun.store.database import Store, Tx
from pressrun.store.posts import Post
from pressrun.store.stored_media import prepared_path

BUSY_WAIT = timedelta(seconds=1)
_PERMIT_LOCK = 7_305_002


class NotStarted(StrEnum):
    """Why an attempt does not go on."""

    FULL = "full"
    """As many posts as allowed are being published; ask again soon."""
    OVER = "over"
    """The attempt is closed: the post was withdrawn, held or put off."""


@dataclass(frozen=True)
class Armed:
    """A post whose instant came, in the version that a workflow was made for."""

    post_id: str
    version: int
    workflow_id: str


@dataclass(frozen=True)
class Assignment:
    """Everything a worker needs to publish one post."""

    attempt: Attempt
    format: Format
    asset_ids: tuple[str, ...]
    options: Mapping[str, Any]
    login: Login
    publisher: Publisher
    content_hash: str
    must_renew_login: bool


def take_up(store: Store, instant: Sequence[Armed], *, worker_id: str) -> list[Attempt | None]:
    """The attempt rows of these workflows, written at their posts' instant; None for a withdrawn post."""
    post_ids = [armed.post_id for armed in instant]
    with store.transaction() as tx:
        found = posts.find_all(tx, post_ids)
        ongoing = attempts.open_attempts(tx, post_ids)
        wanted: dict[str, Post] = {}
        for armed in instant:
            post, before = found[armed.post_id], ongoing.get(armed.post_id)
            if before is not None and before.workflow_id == armed.workflow_id:
                wanted[armed.workflow_id] = post
            elif post.status is PostStatus.ARMED and post.version == armed.version:
                if before is not None:
                    attempts.end(tx, before, "withdrawn")
                wanted[armed.workflow_id] = post
        started = attempts.start(tx, wanted, worker_id=worker_id)
        return [started.get(armed.workflow_id) for armed in instant]


def start(workspace: Workspace, attempt: Attempt, *, version: int, at_once: int) -> Assignment | NotStarted:
    """The last look before anything is sent: compare-and-set `armed → publishing` (DESIGN.md 4)."""
    with workspace.store.transaction() as tx:
        attempts.mine(tx, attempt.id, attempt.worker_id)
        post = posts.get(tx, attempt.post_id)
        if post.status is PostStatus.PUBLISHING:
            return _assign(tx, workspace, post, attempt)
        if post.status is not PostStatus.ARMED or post.version != version:
            return _close(tx, attempt, "withdrawn")
        account = accounts.get(tx, post.account_id)
        reason = reason_to_hold(tx, post, account)
        if reason is not None:
            holding.hold_post(tx, post, reason)
            return _close(tx, attempt, "held")
        limited_until = quotas.limited_until(tx, account.platform, account.app_id)
        if limited_until is not None:
            posts.change(tx, post, PostEvent.DEFERRED, ready_at=limited_until, status_reason=APP_LIMIT)
            return _close(tx, attempt, "put_off")
        if _is_full(tx, at_once):
            return NotStarted.FULL
        if posts.is_account_publishing(tx, post.account_id):
            posts.change(tx, post, PostEvent.DEFERRED, ready_at=tx.now + BUSY_WAIT)
            return _close(tx, attempt, "put_off")
        # A login that came meanwhile was not refused yet, and may be renewed once like any other.
        renewed = post.login_renewed and not _has_newer_login(tx, post, account, attempt)
        started = posts.change(tx, post, PostEvent.STARTED, login_renewed=renewed)
        return _assign(tx, workspace, started, attempt)


def succeed(store: Store, attempt: Attempt, published: Published) -> None:
    """The platform shows the post."""
    with store.transaction(flushed=True) as tx:
        attempts.mine(tx, attempt.id, attempt.worker_id)
        attempts.end(tx, attempt, "published")
        # Where an earlier attempt made the call, this one spent nothing of what was reserved for it.
        ledger.give_back(tx, attempt.post_id)
        post = posts.get(tx, attempt.post_id)
        outcomes.published(tx, post, published)


def fail(workspace: Workspace, attempt: Attempt, failure: Failure, *, while_renewing: bool = False) -> None:
    """The attempt failed: what follows is decided by the domain's table (S2.7 to S2.9)."""
    with workspace.store.transaction(flushed=True) as tx:
        attempts.mine(tx, attempt.id, attempt.worker_id)
        post = posts.get(tx, attempt.post_id)
        failure = outcomes.of_post(tx, post, failure)
        attempts.end(tx, attempt, "failed", failure)
        ledger.give_back(tx, attempt.post_id)
        if while_renewing:
            # Only a refusal settles it. What passes says nothing about the login: it is renewed another time.
            is_refused = isinstance(failure, LoginExpired) and not _has_new_login_since(tx, post, attempt)
            post = replace(post, login_renewed=is_refused)
        outcomes.failed(tx, post, failure, policy=workspace.rules.retry)


def draft_of(workspace: Workspace, assignment: Assignment) -> Draft:
    """What is sent, once all of its media are prepared."""
    with workspace.store.read() as tx:
        post = posts.get(tx, assignment.attempt.post_id)
        draft = load_draft(tx, workspace, post, assignment.publisher)
    assert len(draft.media) == len(assignment.asset_ids), "every file of the content is prepared by now"
    return draft


def tell_fallback(workspace: Workspace, attempt: Attempt, trouble: Failure) -> None:
    """The post's media lie on this machine now, since the chosen store could not be used (S2.9)."""
    with workspace.store.transaction() as tx:
        media.tell_fallback(tx, attempt.post_id, workspace.media_store.name, trouble)


def load_draft(tx: Tx, workspace: Workspace, post: Post, publisher: Publisher) -> Draft:
    """The post as its publisher sends it, with its media where the platform can fetch them."""
    content = contents.get(tx, post.content_id)
    beside = media.attachment_purposes(publisher)
    stores = _stores(workspace, post)
    return Draft(
        post_id=post.id,
        format=post.format,
        caption=content.caption,
        hashtags=content.hashtags,
        media=tuple(
            _prepared(tx, workspace, content.asset_ids, media.purpose_of(publisher, post.format), stores)
        ),
        options=post.options,
        attachments={
            name: file
            for name, asset_id in media.attached(publisher, post.options).items()
            for file in _prepared(tx, workspace, [asset_id], beside[name], stores)
        },
    )


def lies_at_home(workspace: Workspace, draft: Draft) -> bool:
    """Whether the platform is sent to this machine although another store was chosen (S2.9)."""
    if workspace.media_store.name == workspace.local_media.name:
        return False
    files = (*draft.media, *draft.attachments.values())
    return any(file.url and file.url == file.local_url for file in files)


def _stores(workspace: Workspace, post: Post) -> tuple[str, ...]:
    """Where to look for prepared media, the best first: not where the platform just could not fetch them."""
    chosen, own = workspace.media_store.name, workspace.local_media.name
    return (
        (own, chosen, KEPT_HERE) if isinstance(post.failure, MediaUnreachable) else (chosen, own, KEPT_HERE)
    )


def _prepared(
    tx: Tx, workspace: Workspace, asset_ids: Sequence[str], purpose: Purpose, stores: Sequence[str]
) -> Iterator[DraftMedia]:
    own = workspace.local_media
    at_home = stored_media.of_assets(tx, asset_ids, stores=(own.name,), purpose=purpose.name)
    local_urls = {file.asset_id: own.url(file.location) for file in at_home}
    for file in stored_media.of_assets(tx, asset_ids, stores=stores, purpose=purpose.name):
        local_url = local_urls.get(file.asset_id, "")
        url = workspace.media_store.url(file.location) if file.location else ""
        yield DraftMedia(
            asset_id=file.asset_id,
            facts=file.facts,
            url=local_url if file.store == own.name else url,
            alt_text=file.alt_text,
            local_url=local_url,
            path=prepared_path(workspace.asset_folder, file.asset_id, purpose.name),
        )


def _has_newer_login(tx: Tx, post: Post, account: Account, attempt: Attempt) -> bool:
    """Whether the login that the platform refused in the attempt before is no longer the account's."""
    before = attempts.before(tx, attempt)
    if not isinstance(post.failure, LoginExpired) or account.login_since is None or before is None:
        return False
    return account.login_since > before.started_at


def _has_new_login_since(tx: Tx, post: Post, attempt: Attempt) -> bool:
    """Whether somebody signed in while this attempt tried to renew what it had.

    What the platform refused is then no longer the account's login, and says nothing about the new one. The
    account is locked: nobody signs in until it is decided.
    """
    (account,) = accounts.lock(tx, [post.account_id])
    return account.login_since is not None and account.login_since > attempt.started_at


def _assign(tx: Tx, workspace: Workspace, post: Post, attempt: Attempt) -> Assignment:
    account = accounts.get(tx, post.account_id)
    publisher = workspace.publisher(account.platform)
    content = contents.get(tx, post.content_id)
    was_refused = post.login_renewed and isinstance(post.failure, LoginExpired)
    return Assignment(
        attempt=attempt,
        format=post.format,
        asset_ids=content.asset_ids,
        options=post.options,
        login=logins.load(tx, account.id),
        publisher=publisher,
        content_hash=content.hash,
        must_renew_login=was_refused and not _has_newer_login(tx, post, account, attempt),
    )


def _close(tx: Tx, attempt: Attempt, outcome: str) -> NotStarted:
    attempts.end(tx, attempt, outcome)
    ledger.give_back(tx, attempt.post_id)
    return NotStarted.OVER


def _is_full(tx: Tx, at_once: int) -> bool:
    if not is_sqlite(tx.connection):
        # Two workers must not both see the last free place.
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_PERMIT_LOCK)))
    return posts.count_publishing(tx) >= at_once
