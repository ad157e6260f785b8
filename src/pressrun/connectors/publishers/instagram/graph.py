"""Calls to the Graph API as one login, and what stands in their answers."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pressrun.connectors.base import Login
from pressrun.connectors.http import Http, HttpAnswer
from pressrun.connectors.publishers import meta_answers
from pressrun.connectors.publishers.instagram.hosts import Hosts
from pressrun.domain.failures import Answer, LoginExpired, Reach, Transient

FACEBOOK, INSTAGRAM = "facebook", "instagram"
NOT_VISIBLE = "100/33"
"""The object does not exist, or this token may not see it: the Graph API does not tell which."""


class Graph:
    """The host of either flavour of login; every refusal becomes a failure."""

    def __init__(self, http: Http, hosts: Hosts, *, now: Callable[[], datetime]) -> None:
        self.http = http
        self.hosts = hosts
        self.now = now

    async def get(self, login: Login, path: str, **params: str) -> dict[str, Any]:
        """What stands at a path of the login's own host."""
        return await self._call("GET", login, path, params=params)

    async def post(self, login: Login, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """What a form that is sent to a path of the login's own host makes."""
        return await self._call("POST", login, path, data=fields)

    async def ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        """An answer that needs no login of an account."""
        return self.read(await self.http.request(method, url, **options))

    def read(self, answer: HttpAnswer) -> dict[str, Any]:
        """The body of a good answer. Raises what any other one means."""
        if not answer.is_success or not isinstance(answer.body, dict) or "error" in answer.body:
            raise meta_answers.translate(answer, now=self.now())
        return answer.body

    async def _call(self, method: str, login: Login, path: str, **options: Any) -> dict[str, Any]:
        url = f"{self.hosts.graph(flavour(login))}/{self.hosts.version}/{path}"
        return await self.ask(method, url, headers={"Authorization": f"Bearer {token(login)}"}, **options)


def flavour(login: Login) -> str:
    """Through which of the two logins the account was connected."""
    return INSTAGRAM if login.credentials.get("login") == INSTAGRAM else FACEBOOK


def token(login: Login) -> str:
    """The login's token. Raises `LoginExpired` for what can't be one."""
    found = str(login.credentials["access_token"])
    if not re.fullmatch(r"[!-~]+", found):
        raise LoginExpired(answer=Answer(message="this can't be a token"), reach=Reach.NOT_SENT)
    return found


def field(body: Mapping[str, Any], name: str) -> str:
    """A value that an answer must hold."""
    value = body.get(name)
    if not isinstance(value, str | int) or not str(value):
        raise unreadable(name)
    return str(value)


def items(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The objects of a list, or none where it is no list."""
    found = body.get("data")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def unreadable(name: str) -> Transient:
    """An answer lacks what every answer of its kind holds."""
    return Transient(answer=Answer(status=200, message=f"the answer has no {name}"))


def instant(said: object) -> datetime | None:
    """A time as the Graph API writes it, `2017-05-19T23:27:28+0000`; None for anything else."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
