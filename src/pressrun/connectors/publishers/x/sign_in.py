"""X's OAuth 2: consent with PKCE, its code, and fresh tokens for a refresh token that is good for one use."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from pressrun.connectors.base import App, Credentials, Grant, Login, Profile
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.x import answers
from pressrun.domain.failures import Answer, LoginExpired, Reach, Transient

SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")

Identify = Callable[[Credentials], Awaitable[Profile]]


class XSignIn:
    """A consent gives the one account that was signed in at X."""

    name = "x"

    def __init__(
        self, http: Http, *, now: Callable[[], datetime], api_url: str, consent_url: str, identify: Identify
    ) -> None:
        self._http = http
        self._now = now
        self._token_url = f"{api_url.rstrip('/')}/2/oauth2/token"
        self._consent_url = f"{consent_url.rstrip('/')}/i/oauth2/authorize"
        self._identify = identify

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        """X's consent page."""
        asked = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._consent_url}?{urlencode(asked, quote_via=quote)}"

    async def exchange(self, app: App, *, code: str, redirect_uri: str, verifier: str) -> Sequence[Grant]:
        """The account of this consent. A code lives for 30 seconds."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        body = await self._token(fields, app)
        missing = [scope for scope in SCOPES if scope not in str(body.get("scope", "")).split()]
        if missing or not body.get("refresh_token"):
            said = Answer(message=f"not allowed: {', '.join(missing) or 'offline.access'}")
            raise LoginExpired(answer=said, reason=answers.NO_PERMISSION)
        credentials, expires_at = self._credentials(body, vars(app))
        profile = await self._identify(credentials)
        return [Grant(profile, {**credentials, "user_id": profile.external_id}, expires_at)]

    async def renew(self, login: Login) -> Login:
        """A login with fresh tokens. The old refresh token is used up, even where the answer got lost."""
        kept = login.credentials
        missing = [name for name in ("refresh_token", "client_id") if not kept.get(name)]
        if missing:
            said = Answer(message=f"the login has no {', '.join(missing)}")
            raise LoginExpired(answer=said, reach=Reach.NOT_SENT)
        app = App(str(kept["client_id"]), str(kept.get("client_secret") or ""))
        fields = {"grant_type": "refresh_token", "refresh_token": str(kept["refresh_token"])}
        credentials, expires_at = self._credentials(await self._token(fields, app), kept)
        return Login(login.account_id, login.external_id, credentials, expires_at)

    async def _token(self, fields: Mapping[str, str], app: App) -> dict[str, Any]:
        answer = await self._http.request(
            "POST", self._token_url, data={**fields, "client_id": app.client_id}, headers=_basic(app)
        )
        body = answer.body
        if not answer.is_success or not isinstance(body, dict):
            raise answers.translate_login(answer, now=self._now())
        for name, kind in (("access_token", str), ("expires_in", int)):
            if not isinstance(body.get(name), kind):
                raise Transient(answer=Answer(answer.status, message=f"the answer has no {name}"))
        return body

    def _credentials(
        self, body: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], datetime]:
        """What is kept of an answer of the token endpoint, and when its access token ends."""
        expires_at = self._now() + timedelta(seconds=body["expires_in"])
        fresh = {"access_token": body["access_token"], "expires_at": expires_at.isoformat()}
        if body.get("refresh_token"):
            fresh["refresh_token"] = str(body["refresh_token"])
        return {**before, **fresh}, expires_at


def _basic(app: App) -> dict[str, str]:
    """How a confidential app proves itself; a public one only says its name."""
    if not app.client_secret:
        return {}
    pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _challenge(verifier: str) -> str:
    """The PKCE challenge of a verifier, by S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
