"""The accounts that exist on the stand-in platforms, their state switches and their keys."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pressrun.sandbox.clock import StandInClock
from pressrun.sandbox.state import Records

FIXED_KEY = "sandbox"
"""The key that every account accepts, for the demo."""

TokenState = Literal["valid", "expired", "revoked"]
RuleChoices = Mapping[str, tuple[Any, ...]]
"""Rule name → its allowed values, the default first; `int` as the last one allows any positive number."""


class StateRefused(ValueError):
    """A state switch has an unknown name or value; the text says which."""


@dataclass(frozen=True, kw_only=True)
class Processing:
    """How long media takes on the stand-ins' clock, and how it ends."""

    seconds: float = 0.0
    result: str = "finished"


@dataclass(frozen=True, kw_only=True)
class Account:
    platform: str
    account_id: str
    handle: str
    credentials: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)
    token: str = "valid"
    account: str = "active"
    hidden: bool = False
    processing: Processing = field(default_factory=Processing)
    rules: dict[str, Any] = field(default_factory=dict)
    created_at: str = ""

    @property
    def key(self) -> str:
        return f"{self.platform}/{self.account_id}"

    def public(self) -> dict[str, Any]:
        """What `POST /_sandbox/accounts` answers: the form that `POST /api/accounts` takes."""
        return {
            "platform": self.platform,
            "account_id": self.account_id,
            "handle": self.handle,
            "credentials": self.credentials,
        }

    def state(self) -> dict[str, Any]:
        names = ("token", "account", "hidden", "rules")
        return {name: getattr(self, name) for name in names} | {"processing": asdict(self.processing)}


class Accounts:
    """Accounts by platform and id, with the keys made for them and their use of quotas."""

    def __init__(self, records: Records, clock: StandInClock) -> None:
        self._records = records
        self._clock = clock

    def add(self, account: Account) -> Account:
        dated = replace(account, created_at=self._clock.now().isoformat())
        self._records.put("account", dated.key, asdict(dated), owner=dated.platform)
        return dated

    def get(self, platform: str, account_id: str) -> Account | None:
        body = self._records.get("account", f"{platform}/{account_id}")
        return _account(body) if body else None

    def find(self, platform: str, id_or_handle: str) -> Account | None:
        """By id, else by handle (with or without @)."""
        by_id = self.get(platform, id_or_handle)
        if by_id is not None:
            return by_id
        wanted = id_or_handle.removeprefix("@")
        return next((a for a in self.of(platform) if a.handle.removeprefix("@") == wanted), None)

    def of(self, platform: str) -> list[Account]:
        return [_account(record.body) for record in self._records.every("account", owner=platform)]

    def every(self) -> list[Account]:
        return [_account(record.body) for record in self._records.every("account")]

    def change(self, account: Account, changes: Mapping[str, Any], *, choices: RuleChoices) -> Account:
        """Apply state switches; raises StateRefused for an unknown name or value."""
        changed = _changed(account, changes, choices)
        with self._records.transaction():
            self._records.put("account", account.key, asdict(changed), owner=account.platform)
            if "token" in changes:
                self._mark_tokens(account, changes["token"])
            if "quota_used" in changes:
                self.set_quota_used(account, _count(changes["quota_used"]))
        return changed

    def rule(self, account: Account, name: str, choices: RuleChoices) -> Any:
        return account.rules.get(name, choices[name][0])

    # Keys and tokens

    def issue_token(
        self, account: Account, *, lifetime: timedelta | None = None, **facts: Any
    ) -> tuple[str, datetime | None]:
        """A new token of this account and when it ends on the stand-ins' clock (None: never)."""
        token = f"SBX{secrets.token_urlsafe(30)}"
        return token, self.register_token(token, account, lifetime=lifetime, **facts)

    def register_token(
        self, token: str, account: Account, *, lifetime: timedelta | None = None, **facts: Any
    ) -> datetime | None:
        now = self._clock.now()
        ends = now + lifetime if lifetime else None
        self._records.put(
            "token",
            f"{account.platform}/{token}",
            {
                "account_id": account.account_id,
                "issued_at": now.isoformat(),
                "ends_at": ends.isoformat() if ends else None,
                "mark": None,
                **facts,
            },
            owner=account.key,
        )
        return ends

    def token(self, platform: str, token: str) -> dict[str, Any] | None:
        return self._records.get("token", f"{platform}/{token}")

    def token_state(self, facts: Mapping[str, Any]) -> TokenState:
        """Valid, expired or revoked at this moment of the stand-ins' clock."""
        if facts["mark"]:
            return facts["mark"]
        ends_at = facts["ends_at"]
        return "expired" if ends_at and datetime.fromisoformat(ends_at) <= self._clock.now() else "valid"

    def welcome_back(self, account: Account) -> Account:
        """A new consent makes the account's login good again; tokens marked before stay dead."""
        healed = replace(account, token="valid")
        self._records.put("account", account.key, asdict(healed), owner=account.platform)
        return healed

    def tokens_of(self, account: Account) -> list[tuple[str, dict[str, Any]]]:
        """Every token of this account with what is known of it, oldest first."""
        found = self._records.every("token", owner=account.key)
        return [(record.key.removeprefix(f"{account.platform}/"), record.body) for record in found]

    def revoke_token(self, account: Account, token: str) -> None:
        key = f"{account.platform}/{token}"
        facts = self._records.get("token", key)
        if facts is not None:
            self._records.put("token", key, facts | {"mark": "revoked"}, owner=account.key)

    def _mark_tokens(self, account: Account, state: str) -> None:
        for record in self._records.every("token", owner=account.key):
            marked = record.body | {"mark": None if state == "valid" else state}
            self._records.put("token", record.key, marked, owner=account.key)

    # Uses of a quota, each with its time

    def spend(self, account: Account, what: str, **facts: Any) -> None:
        use = {"at": self._clock.now().isoformat(), **facts}
        self._records.put(f"use:{what}", f"{account.key}/{secrets.token_hex(8)}", use, owner=account.key)

    def latest_uses(self, account: Account, what: str) -> list[dict[str, Any]]:
        """The newest first: `at`, and the facts each was spent with."""
        used = self._records.every(f"use:{what}", owner=account.key, newest_first=True, limit=1000)
        return [record.body for record in used]

    def spent(self, account: Account, what: str, *, within: timedelta) -> int:
        return len(self.uses(account, what, within=within))

    def uses(self, account: Account, what: str, *, within: timedelta) -> list[datetime]:
        """When each use was, the newest first."""
        since = self._clock.now() - within
        instants = (datetime.fromisoformat(use["at"]) for use in self.latest_uses(account, what))
        return [instant for instant in instants if instant > since]

    def set_quota_used(self, account: Account, used: int) -> None:
        """Pretend that `used` publishes happened just now, and no others."""
        for record in self._records.every("use:publish", owner=account.key):
            self._records.delete("use:publish", record.key)
        for _ in range(used):
            self.spend(account, "publish")


