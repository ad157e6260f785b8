"""What needs a person, the most urgent first, each with the way to its cure."""

from dataclasses import dataclass

from pressrun.domain.account import AccountStatus
from pressrun.domain.post import PostStatus
from pressrun.store import accounts, contents, personas, posts
from pressrun.store.accounts import AccountFilter
from pressrun.store.database import Tx
from pressrun.store.posts import PostFilter


@dataclass(frozen=True)
class Need:
    """One thing to do; `kind` names its words in `today/needs.html`."""

    kind: str
    tone: str
    icon: str
    href: str
    number: int = 0
    name: str = ""
    platform: str = ""


def read(tx: Tx) -> list[Need]:
    """Everything that waits for a person."""
    return [*_suspended(tx), *_unconfirmed(tx), *_signed_out(tx), *_failed(tx), *_to_approve(tx)]


def _suspended(tx: Tx) -> list[Need]:
    return _accounts(tx, AccountStatus.SUSPENDED, "suspended", "failed", "ban")


def _signed_out(tx: Tx) -> list[Need]:
    return _accounts(tx, AccountStatus.NEEDS_REAUTH, "needs_reauth", "attention", "key")


def _accounts(tx: Tx, status: AccountStatus, kind: str, tone: str, icon: str) -> list[Need]:
    found = accounts.listed(tx, AccountFilter(status=status))
    return [
        Need(
            kind,
            tone,
            icon,
            "/accounts",
            number=_held(tx, account.id),
            name=personas.get(tx, account.persona_id).name,
            platform=account.platform,
        )
        for account in found
    ]


def _held(tx: Tx, account_id: str) -> int:
    wanted = PostFilter(account_id=account_id, statuses=(PostStatus.HELD,))
    return posts.counts(tx, wanted).get(PostStatus.HELD, 0)


def _unconfirmed(tx: Tx) -> list[Need]:
    return [
        Need("unconfirmed", "failed", "warn", f"/posts/{card.post.id}", name=card.persona)
        for card in posts.cards(tx, PostFilter(statuses=(PostStatus.UNCONFIRMED,)), limit=10)
    ]


def _failed(tx: Tx) -> list[Need]:
    number = posts.counts(tx, PostFilter(statuses=(PostStatus.FAILED,))).get(PostStatus.FAILED, 0)
    return [Need("failed", "failed", "fail", "/failures", number=number)] if number else []


def _to_approve(tx: Tx) -> list[Need]:
    number = contents.count_in_review(tx)
    return [Need("approvals", "attention", "approve", "/approvals", number=number)] if number else []
