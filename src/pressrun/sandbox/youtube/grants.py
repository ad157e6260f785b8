"""The tokens that a consent leads to, and what becomes of them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.rules import PLATFORM, rule

ACCESS_LIFE = timedelta(seconds=3599)
UNUSED_LIFE = timedelta(days=180)
TESTING_LIFE = timedelta(days=7)
MAX_REFRESH_TOKENS = 100


@dataclass(frozen=True)
class Grants:
    """Everything is per account and app; a refresh token outlives the access tokens made with it."""

    sandbox: Sandbox

    def access(self, account: Account, client_id: str, scopes: list[str]) -> dict[str, Any]:
        """A new access token as the token endpoint answers it."""
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self.sandbox.accounts.register_token(
            token, account, lifetime=ACCESS_LIFE, kind="access", client_id=client_id, scopes=scopes
        )
        return {
            "access_token": token,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }

    def refresh(self, account: Account, client_id: str, scopes: list[str]) -> dict[str, Any]:
        """A new refresh token; the oldest one dies without a word where there are too many."""
        token = f"1//0{secrets.token_urlsafe(48)}"
        testing = rule(self.sandbox, account, "testing_project")
        self.sandbox.accounts.register_token(
            token,
            account,
            lifetime=TESTING_LIFE if testing else UNUSED_LIFE,
            kind="refresh",
            client_id=client_id,
            scopes=scopes,
            testing=testing,
        )
        for superfluous in self._refresh_tokens(account, client_id)[:-MAX_REFRESH_TOKENS]:
            self.sandbox.accounts.revoke_token(account, superfluous)
        if testing:
            return {
                "refresh_token": token,
                "refresh_token_expires_in": int(TESTING_LIFE.total_seconds()) - 1,
            }
        return {"refresh_token": token}

    def used(self, account: Account, token: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What using a refresh token adds to the answer: its life begins anew, or another takes its place."""
        if rule(self.sandbox, account, "refresh_rotates"):
            self.sandbox.accounts.revoke_token(account, token)
            return self.refresh(account, facts["client_id"], facts["scopes"])
        if not facts["testing"]:
            kept = {name: facts[name] for name in ("kind", "client_id", "scopes", "testing")}
            self.sandbox.accounts.register_token(token, account, lifetime=UNUSED_LIFE, **kept)
        return {}

    def refresh_token_lives(self, facts: Mapping[str, Any]) -> bool:
        """An account state `expired` is about access tokens: refreshing is what heals it."""
        ended = datetime.fromisoformat(facts["ends_at"]) <= self.sandbox.clock.now()
        return facts["mark"] != "revoked" and not ended

    def heal(self, account: Account) -> Account:
        return self.sandbox.accounts.welcome_back(account) if account.token == "expired" else account

    def remember(self, account: Account, client_id: str, scopes: list[str]) -> None:
        self.sandbox.records.put(
            "yt_grant", f"{client_id}/{account.account_id}", {"scopes": scopes}, owner=PLATFORM
        )

    def scopes_before(self, account: Account, client_id: str) -> list[str]:
        """What this app was granted before; empty for an app that meets the account for the first time."""
        kept = self.sandbox.records.get("yt_grant", f"{client_id}/{account.account_id}")
        return kept["scopes"] if kept else []

    def revoke(self, account: Account, client_id: str) -> None:
        with self.sandbox.records.transaction():
            for token, facts in self.sandbox.accounts.tokens_of(account):
                if facts["client_id"] == client_id:
                    self.sandbox.accounts.revoke_token(account, token)
            self.sandbox.records.delete("yt_grant", f"{client_id}/{account.account_id}")

    def _refresh_tokens(self, account: Account, client_id: str) -> list[str]:
        return [
            token
            for token, facts in self.sandbox.accounts.tokens_of(account)
            if facts["kind"] == "refresh" and facts["client_id"] == client_id and not facts["mark"]
        ]
