"""What a person granted an app: an access token of two hours and a refresh token that is good for one use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.x.rules import RULES

PLATFORM = "x"
ACCESS_LIFE = timedelta(hours=2)
OFFLINE = "offline.access"
ALL_SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", OFFLINE)


@dataclass(frozen=True)
class Grants:
    """A grant is a chain of refresh tokens; using an old link ends the whole chain."""

    sandbox: Sandbox

    def open(self, account: Account, *, client_id: str, scopes: list[str]) -> dict[str, Any]:
        """The answer of the token endpoint for a new grant."""
        grant = {"account_id": account.account_id, "client_id": client_id, "scopes": scopes, "alive": True}
        with self.sandbox.records.transaction():
            return self._next_link(uuid4().hex, grant, account)

    def refresh(self, token: str, *, client_id: str) -> dict[str, Any] | None:
        """The next tokens, or None when the token is unknown, dead or used before, which ends its grant."""
        facts = self.sandbox.accounts.token(PLATFORM, token)
        if facts is None or facts["kind"] != "refresh" or facts["mark"] == "revoked":
            return None
        grant = self._grant(facts)
        account = self.sandbox.accounts.get(PLATFORM, facts["account_id"])
        if account is None or not grant["alive"] or grant["client_id"] != client_id:
            return None
        if grant["refresh_token"] != token:
            self._end(facts)
            return None
        with self.sandbox.records.transaction():
            if account.token == "expired":
                account = self.sandbox.accounts.welcome_back(account)
            return self._next_link(facts["grant"], grant, account)

    def accepts(self, account: Account, token: str, facts: Mapping[str, Any]) -> bool:
        """Whether this access token opens the API at this moment."""
        if facts["kind"] != "access" or self.sandbox.accounts.token_state(facts) != "valid":
            return False
        grant = self._grant(facts)
        replaced = token != grant["access_token"]
        ends = self.sandbox.accounts.rule(account, "old_access", RULES) == "ends"
        return grant["alive"] and not (replaced and ends)

    def revoke(self, token: str, *, client_id: str) -> None:
        """Ends the grant of either of its tokens; an unknown token is nothing to end."""
        facts = self.sandbox.accounts.token(PLATFORM, token)
        if facts is not None and facts["client_id"] == client_id:
            self._end(facts)

    def _next_link(self, id_: str, grant: dict[str, Any], account: Account) -> dict[str, Any]:
        shared = {"grant": id_, "client_id": grant["client_id"], "scopes": grant["scopes"]}
        issue = self.sandbox.accounts.issue_token
        access, _ = issue(account, lifetime=ACCESS_LIFE, kind="access", **shared)
        answer: dict[str, Any] = {
            "token_type": "bearer",
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "access_token": access,
            "scope": " ".join(grant["scopes"]),
        }
        if OFFLINE in grant["scopes"]:
            answer["refresh_token"], _ = issue(account, kind="refresh", **shared)
        current = {"access_token": access, "refresh_token": answer.get("refresh_token")}
        self.sandbox.records.put("x_grant", id_, grant | current, owner=account.key)
        return answer

    def _grant(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        grant = self.sandbox.records.get("x_grant", facts["grant"])
        assert grant is not None, "a token is written together with its grant"
        return grant

    def _end(self, facts: Mapping[str, Any]) -> None:
        ended = self._grant(facts) | {"alive": False}
        self.sandbox.records.put("x_grant", facts["grant"], ended, owner=f"{PLATFORM}/{facts['account_id']}")
