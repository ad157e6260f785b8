"""Instagram Login: one consent gives one professional account, without a Facebook Page."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pressrun.connectors.base import App, Grant, Profile
from pressrun.connectors.publishers.instagram.consent import (
    ends_at,
    need_permissions,
    of_app,
    token_answer,
)
from pressrun.connectors.publishers.instagram.graph import INSTAGRAM, Graph, field

NEEDED = ("instagram_business_basic", "instagram_business_content_publish")
SCOPES = (*NEEDED, "instagram_business_manage_insights")


class InstagramSignIn:
    """For accounts without a Page. Its token lasts 60 days and is renewed ahead."""

    name = INSTAGRAM

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        """Instagram's consent page, which knows no PKCE; it asks again who signs in, for a second account."""
        asked = {
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": ",".join(SCOPES),
            "state": state,
            "force_reauth": "true",
        }
        return f"{self._graph.hosts.instagram_consent}/oauth/authorize?{urlencode(asked)}"

    async def exchange(self, app: App, *, code: str, redirect_uri: str, verifier: str) -> Sequence[Grant]:
        """The one account that was consented for."""
        hosts = self._graph.hosts
        short = await self._short_token(app, code.removesuffix("#_"), redirect_uri)
        asked = {
            "grant_type": "ig_exchange_token",
            "client_secret": app.client_secret,
            "access_token": short,
        }
        long = await token_answer(self._graph, "GET", f"{hosts.instagram}/access_token", params=asked)
        token, end = field(long, "access_token"), ends_at(long, self._graph.now())
        me = await token_answer(
            self._graph,
            "GET",
            f"{hosts.instagram}/{hosts.version}/me",
            headers={"Authorization": f"Bearer {token}"},
            params={"fields": "user_id,username"},
        )
        # The id beside the short token is the app's own; this is the one to publish with.
        profile = Profile(external_id=field(me, "user_id"), handle=field(me, "username"))
        credentials = {
            "access_token": token,
            "ig_user_id": profile.external_id,
            "login": INSTAGRAM,
            **of_app(app),
            **({"expires_at": end.isoformat()} if end else {}),
        }
        return [Grant(profile, credentials, end)]

    async def _short_token(self, app: App, code: str, redirect_uri: str) -> str:
        form = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code": code,
        }
        url = f"{self._graph.hosts.instagram_api}/oauth/access_token"
        body = await token_answer(self._graph, "POST", url, data=form)
        if body.get("permissions"):
            need_permissions(_permissions(body), NEEDED)
        return field(body, "access_token")


def _permissions(body: Mapping[str, Any]) -> set[str]:
    """A list, or words with commas."""
    said = body["permissions"]
    return set(said.replace(" ", "").split(",")) if isinstance(said, str) else {str(name) for name in said}
