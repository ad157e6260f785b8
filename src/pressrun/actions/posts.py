"""What a person does to a post that was accepted: send now, retry, give up, say what happened (S2.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pressrun.actions import outcomes
from pressrun.actions.base import Caller, Workspace
from pressrun.actions.outcomes import settle_run
from pressrun.connectors.base import Published
from pressrun.domain.account import AccountStatus
from pressrun.domain.post import PostEvent, PostStatus
from pressrun.domain.problems import Problem
from pressrun.domain.times import check_publish_time, parse_publish_time
from pressrun.domain.user import Right
from pressrun.store import accounts, attempts, ledger, personas, posts
from pressrun.store.attempts import IntentRow
from pressrun.store.database import Tx
from pressrun.store.posts import Post

_SHORTHANDS = {"now": timedelta(), "30m": timedelta(minutes=30), "1h": timedelta(hours=1)}


def retry(workspace: Workspace, caller: Caller, post_id: str, *, at: str = "now") -> Post:
    """A failed or waiting post is tried again: `now`, `30m`, `1h` or an RFC 3339 time (S2.4).

    Raises `Problem` 409 while its outcome is unknown or its account is blocked, and the flaws of the time.
    """
    caller.need(Right.PUBLISH)
    with workspace.store.transaction() as tx:
        post = posts.get(tx, post_id)
        _refuse_blocked(tx, post)
        ready_at = _retry_time(tx, post, at)
        return posts.change(
            tx,
            post,
            PostEvent.RETRIED,
            note={"retry_at": ready_at.isoformat()},
            ready_at=ready_at,
            retries=0,
            login_renewed=False,
        )


def publish_now(workspace: Workspace, caller: Caller, post_id: str) -> Post:
    """A post that waits for its time goes out at once (수동 즉시 포스팅). Raises `Problem` 404, 409."""
    caller.need(Right.PUBLISH)
    with workspace.store.transaction() as tx:
        post = posts.get(tx, post_id)
        _refuse_blocked(tx, post)
        ledger.give_back(tx, post.id)
        return posts.change(tx, post, PostEvent.RESCHEDULED, due_at=tx.now, ready_at=tx.now)


def give_up(workspace: Workspace, caller: Caller, post_id: str) -> Post:
    """A failed post is left alone (포기). Raises `Problem` 404, 409."""
    return _change(workspace, caller, post_id, PostEvent.GIVEN_UP)


def take_back(workspace: Workspace, caller: Caller, post_id: str) -> Post:
    """Giving up is undone. Raises `Problem` 404, 409."""
    return _change(workspace, caller, post_id, PostEvent.TAKEN_BACK)


@dataclass(frozen=True)
class OfMany:
    """What came of doing the same to many posts: each is its own transaction."""

    done: tuple[Post, ...]
    refused: Mapping[str, Problem]
    """Why, by post."""


def to_each(post_ids: Sequence[str], act: Callable[[str], Post]) -> OfMany:
    """Does `act` to each of these posts, once; one that refuses stops none of the others (S2.4)."""
    done: list[Post] = []
    refused: dict[str, Problem] = {}
    for post_id in dict.fromkeys(post_ids):
        try:
            done.append(act(post_id))
        except Problem as problem:
            refused[post_id] = problem
    return OfMany(tuple(done), refused)


def resolve(workspace: Workspace, caller: Caller, post_id: str, *, is_published: bool, url: str = "") -> Post:
    """A person looked for a post whose outcome nobody knew: it is there, at `url`, or it is not.

    Raises `Problem` 404, 409, and 422 `permalink_malformed`.
    """
    caller.need(Right.PUBLISH)
    if is_published and not url.startswith(("https://", "http://")):
        raise Problem.invalid("permalink_malformed", field="url")
    with workspace.store.transaction(flushed=True) as tx:
        post = posts.get(tx, post_id)
        if post.status is not PostStatus.UNCONFIRMED:
            raise Problem.conflict("not_unconfirmed")
        intent = attempts.open_intent(tx, post.id)
        if is_published:
            return _is_there(tx, post, intent, Published(permalink=url))
        if intent is not None:
            attempts.end_intent(tx, intent.id, "not_there")
        missing = posts.change(tx, post, PostEvent.FOUND_MISSING)
        settle_run(tx, missing)
        return missing


def _is_there(tx: Tx, post: Post, intent: IntentRow | None, shown: Published) -> Post:
    if intent is not None:
        attempts.end_intent(tx, intent.id, "published", asdict(shown))
    if intent is None or intent.completes:
        return outcomes.published(tx, post, shown)
    return outcomes.goes_on(tx, post, shown)


def _change(workspace: Workspace, caller: Caller, post_id: str, event: PostEvent) -> Post:
    caller.need(Right.PUBLISH)
    with workspace.store.transaction() as tx:
        post = posts.get(tx, post_id)
        ledger.give_back(tx, post.id)
        changed = posts.change(tx, post, event)
        settle_run(tx, changed)
        return changed


def _refuse_blocked(tx: Tx, post: Post) -> None:
    account = accounts.get(tx, post.account_id)
    if account.status is AccountStatus.SUSPENDED:
        raise Problem.conflict("account_suspended", persona=personas.get(tx, post.persona_id).name)
    if account.status is AccountStatus.NEEDS_REAUTH:
        raise Problem.conflict("needs_reauth")


def _retry_time(tx: Tx, post: Post, at: str) -> datetime:
    if at in _SHORTHANDS:
        return tx.now + _SHORTHANDS[at]
    zone = ZoneInfo(personas.get(tx, post.persona_id).timezone)
    ready_at = parse_publish_time(at, zone, field="at")
    check_publish_time(ready_at, now=tx.now, min_lead=timedelta(), field="at")
    return ready_at
