"""Facebook Login: one person's consent gives the Instagram account of each of their Pages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pressrun.connectors.base import App, Grant, Profile
from pressrun.connectors.publishers.instagram.consent import need_permissions, of_app, token_answer
from pressrun.connectors.publishers.instagram.graph import FACEBOOK, Graph, field, items
from pressrun.domain.failures import Failure

NEEDED = ("instagram_basic", "instagram_content_publish", "pages_read_engagement", "pages_show_list")
SCOPES = (*NEEDED, "instagram_manage_insights")
"""Without insights everything but the numbers works."""

_MOST_PAGES = 20
_FIELDS = "id,name,access_token,instagram_business_account{id,username}"


class FacebookSignIn:
    """For accounts that are linked to a Facebook Page. A Page's token does not end by time."""

    name = FACEBOOK

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._root = f"{graph.hosts.facebook}/{graph.hosts.version}"

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        """Facebook's dialog, which knows no PKCE: the app's secret proves who asks."""
        asked = {
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": ",".join(SCOPES),
            "state": state,
        }
        hosts = self._graph.hosts
        return f"{hosts.facebook_consent}/{hosts.version}/dialog/oauth?{urlencode(asked)}"

    async def exchange(self, app: App, *, code: str, redirect_uri: str, verifier: str) -> Sequence[Grant]:
        """A grant for each Page with a professional account; none where no Page has one."""
        token = await self._long_token(app, code.removesuffix("#_"), redirect_uri)
        headers = {"Authorization": f"Bearer {token}"}
        given = await self._graph.ask("GET", f"{self._root}/me/permissions", headers=headers)
        need_permissions(set(_granted(given)), NEEDED)
        pages = await self._pages(headers)
        shared = {**of_app(app), **await self._data_access(app, token)}
        return [grant for page in pages if (grant := _grant(page, shared)) is not None]

    async def _long_token(self, app: App, code: str, redirect_uri: str) -> str:
        """The first token lasts an hour, and so would the Pages' tokens that it gives."""
        url = f"{self._root}/oauth/access_token"
        keys = {"client_id": app.client_id, "client_secret": app.client_secret}
        asked = {**keys, "redirect_uri": redirect_uri, "code": code}
        short = field(await token_answer(self._graph, "GET", url, params=asked), "access_token")
        longer = {**keys, "grant_type": "fb_exchange_token", "fb_exchange_token": short}
        return field(await token_answer(self._graph, "GET", url, params=longer), "access_token")

    async def _data_access(self, app: App, token: str) -> dict[str, int]:
        """Until when the app may act without the person coming by; nothing where that is not told."""
        proof = {"Authorization": f"Bearer {app.client_id}|{app.client_secret}"}
        asked = {"input_token": token}
        try:
            body = await self._graph.ask("GET", f"{self._root}/debug_token", headers=proof, params=asked)
        except Failure:
            return {}
        match body.get("data"):
            case {"data_access_expires_at": int(seconds)} if seconds > 0:
                return {"data_access_expires_at": seconds}
        return {}

    async def _pages(self, headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        asked = {"fields": _FIELDS, "limit": "100"}
        for _ in range(_MOST_PAGES):
            body = await self._graph.ask(
                "GET", f"{self._root}/me/accounts", headers=dict(headers), params=asked
            )
            found += items(body)
            after = _following(body)
            if after is None:
                break
            asked = {**asked, "after": after}
        return found


def _granted(body: Mapping[str, Any]) -> Iterator[str]:
    for item in items(body):
        if item.get("status") == "granted":
            yield str(item.get("permission"))


def _following(body: Mapping[str, Any]) -> str | None:
    match body.get("paging"):
        case {"next": str(), "cursors": {"after": str(after)}}:
            return after
    return None


def _grant(page: Mapping[str, Any], shared: Mapping[str, Any]) -> Grant | None:
    match page:
        case {"access_token": str(token), "instagram_business_account": {"id": str(id_)} as account}:
            credentials = {"access_token": token, "ig_user_id": id_, "login": FACEBOOK, **shared}
            handle = str(account.get("username") or page.get("name") or "")
            return Grant(Profile(external_id=id_, handle=handle), credentials)
    return None
