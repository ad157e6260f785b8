"""Google's OAuth 2: consent in the browser, its code, and fresh tokens for old ones."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from pressrun.connectors.base import App, Credentials, Grant, Login, Profile
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.youtube import answers
from pressrun.connectors.publishers.youtube.calls import unreadable
from pressrun.domain.failures import Answer, LoginExpired, Reach

_SCOPE = "https://www.googleapis.com/auth/youtube"
SCOPES = (f"{_SCOPE}.upload", f"{_SCOPE}.readonly", f"{_SCOPE}.force-ssl")
"""Uploading, reading back, and what comes after: captions and playlists."""

Identify = Callable[[Credentials], Awaitable[Profile]]


class GoogleSignIn:
    """A consent gives the one channel that was chosen on Google's page."""

    name = "google"

    def __init__(
        self,
        http: Http,
        *,
        now: Callable[[], datetime],
        accounts_url: str,
        oauth_url: str,
        identify: Identify,
    ) -> None:
        self._http = http
        self._now = now
        self._accounts_url = accounts_url.rstrip("/")
        self._oauth_url = oauth_url.rstrip("/")
        self._identify = identify

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        """Google's consent page; asked every time, since only then there is a token that renews."""
        asked = {
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "access_type": "offline",
            "prompt": "consent",
            "include_granted_scopes": "true",
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._accounts_url}/o/oauth2/v2/auth?{urlencode(asked)}"

    async def exchange(self, app: App, *, code: str, redirect_uri: str, verifier: str) -> Sequence[Grant]:
        """The channel of this consent. Raises `LoginExpired` where something was left unticked."""
        body = await self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": verifier,
                "client_id": app.client_id,
                "client_secret": app.client_secret,
            }
        )
        _need_all_scopes(body)
        credentials, expires_at = self._credentials(body, vars(app))
        if not credentials.get("refresh_token"):
            raise LoginExpired(answer=Answer(message="no refresh token was given"))
        profile = await self._identify(credentials)
        return [Grant(profile, {**credentials, "channel_id": profile.external_id}, expires_at)]

    async def renew(self, login: Login) -> Login:
        """A login with a fresh access token. Google keeps the refresh token, as a rule."""
        kept = login.credentials
        missing = [name for name in ("refresh_token", "client_id", "client_secret") if not kept.get(name)]
        if missing:
            said = Answer(message=f"the login has no {', '.join(missing)}")
            raise LoginExpired(answer=said, reach=Reach.NOT_SENT)
        body = await self._token(
            {
                "grant_type": "refresh_token",
                "refresh_token": str(kept["refresh_token"]),
                "client_id": str(kept["client_id"]),
                "client_secret": str(kept["client_secret"]),
            }
        )
        credentials, expires_at = self._credentials(body, kept)
        return Login(login.account_id, login.external_id, credentials, expires_at)

    async def _token(self, fields: Mapping[str, str]) -> dict[str, Any]:
        answer = await self._http.request("POST", f"{self._oauth_url}/token", data=dict(fields))
        if not answer.is_success:
            raise answers.translate_login(answer)
        body = answer.body
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            raise unreadable(answer, "access_token")
        if not isinstance(body.get("expires_in"), int):
            raise unreadable(answer, "expires_in")
        return body

    def _credentials(
        self, body: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], datetime]:
        """What is kept of an answer of the token endpoint, and when its access token ends."""
        expires_at = self._now() + timedelta(seconds=body["expires_in"])
        fresh = {"access_token": body["access_token"], "expires_at": expires_at.isoformat()}
        if body.get("refresh_token"):
            fresh["refresh_token"] = body["refresh_token"]
        return {**before, **fresh}, expires_at


def _need_all_scopes(body: Mapping[str, Any]) -> None:
    """People can untick single permissions on Google's page."""
    given = set(str(body.get("scope", "")).split())
    missing = [scope for scope in SCOPES if scope not in given]
    if missing:
        said = Answer(message=f"not allowed: {', '.join(missing)}")
        raise LoginExpired(answer=said, reason=answers.NO_PERMISSION)


def _challenge(verifier: str) -> str:
    """The PKCE challenge of a verifier, by S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
