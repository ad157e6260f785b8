"""OAuth clients registered with the stand-ins, and the authorization codes made for them."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pressrun.sandbox.clock import StandInClock
from pressrun.sandbox.state import Records

DEMO_CLIENT_ID = "pressrun-demo"
DEMO_CLIENT_SECRET = "pressrun-demo-secret"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Apps:
    """Apps by client id; the fixed demo app exists on every platform and takes any loopback redirect."""

    def __init__(self, records: Records, clock: StandInClock) -> None:
        self._records = records
        self._clock = clock

    def add(self, platform: str, redirect_uris: list[str], *, public: bool = False) -> dict[str, str]:
        """A public app keeps no secret: it names itself by its client id alone."""
        client_id = str(secrets.randbelow(10**15)).zfill(15)
        client_secret = secrets.token_hex(16)
        self._records.put(
            "app",
            f"{platform}/{client_id}",
            {"client_secret": client_secret, "redirect_uris": redirect_uris, "public": public},
            owner=platform,
        )
        return {"client_id": client_id, "client_secret": client_secret}

    def knows(self, platform: str, client_id: str) -> bool:
        return self.secret(platform, client_id) is not None

    def is_public(self, platform: str, client_id: str) -> bool:
        app = self._records.get("app", f"{platform}/{client_id}")
        return app is not None and app["public"]

    def secret(self, platform: str, client_id: str) -> str | None:
        if client_id == DEMO_CLIENT_ID:
            return DEMO_CLIENT_SECRET
        app = self._records.get("app", f"{platform}/{client_id}")
        return app["client_secret"] if app else None

    def secret_matches(self, platform: str, client_id: str, client_secret: str) -> bool:
        known = self.secret(platform, client_id)
        return known is not None and secrets.compare_digest(known.encode(), client_secret.encode())

    def may_redirect_to(self, platform: str, client_id: str, redirect_uri: str) -> bool:
        if client_id == DEMO_CLIENT_ID:
            return urlsplit(redirect_uri).hostname in _LOOPBACK
        app = self._records.get("app", f"{platform}/{client_id}")
        return app is not None and redirect_uri in app["redirect_uris"]

    def issue_code(
        self, platform: str, grant: Mapping[str, Any], *, lifetime: timedelta, prefix: str = ""
    ) -> str:
        code = prefix + secrets.token_urlsafe(24)
        ends_at = (self._clock.now() + lifetime).isoformat()
        self._records.put("code", f"{platform}/{code}", {**grant, "ends_at": ends_at}, owner=platform)
        return code

    def redeem_code(self, platform: str, code: str) -> dict[str, Any] | None:
        """The grant behind a code, once; None when it is unknown, used or too old."""
        key = f"{platform}/{code}"
        grant = self._records.get("code", key)
        if grant is None:
            return None
        self._records.delete("code", key)
        return grant if datetime.fromisoformat(grant["ends_at"]) > self._clock.now() else None


def challenge_of(asked: Mapping[str, str]) -> dict[str, str]:
    """What a grant must remember of an authorization request that uses PKCE; empty for one without."""
    challenge = asked.get("code_challenge")
    if not challenge:
        return {}
    return {
        "code_challenge": challenge,
        "code_challenge_method": asked.get("code_challenge_method") or "plain",
    }


def verifier_matches(grant: Mapping[str, Any], verifier: str) -> bool:
    """Whether PKCE holds (RFC 7636): no challenge was sent, or `verifier` is what it was made from."""
    challenge = grant.get("code_challenge")
    if challenge is None:
        return True
    made = verifier
    if grant["code_challenge_method"] == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return secrets.compare_digest(made.encode(), str(challenge).rstrip("=").encode())
