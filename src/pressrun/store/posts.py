"""Posts: the one door through which a post's status changes, and how posts are listed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from pressrun.domain.failures import Failure, from_json
from pressrun.domain.post import Format, PostEvent, PostStatus, next_status
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_post, _account, _persona, _content = (
    schema.post.c,
    schema.account.c,
    schema.persona.c,
    schema.content.c,
)

# Written as the partial index `ix_post_ready` is, or the database would not use it.
_is_dispatched = sa.text("post.status IN ('scheduled', 'retry_wait', 'confirming')")
_ARMABLE = (PostStatus.SCHEDULED.value, PostStatus.RETRY_WAIT.value)
# The same for `ix_post_armed_account`.
_other_is_on_its_way = sa.text("other.status IN ('armed', 'publishing')")


@dataclass(frozen=True)
class Post:
    """A post as it is kept."""

    id: str
    content_id: str
    account_id: str
    persona_id: str
    run_id: str | None
    format: Format
    options: dict[str, Any]
    status: PostStatus
    status_reason: str | None
    version: int
    due_at: datetime
    ready_at: datetime
    scheduled_by_time: bool
    attempts: int
    retries: int
    login_renewed: bool
    failure: Failure | None
    external_id: str | None
    permalink: str | None
    published_at: datetime | None
    created_by: str | None
    created_at: datetime
    measure_at: datetime | None
    """When its numbers are read next."""
    missing_since: datetime | None
    """Since when the platform no longer shows it."""

    @property
    def topic(self) -> str:
        """The topic of this post's events."""
        return topic(self.id)

    @property
    def is_out(self) -> bool:
        """Whether everybody sees it, even if something is still to be added to it."""
        return self.external_id is not None


@dataclass(frozen=True)
class PostCard:
    """A post with what a list shows of its neighbours."""

    post: Post
    persona: str
    persona_hue: int
    timezone: str
    platform: str
    handle: str
    account_status: str
    caption: str
    hashtags: tuple[str, ...]
    asset_ids: tuple[str, ...]


@dataclass(frozen=True)
class PostFilter:
    """Which posts a list shows; empty fields do not narrow it."""

    statuses: Sequence[PostStatus] = ()
    persona_id: str | None = None
    account_id: str | None = None
    run_id: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    waiting_by_time: bool = False
    """Only posts that a person scheduled, or that wait for another reason (예약 목록)."""
    ids: Sequence[str] = field(default_factory=tuple)


def topic(post_id: str) -> str:
    """The topic of a post's events."""
    return f"post:{post_id}"


def add(
    tx: Tx,
    *,
    content_id: str,
    account_id: str,
    persona_id: str,
    format: Format,
    status: PostStatus,
    due_at: datetime,
    scheduled_by_time: bool,
    run_id: str | None = None,
    options: dict[str, Any] | None = None,
    created_by: str | None = None,
) -> Post:
    """A new post in its first status."""
    post_id = new_id()
    tx.execute(
        sa.insert(schema.post).values(
            id=post_id,
            content_id=content_id,
            account_id=account_id,
            persona_id=persona_id,
            run_id=run_id,
            format=format.value,
            options=options or {},
            status=status.value,
            due_at=due_at,
            ready_at=due_at,
            scheduled_by_time=scheduled_by_time,
            created_by=created_by,
            created_at=tx.now,
        )
    )
    tx.append(topic(post_id), "post.created", {"status": status.value, "due_at": due_at.isoformat()})
    return get(tx, post_id)


def find(tx: Tx, post_id: str) -> Post | None:
    """The post, if there is one."""
    row = tx.row(sa.select(schema.post).where(_post.id == post_id))
    return _read(row) if row else None


def get(tx: Tx, post_id: str, *, missing: str = "post_not_found") -> Post:
    """The post. Raises `Problem` (404, code `missing`)."""
    post = find(tx, post_id)
    if post is None:
        raise Problem.not_found(missing)
    return post


def find_all(tx: Tx, post_ids: Sequence[str]) -> dict[str, Post]:
    """Those posts that there are, by id."""
    query = sa.select(schema.post).where(_post.id.in_(post_ids))
    return {row["id"]: _read(row) for row in tx.rows(query)}


