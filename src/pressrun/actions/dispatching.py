"""What the dispatcher does in one transaction: arm what is due, look where an outcome is open (S2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pressrun.actions import holding
from pressrun.actions.base import Enqueue
from pressrun.domain.account import AccountStatus
from pressrun.domain.limits import AccountLimit, earliest
from pressrun.domain.post import HeldReason, PostEvent
from pressrun.store import accounts, contents, ledger, personas, posts, quotas
from pressrun.store.accounts import Account
from pressrun.store.database import Store, Tx
from pressrun.store.posts import Post

PUBLISH_POST = "publish_post"
CONFIRM_POST = "confirm_post"

APP_LIMIT = "app_limit"
"""Why a post waits while its platform lets nobody go on who uses the same app."""

LOST_LOOK = timedelta(minutes=10)
"""A look that was never finished, because even its resumption was lost, is begun anew after this."""


@dataclass(frozen=True)
class DispatchRules:
    """How far ahead posts are taken into memory, how much an account may publish, how many rows at a time."""

    arm: timedelta = timedelta(seconds=20)
    limit: AccountLimit = field(default_factory=AccountLimit)
    batch: int = 100


def claim_due(store: Store, enqueue: Enqueue, rules: DispatchRules) -> int:
    """Hands due posts to workflows; answers how many rows moved, so 0 means that nothing is due."""
    with store.transaction() as tx:
        return _arm_due(tx, enqueue, rules) + _look_again(tx, enqueue, rules)


def work_id(post_id: str, *, version: int, attempt: int) -> str:
    """The deterministic id of the work that publishes a post: the same claim can never make two."""
    return f"post-{post_id}-v{version}-a{attempt}"


def _arm_due(tx: Tx, enqueue: Enqueue, rules: DispatchRules) -> int:
    due = posts.due(tx, until=tx.now + rules.arm, limit=rules.batch)
    if not due:
        return 0
    first_of_account: dict[str, Post] = {}
    for post in due:
        first_of_account.setdefault(post.account_id, post)
    owners = {account.id: account for account in accounts.lock(tx, sorted(first_of_account))}
    for post in first_of_account.values():
        _arm_or_put_off(tx, post, owners[post.account_id], enqueue, rules)
    return len(first_of_account)


def _arm_or_put_off(tx: Tx, post: Post, account: Account, enqueue: Enqueue, rules: DispatchRules) -> None:
    reason = reason_to_hold(tx, post, account)
    if reason is not None:
        holding.hold_post(tx, post, reason)
        return
    limited_until = quotas.limited_until(tx, account.platform, account.app_id)
    if limited_until is not None:
        posts.put_off_account(tx, account.id, limited_until, reason=APP_LIMIT)
        return
    taken = ledger.taken(tx, account.id, except_post=post.id)
    wanted = max(post.ready_at, tx.now)
    ready_at = earliest(rules.limit.for_post(post.id), taken=taken, wanted=wanted)
    if ready_at > tx.now + rules.arm:
        posts.put_off_account(tx, account.id, ready_at)
        return
    armed = posts.change(
        tx,
        post,
        PostEvent.ARMED,
        ready_at=ready_at if ready_at > wanted else post.ready_at,
        attempts=post.attempts + 1,
    )
    ledger.reserve(tx, account.id, post.id, ready_at)
    enqueue(
        tx.connection,
        PUBLISH_POST,
        work_id(post.id, version=armed.version, attempt=armed.attempts),
        post.id,
        armed.version,
        armed.ready_at.isoformat(),
    )


def reason_to_hold(tx: Tx, post: Post, account: Account) -> HeldReason | None:
    """Why this post must wait for a person instead of going out (S2.8, promise 4)."""
    if account.status is AccountStatus.SUSPENDED:
        return HeldReason.ACCOUNT_SUSPENDED
    if account.status is AccountStatus.NEEDS_REAUTH:
        return HeldReason.NEEDS_REAUTH
    if account.status is AccountStatus.PAUSED or personas.get(tx, post.persona_id).paused_at is not None:
        return HeldReason.PERSONA_PAUSED
    if not contents.get(tx, post.content_id).is_approved:
        return HeldReason.NOT_APPROVED
    return None


def _look_again(tx: Tx, enqueue: Enqueue, rules: DispatchRules) -> int:
    unknown: Sequence[Post] = posts.to_look_for(tx, until=tx.now, limit=rules.batch)
    for post in unknown:
        looking = posts.change(tx, post, PostEvent.LOOKED, ready_at=tx.now + LOST_LOOK)
        enqueue(
            tx.connection,
            CONFIRM_POST,
            f"confirm-{post.id}-v{looking.version}",
            post.id,
            looking.version,
        )
    return len(unknown)
