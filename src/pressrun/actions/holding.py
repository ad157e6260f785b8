"""Holding posts until a person acts, and letting them go again with spacing (S2.7, S2.8)."""

from collections.abc import Sequence
from datetime import datetime

from pressrun.domain.account import AccountStatus
from pressrun.domain.backlog import BacklogRule, spread
from pressrun.domain.post import HeldReason, PostEvent, PostStatus
from pressrun.store import accounts, ledger, notifications, personas, posts
from pressrun.store.accounts import Account
from pressrun.store.database import Tx
from pressrun.store.posts import Post

_STATUS = {
    HeldReason.ACCOUNT_SUSPENDED: AccountStatus.SUSPENDED,
    HeldReason.NEEDS_REAUTH: AccountStatus.NEEDS_REAUTH,
    HeldReason.PERSONA_PAUSED: AccountStatus.PAUSED,
}

_NOTICE = {
    HeldReason.ACCOUNT_SUSPENDED: "account_suspended",
    HeldReason.NEEDS_REAUTH: "login_expired",
}


def hold_post(tx: Tx, post: Post, reason: HeldReason) -> Post:
    """One post waits for a person."""
    ledger.give_back(tx, post.id)
    return posts.change(tx, post, PostEvent.HELD, status_reason=reason.value)


def hold_account(tx: Tx, account: Account, reason: HeldReason) -> None:
    """The account stops, and every post of it that a clock would still send; a person is told once."""
    if account.status is not _STATUS[reason]:
        accounts.set_status(tx, account, _STATUS[reason])
        if reason in _NOTICE:
            persona = personas.get(tx, account.persona_id)
            notifications.add(
                tx,
                code=_NOTICE[reason],
                severity="failed",
                values={"persona": persona.name, "handle": account.handle},
                account_id=account.id,
            )
    for post in posts.lock_open_posts(tx, account_id=account.id):
        hold_post(tx, post, reason)


def suspend_account(tx: Tx, account: Account) -> None:
    """The platform blocked the account: its whole persona pauses, and nobody else (S2.8)."""
    hold_account(tx, account, HeldReason.ACCOUNT_SUSPENDED)
    personas.pause(tx, account.persona_id)
    for post in posts.lock_open_posts(tx, persona_id=account.persona_id):
        hold_post(tx, post, HeldReason.PERSONA_PAUSED)


def resume_account(tx: Tx, account: Account, rule: BacklogRule) -> None:
    """The account is well again: its persona too, and what was held goes on."""
    accounts.set_status(tx, account, AccountStatus.ACTIVE)
    personas.resume(tx, account.persona_id)
    for post in posts.sought_posts(tx, account_id=account.id):
        posts.move_ready(tx, post, tx.now, reason="outcome_unknown")
    held = posts.held_posts(tx, persona_id=account.persona_id)
    release(tx, [post for post in held if _may_go_on(tx, post, resumed=account)], rule)


def release(tx: Tx, held: Sequence[Post], rule: BacklogRule) -> None:
    """Held posts go on at their times; those whose time has passed one after another, for each account."""
    for account_id in {post.account_id for post in held}:
        own = [post for post in held if post.account_id == account_id]
        late = sorted(
            (post for post in own if post.due_at <= tx.now), key=lambda post: (post.due_at, post.id)
        )
        placed = [
            post.ready_at for post in posts.open_posts(tx, account_id=account_id) if post.due_at <= tx.now
        ]
        times = spread([post.id for post in late], now=tx.now, placed=placed, rule=rule)
        for post in own:
            _release(tx, post, times.get(post.id, post.due_at))


def _release(tx: Tx, post: Post, at: datetime) -> Post:
    return posts.change(
        tx,
        post,
        PostEvent.RESUMED,
        note={"due_at": at.isoformat()},
        ready_at=at,
        retries=0,
        login_renewed=False,
        failure=None,
    )


def _may_go_on(tx: Tx, post: Post, *, resumed: Account) -> bool:
    if post.status is not PostStatus.HELD or post.status_reason == HeldReason.NOT_APPROVED:
        return False
    return post.account_id == resumed.id or accounts.get(tx, post.account_id).status is AccountStatus.ACTIVE