def change(
    tx: Tx, post: Post, event: PostEvent, *, note: dict[str, Any] | None = None, **changes: Any
) -> Post:
    """Changes a post's status by `event`, sets `changes`, and appends the event: the only door.

    `post` is the caller's reading of it: when it changed since, nothing happens and `Problem` (409)
    `edited_meanwhile` is raised. Raises `Problem` (409) where the status refuses the event, and
    `already_published` for what comes too late for a post that is out.
    """
    status = next_status(post.status, event, is_out=post.is_out)
    values: dict[str, Any] = {
        "status_reason": None,
        **changes,
        "status": status.value,
        "version": post.version + 1,
    }
    changed = tx.execute(
        sa.update(schema.post)
        .where(_post.id == post.id, _post.status == post.status.value, _post.version == post.version)
        .values(values)
    )
    if changed.rowcount != 1:
        raise Problem.conflict("edited_meanwhile")
    tx.append(post.topic, f"post.{event.value}", {"status": status.value, **(note or {})})
    return get(tx, post.id)


def move_ready(tx: Tx, post: Post, ready_at: datetime, *, reason: str) -> None:
    """Puts off a waiting post without changing its status, saying why."""
    tx.execute(
        sa.update(schema.post)
        .where(_post.id == post.id, _post.version == post.version)
        .values(ready_at=ready_at, status_reason=reason)
    )
    if post.status_reason != reason:
        tx.append(post.topic, "post.put_off", {"reason": reason, "retry_at": ready_at.isoformat()})


