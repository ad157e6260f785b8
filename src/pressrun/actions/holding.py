"""Holding posts until a person acts, and letting them go again with spacing (S2.7, S2.8)."""

from pressrun.domain.account import AccountStatus
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
    for post in posts.open_posts(tx, account_id=account.id):
        hold_post(tx, post, reason)


def suspend_account(tx: Tx, account: Account) -> None:
    """The platform blocked the account: its whole persona pauses, and nobody else (S2.8)."""
    hold_account(tx, account, HeldReason.ACCOUNT_SUSPENDED)
    personas.pause(tx, account.persona_id)
    for post in posts.open_posts(tx, persona_id=account.persona_id):
        hold_post(tx, post, HeldReason.PERSONA_PAUSED)


def resume_account(tx: Tx, account: Account) -> None:
    """The account is well again: its persona too, and what was held goes on."""
    accounts.set_status(tx, account, AccountStatus.ACTIVE)
    personas.resume(tx, account.persona_id)
    for post in posts.held_posts(tx, persona_id=account.persona_id):
        if _may_go_on(tx, post, resumed=account):
            release(tx, post)


def release(tx: Tx, post: Post) -> Post:
    """A held post goes on: at its time, or now where that has passed. The hourly limit spreads a backlog."""
    return posts.change(
        tx,
        post,
        PostEvent.RESUMED,
        note={"due_at": max(post.due_at, tx.now).isoformat()},
        ready_at=max(post.due_at, tx.now),
        retries=0,
        login_renewed=False,
        failure=None,
    )


def _may_go_on(tx: Tx, post: Post, *, resumed: Account) -> bool:
    if post.status is not PostStatus.HELD or post.status_reason == HeldReason.NOT_APPROVED:
        return False
    return post.account_id == resumed.id or accounts.get(tx, post.account_id).status is AccountStatus.ACTIVE
