"""Renewing a login before it ends: possible for the Instagram flavour, once its token is a day old."""

from datetime import timedelta

from pressrun.connectors.base import Login
from pressrun.connectors.publishers.instagram.graph import (
    INSTAGRAM,
    Graph,
    field,
    flavour,
    token,
    unreadable,
)
from pressrun.domain.failures import Answer, LoginExpired


async def renew(graph: Graph, login: Login) -> Login:
    """The login with a token of another 60 days.

    Raises `LoginExpired` where only a person can renew it, `Refused` while the token is not a day old.
    """
    if flavour(login) != INSTAGRAM:
        raise LoginExpired(answer=Answer(message="only a person can renew a Facebook login"))
    asked = {"grant_type": "ig_refresh_token", "access_token": token(login)}
    body = await graph.ask("GET", f"{graph.hosts.instagram}/refresh_access_token", params=asked)
    seconds = field(body, "expires_in")
    if not seconds.isdecimal():
        raise unreadable("expires_in")
    expires_at = graph.now() + timedelta(seconds=int(seconds))
    fresh = {
        **login.credentials,
        "access_token": field(body, "access_token"),
        "expires_at": expires_at.isoformat(),
    }
    return Login(login.account_id, login.external_id, fresh, expires_at)