def due(tx: Tx, *, until: datetime, limit: int) -> list[Post]:
    """Posts to be armed, the earliest first; none whose account has an earlier one on its way."""
    other = schema.post.alias("other")
    earlier_on_its_way = sa.exists().where(
        other.c.account_id == _post.account_id,
        _other_is_on_its_way,
        sa.or_(other.c.status == PostStatus.PUBLISHING.value, other.c.ready_at <= _post.ready_at),
    )
    query = (
        sa.select(schema.post)
        .where(_is_dispatched, _post.status.in_(_ARMABLE), _post.ready_at <= until)
        .where(~earlier_on_its_way)
        .order_by(_post.ready_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def coming(tx: Tx, *, until: datetime, looked_at: str, since: datetime, limit: int) -> list[Post]:
    """Posts that are due by then, the earliest first, without those that keep a `looked_at` made `since`."""
    kept = schema.kept_result.c
    is_looked_at = sa.exists().where(kept.post_id == _post.id, kept.name == looked_at, kept.made_at >= since)
    query = (
        sa.select(schema.post)
        .where(_is_dispatched, _post.status == PostStatus.SCHEDULED.value)
        .where(_post.ready_at > tx.now, _post.ready_at <= until, ~is_looked_at)
        .order_by(_post.ready_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def to_look_for(tx: Tx, *, until: datetime, limit: int) -> list[Post]:
    """Posts of unknown outcome whose next look is due."""
    query = (
        sa.select(schema.post)
        .where(_is_dispatched, _post.status == PostStatus.CONFIRMING.value, _post.ready_at <= until)
        .order_by(_post.ready_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def put_off_account(tx: Tx, account_id: str, ready_at: datetime, *, reason: str = "hourly_limit") -> None:
    """The account may not go on before `ready_at`: whatever is due earlier waits until then.

    What another dispatcher has in its hands is left to it: it waits for the account that this one has.
    """
    waiting = (PostStatus.SCHEDULED.value, PostStatus.RETRY_WAIT.value)
    query = sa.select(schema.post).where(
        _post.account_id == account_id, _post.status.in_(waiting), _post.ready_at < ready_at
    )
    for row in tx.rows(query.with_for_update(skip_locked=True)):
        move_ready(tx, _read(row), ready_at, reason=reason)


def open_posts(tx: Tx, *, account_id: str | None = None, persona_id: str | None = None) -> list[Post]:
    """Every post of an account or persona that a clock would still send."""
    return [_read(row) for row in tx.rows(_of(_OPEN, account_id, persona_id))]


def lock_open_posts(tx: Tx, *, account_id: str | None = None, persona_id: str | None = None) -> list[Post]:
    """The same, ours until this transaction ends.

    One that somebody else changes just now is left out: its way is looked at once more before it is sent.
    """
    query = _of(_OPEN, account_id, persona_id).with_for_update(skip_locked=True)
    return [_read(row) for row in tx.rows(query)]


def held_posts(tx: Tx, *, account_id: str | None = None, persona_id: str | None = None) -> list[Post]:
    """Every post of an account or persona that waits for a person."""
    return [_read(row) for row in tx.rows(_of((PostStatus.HELD,), account_id, persona_id))]


def sought_posts(tx: Tx, *, account_id: str) -> list[Post]:
    """Every post of an account whose outcome is looked for."""
    return [_read(row) for row in tx.rows(_of((PostStatus.CONFIRMING,), account_id, None))]


def on_their_way(tx: Tx, *, since_before: datetime) -> list[Post]:
    """Posts that a worker should have had in its hands since before that time."""
    query = sa.select(schema.post).where(
        _post.status.in_((PostStatus.ARMED.value, PostStatus.PUBLISHING.value)),
        _post.ready_at < since_before,
    )
    return [_read(row) for row in tx.rows(query)]


def without_link(tx: Tx, *, published_after: datetime, limit: int) -> list[Post]:
    """Posts that are published while neither their id nor their link is known."""
    query = sa.select(schema.post).where(
        _post.status == PostStatus.PUBLISHED.value,
        _post.published_at > published_after,
        _post.external_id.is_(None),
        _post.permalink.is_(None),
    )
    return [_read(row) for row in tx.rows(query.limit(limit))]


def set_link(tx: Tx, post: Post, *, external_id: str, permalink: str) -> None:
    """What the platform told only after the post was published."""
    link = {"external_id": external_id or None, "permalink": permalink or None}
    tx.execute(sa.update(schema.post).where(_post.id == post.id).values(link))
    tx.append(post.topic, "post.linked", link)


def times_near(
    tx: Tx, account_id: str, at: datetime, *, within: timedelta, except_post: str
) -> list[datetime]:
    """When the account's other posts went out or will, no further from `at` than `within`."""
    over = [status.value for status in (PostStatus.CANCELLED, PostStatus.GIVEN_UP, PostStatus.FAILED)]
    query = sa.select(_post.due_at).where(
        _post.account_id == account_id,
        _post.id != except_post,
        _post.due_at > at - within,
        _post.due_at < at + within,
        _post.status.not_in(over),
    )
    return [row["due_at"] for row in tx.rows(query)]


def to_measure(tx: Tx, *, until: datetime, limit: int) -> list[Post]:
    """Published posts whose numbers are due, the longest overdue first."""
    query = (
        sa.select(schema.post)
        .where(_post.measure_at.is_not(None), _post.measure_at <= until)
        .order_by(_post.measure_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def set_measuring(tx: Tx, post: Post, at: datetime | None, *, missing_since: datetime | None = None) -> None:
    """When its numbers are read next, and since when the platform does not show it."""
    tx.execute(
        sa.update(schema.post).where(_post.id == post.id).values(measure_at=at, missing_since=missing_since)
    )


def known_ids(tx: Tx, account_id: str, *, except_post: str, published_after: datetime) -> frozenset[str]:
    """What the platform calls the account's other posts, so that one is not taken for another."""
    query = sa.select(_post.external_id).where(
        _post.account_id == account_id,
        _post.id != except_post,
        # One without that instant is out all the same, and not finished.
        sa.or_(_post.published_at > published_after, _post.published_at.is_(None)),
        _post.external_id.is_not(None),
    )
    return frozenset(row["external_id"] for row in tx.rows(query))


def count_publishing(tx: Tx) -> int:
    """How many posts are being published now, by whatever worker."""
    return tx.value(sa.select(sa.func.count()).where(_post.status == PostStatus.PUBLISHING.value)) or 0


def is_account_publishing(tx: Tx, account_id: str) -> bool:
    """Whether the account is publishing a post now."""
    query = sa.select(_post.id).where(
        _post.account_id == account_id, _post.status == PostStatus.PUBLISHING.value
    )
    return tx.row(query) is not None


def of_run(tx: Tx, run_id: str) -> list[Post]:
    """The posts that a run made."""
    return [_read(row) for row in tx.rows(sa.select(schema.post).where(_post.run_id == run_id))]


def of_content(tx: Tx, content_id: str) -> list[Post]:
    """The posts that say this content."""
    return [_read(row) for row in tx.rows(sa.select(schema.post).where(_post.content_id == content_id))]


_OPEN = (PostStatus.SCHEDULED, PostStatus.ARMED, PostStatus.RETRY_WAIT)


def _of(statuses: Sequence[PostStatus], account_id: str | None, persona_id: str | None) -> sa.Select[Any]:
    query = sa.select(schema.post).where(_post.status.in_([status.value for status in statuses]))
    if account_id is not None:
        query = query.where(_post.account_id == account_id)
    if persona_id is not None:
        query = query.where(_post.persona_id == persona_id)
    return query.order_by(_post.due_at)


def cards(
    tx: Tx,
    wanted: PostFilter,
    *,
    newest_first: bool = False,
    limit: int = 100,
    after: Place | None = None,
) -> list[PostCard]:
    """Posts in order of their due time; `after` is the (due_at, id) of the last one seen."""
    order = sa.tuple_(_post.due_at, _post.id)
    query = _card_query().where(*_conditions(wanted))
    if after is not None:
        query = query.where(order < place(after) if newest_first else order > place(after))
    direction = (_post.due_at.desc(), _post.id.desc()) if newest_first else (_post.due_at, _post.id)
    return _read_cards(tx, tx.rows(query.order_by(*direction).limit(limit)))


def card(tx: Tx, post_id: str, *, missing: str = "post_not_found") -> PostCard:
    """One post with its neighbours. Raises `Problem` (404)."""
    found = cards(tx, PostFilter(ids=(post_id,)), limit=1)
    if not found:
        raise Problem.not_found(missing)
    return found[0]


def counts(tx: Tx, wanted: PostFilter) -> dict[PostStatus, int]:
    """How many posts stand in each status."""
    count = sa.func.count().label("count")
    query = sa.select(_post.status, count).where(*_conditions(wanted)).group_by(_post.status)
    return {PostStatus(row["status"]): row["count"] for row in tx.rows(query)}


def counts_by_account(tx: Tx, statuses: Sequence[PostStatus]) -> dict[str, dict[PostStatus, int]]:
    """How many posts of each account stand in each of these statuses."""
    count = sa.func.count().label("count")
    query = (
        sa.select(_post.account_id, _post.status, count)
        .where(_post.status.in_([status.value for status in statuses]))
        .group_by(_post.account_id, _post.status)
    )
    counted: dict[str, dict[PostStatus, int]] = {}
    for row in tx.rows(query):
        counted.setdefault(row["account_id"], {})[PostStatus(row["status"])] = row["count"]
    return counted


def _conditions(wanted: PostFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(_post.status.in_([status.value for status in wanted.statuses]))
    if wanted.persona_id:
        conditions.append(_post.persona_id == wanted.persona_id)
    if wanted.account_id:
        conditions.append(_post.account_id == wanted.account_id)
    if wanted.run_id:
        conditions.append(_post.run_id == wanted.run_id)
    if wanted.due_from:
        conditions.append(_post.due_at >= wanted.due_from)
    if wanted.due_to:
        conditions.append(_post.due_at < wanted.due_to)
    if wanted.waiting_by_time:
        conditions.append(_post.scheduled_by_time)
    if wanted.ids:
        conditions.append(_post.id.in_(wanted.ids))
    return conditions


def _card_query() -> sa.Select[Any]:
    return (
        sa.select(
            schema.post,
            _persona.name.label("persona"),
            _persona.hue.label("persona_hue"),
            _persona.timezone.label("timezone"),
            _account.platform.label("platform"),
            _account.handle.label("handle"),
            _account.status.label("account_status"),
            _content.caption.label("caption"),
            _content.hashtags.label("hashtags"),
        )
        .join(schema.account, _account.id == _post.account_id)
        .join(schema.persona, _persona.id == _post.persona_id)
        .join(schema.content, _content.id == _post.content_id)
    )


def _read_cards(tx: Tx, rows: Sequence[sa.RowMapping]) -> list[PostCard]:
    link = schema.content_asset.c
    content_ids = {row["content_id"] for row in rows}
    query = sa.select(schema.content_asset).where(link.content_id.in_(content_ids)).order_by(link.position)
    assets: dict[str, list[str]] = {}
    for row in tx.rows(query) if content_ids else ():
        assets.setdefault(row["content_id"], []).append(row["asset_id"])
    return [
        PostCard(
            post=_read(row),
            persona=row["persona"],
            persona_hue=row["persona_hue"],
            timezone=row["timezone"],
            platform=row["platform"],
            handle=row["handle"],
            account_status=row["account_status"],
            caption=row["caption"],
            hashtags=tuple(row["hashtags"]),
            asset_ids=tuple(assets.get(row["content_id"], ())),
        )
        for row in rows
    ]


def _read(row: sa.RowMapping) -> Post:
    values = {column.name: row[column.name] for column in schema.post.columns}
    values["status"] = PostStatus(values["status"])
    values["format"] = Format(values["format"])
    values["failure"] = from_json(values["failure"]) if values["failure"] else None
    return Post(**values)
