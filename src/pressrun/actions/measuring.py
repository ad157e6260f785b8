"""Reading a published post's numbers on a falling schedule, and noticing that it is gone (S2.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pressrun.actions import logins, quotas
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Login, Publisher
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Failure, RateLimited
from pressrun.domain.measuring import TRY_AGAIN, next_look
from pressrun.store import accounts, metrics, notifications, posts
from pressrun.store.database import Store, Tx
from pressrun.store.posts import Post

BATCH = 20
CLAIMED_FOR = timedelta(minutes=10)
"""A look that was never finished, because its process died, is begun anew after this."""


@dataclass(frozen=True)
class Look:
    """A post whose numbers are due, and where to ask for them."""

    post: Post
    external_id: str
    login: Login
    publisher: Publisher


def claim_due(workspace: Workspace) -> list[Look]:
    """The posts to look at now; nobody else looks at them meanwhile."""
    with workspace.store.transaction() as tx:
        due = posts.to_measure(tx, until=tx.now, limit=BATCH)
        return [look for post in due if (look := _claim(tx, workspace, post)) is not None]


def keep(store: Store, look: Look, values: Mapping[str, int]) -> None:
    """What the platform said."""
    with store.transaction() as tx:
        metrics.add(tx, look.post.id, values)
        tx.append(look.post.topic, "post.measured")
        _plan(tx, look.post, _next(look.post, tx.now))


def note_gone(store: Store, look: Look) -> None:
    """The platform says that the post is not there any more: somebody is told, and it is asked no more."""
    with store.transaction() as tx:
        posts.set_measuring(tx, look.post, None, missing_since=tx.now)
        tx.append(look.post.topic, "post.disappeared")
        notifications.add(
            tx,
            code="post_disappeared",
            severity="attention",
            values={"handle": accounts.get(tx, look.post.account_id).handle},
            post_id=look.post.id,
            account_id=look.post.account_id,
        )


def put_off(store: Store, look: Look, failure: Failure | None) -> None:
    """The platform could not say. A look must never hold an account, so nothing else happens."""
    with store.transaction() as tx:
        named = failure.until if isinstance(failure, RateLimited) else None
        _plan(tx, look.post, max(named or tx.now + TRY_AGAIN, tx.now + TRY_AGAIN))


def _claim(tx: Tx, workspace: Workspace, post: Post) -> Look | None:
    account = accounts.get(tx, post.account_id)
    if post.external_id is None or account.status is not AccountStatus.ACTIVE:
        _plan(tx, post, _next(post, tx.now))
        return None
    publisher = workspace.publisher(account.platform)
    full_until = quotas.reserve_read(tx, account, publisher)
    if full_until is not None:
        _plan(tx, post, full_until)
        return None
    _plan(tx, post, tx.now + CLAIMED_FOR)
    return Look(post, post.external_id, logins.load(tx, account.id), publisher)


def _next(post: Post, now: datetime) -> datetime | None:
    assert post.published_at is not None, "only published posts are measured"
    return next_look(post.format, published_at=post.published_at, now=now)


def _plan(tx: Tx, post: Post, at: datetime | None) -> None:
    posts.set_measuring(tx, post, at)