def _account(body: Mapping[str, Any]) -> Account:
    return Account(**{**body, "processing": Processing(**body["processing"])})


_WORDS = {
    "token": ("valid", "expired", "revoked"),
    "account": ("active", "suspended", "restricted"),
    "hidden": (True, False),
}


def _changed(account: Account, changes: Mapping[str, Any], choices: RuleChoices) -> Account:
    rules = dict(changes.get("rules") or {}) | {name: changes[name] for name in changes if name in choices}
    words = {name: value for name, value in changes.items() if name in _WORDS}
    unknown = set(changes) - set(_WORDS) - set(choices) - {"rules", "processing", "quota_used"}
    if unknown:
        raise StateRefused(f"unknown switch: {', '.join(sorted(unknown))}")
    for name, value in words.items():
        if value not in _WORDS[name]:
            raise StateRefused(f"{name} must be one of {', '.join(map(str, _WORDS[name]))}")
    for name, value in rules.items():
        _check_rule(name, value, choices)
    return replace(
        account,
        **words,
        rules=account.rules | rules,
        processing=_processing(changes["processing"]) if "processing" in changes else account.processing,
    )


def _check_rule(name: str, value: Any, choices: RuleChoices) -> None:
    if name not in choices:
        raise StateRefused(f"unknown rule: {name}")
    allowed = choices[name]
    any_number = int in allowed and isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if value not in allowed and not any_number:
        raise StateRefused(f"rule {name} must be one of {', '.join(map(str, allowed))}")


def _processing(described: Any) -> Processing:
    if described is None:
        return Processing()
    result = described.get("result", "finished")
    if result not in ("finished", "error", "expired"):
        raise StateRefused("processing.result must be finished, error or expired")
    return Processing(seconds=float(described.get("seconds", 0)), result=result)


def _count(described: Any) -> int:
    if not isinstance(described, int) or isinstance(described, bool) or described < 0:
        raise StateRefused("quota_used must be a number that is not negative")
    return described
