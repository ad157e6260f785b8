"""Personas with their accounts as the accounts page shows them: how each stands, and what is left to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pressrun.actions import apps
from pressrun.actions.base import Workspace
from pressrun.domain.account import AccountStatus
from pressrun.domain.limits import DAY, HOUR
from pressrun.domain.logins import WARNED_BEFORE
from pressrun.domain.post import PostStatus
from pressrun.store import accounts, ledger, personas, posts
from pressrun.store.accounts import Account, AccountFilter
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.web.pages.looks import ACCOUNTS, Look
from pressrun.web.pages.ways import Way, by_platform
from pressrun.web.templating import msgid

SHORT_LIVED = timedelta(days=1)
"""A token that ends this soon and is renewed by itself is nothing to worry about."""

_WAITING = (PostStatus.SCHEDULED, PostStatus.ARMED, PostStatus.RETRY_WAIT)


class Filter(StrEnum):
    """Which accounts are shown."""

    ALL = ""
    ACTIVE = "active"
    NEEDS_REAUTH = "needs_reauth"
    EXPIRING = "expiring"
    SUSPENDED = "suspended"
    PAUSED = "paused"


CHIPS = {
    Filter.ALL: ("", msgid("All")),
    Filter.ACTIVE: ("ok", msgid("Active")),
    Filter.NEEDS_REAUTH: ("key", msgid("Reconnect needed")),
    Filter.EXPIRING: ("clock", msgid("Expires soon")),
    Filter.SUSPENDED: ("ban", msgid("Suspended")),
    Filter.PAUSED: ("pause", msgid("Paused")),
}


class TokenLook(StrEnum):
    """How a sign-in's end is told."""

    ENDLESS = "endless"
    RENEWED = "renewed"
    LASTS = "lasts"
    EXPIRES_SOON = "expires_soon"
    FAILING = "failing"


@dataclass(frozen=True)
class Use:
    """What was published in a window, and how much may be."""

    used: int
    limit: int


@dataclass(frozen=True)
class AccountRow:
    """One account."""

    account: Account
    look: Look
    token: TokenLook
    waiting: int
    held: int
    hour: Use
    day: Use | None
    ways: Sequence[Way]
    """Those by which it can be connected again."""

    @property
    def id(self) -> str:
        """Its name within the page."""
        return self.account.id

    @property
    def is_expiring(self) -> bool:
        """Whether its sign-in ends soon and a person should know."""
        worries = (TokenLook.EXPIRES_SOON, TokenLook.FAILING)
        return self.account.status is not AccountStatus.NEEDS_REAUTH and self.token in worries

    def is_in(self, wanted: Filter) -> bool:
        """Whether a filter shows it."""
        if wanted is Filter.EXPIRING:
            return self.is_expiring
        return wanted is Filter.ALL or self.account.status.value == wanted.value


@dataclass(frozen=True)
class PersonaCard:
    """A persona with its accounts, and the ways to connect more."""

    persona: Persona
    accounts: Sequence[AccountRow]
    ways: Mapping[str, Sequence[Way]]

    @property
    def waiting(self) -> int:
        """How many posts wait for their time."""
        return sum(row.waiting for row in self.accounts)

    @property
    def suspended(self) -> AccountRow | None:
        """The account that pauses the persona, if there is one (S2.8)."""
        return next((row for row in self.accounts if row.account.status is AccountStatus.SUSPENDED), None)

    @property
    def held(self) -> int:
        """How many posts wait for a person."""
        return sum(row.held for row in self.accounts)


def cards(tx: Tx, workspace: Workspace, *, only: str | None = None) -> list[PersonaCard]:
    """Every persona, or `only` one."""
    people = [personas.get(tx, only)] if only else personas.listed(tx)
    ways = by_platform(apps.states(tx, workspace))
    rows: dict[str, list[AccountRow]] = {}
    for row in _rows(tx, workspace, ways, only):
        rows.setdefault(row.account.persona_id, []).append(row)
    return [PersonaCard(persona, rows.get(persona.id, []), ways) for persona in people]


def token_look(account: Account, now: datetime) -> TokenLook:
    """How the end of its sign-in is told."""
    end = account.token_expires_at
    if account.renewals_failed:
        return TokenLook.FAILING
    if end is None:
        return TokenLook.ENDLESS
    is_renewed = account.renew_at is not None and account.renew_at < end
    if is_renewed and end - now < SHORT_LIVED:
        return TokenLook.RENEWED
    return TokenLook.EXPIRES_SOON if end - now < WARNED_BEFORE else TokenLook.LASTS


def _rows(
    tx: Tx, workspace: Workspace, ways: Mapping[str, Sequence[Way]], persona_id: str | None
) -> list[AccountRow]:
    counts = posts.counts_by_account(tx, (*_WAITING, PostStatus.HELD))
    hour, day = ledger.sent_since(tx, tx.now - HOUR), ledger.sent_since(tx, tx.now - DAY)
    rows = []
    for account in accounts.listed(tx, AccountFilter(persona_id=persona_id)):
        counted = counts.get(account.id, {})
        publisher = workspace.publishers.get(account.platform)
        per_day = publisher.limits.posts_per_day if publisher else None
        rows.append(
            AccountRow(
                account=account,
                look=ACCOUNTS[account.status],
                token=token_look(account, tx.now),
                waiting=sum(counted.get(status, 0) for status in _WAITING),
                held=counted.get(PostStatus.HELD, 0),
                hour=Use(hour.get(account.id, 0), workspace.rules.limit.per_hour),
                day=Use(day.get(account.id, 0), per_day) if per_day else None,
                ways=_ways_of(account, ways),
            )
        )
    return rows


def _ways_of(account: Account, ways: Mapping[str, Sequence[Way]]) -> Sequence[Way]:
    """The way it was connected; every way of its platform where that is not known."""
    open_ways = [way for way in ways.get(account.platform, ()) if way.is_open]
    own = [way for way in open_ways if way.sign_in == account.sign_in]
    return own or open_ways
