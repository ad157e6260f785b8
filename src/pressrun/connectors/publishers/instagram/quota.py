"""How many posts Instagram still takes today, and when it takes another one (`content_publishing_limit`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.base import Login
from pressrun.connectors.publishers.instagram.graph import Graph, instant, items
from pressrun.domain.failures import Answer, Failure, RateLimited

WINDOW = timedelta(hours=24)
_CLOCKS_DIFFER = timedelta(minutes=1)


async def need_place(graph: Graph, login: Login) -> None:
    """Raises `RateLimited` where the account has used up its posts of the last 24 hours.

    A limit that can't be read is no reason not to publish: Instagram itself enforces it.
    """
    path = f"{login.external_id}/content_publishing_limit"
    try:
        body = await graph.get(login, path, fields="quota_usage,config")
    except Failure:
        return
    used, total = _numbers(body)
    if used is not None and total is not None and used >= total:
        said = Answer(message=f"{used} of {total} posts of the last 24 hours are used up")
        raise RateLimited(answer=said, until=await free_at(graph, login, total=total))


async def free_at(graph: Graph, login: Login, *, total: int | None = None) -> datetime:
    """When the account's window has room again: a day after the post that still fills it, else in a day."""
    now = graph.now()
    made = sorted(
        [at for edge in ("media", "stories") for at in await _made(graph, login, edge) if at > now - WINDOW],
        reverse=True,
    )
    if not made:
        return now + WINDOW
    # What was deleted counts and is not listed: then the oldest post that is.
    filling = made[total - 1] if total is not None and 0 < total <= len(made) else made[-1]
    return filling + WINDOW + _CLOCKS_DIFFER


async def _made(graph: Graph, login: Login, edge: str) -> list[datetime]:
    try:
        body = await graph.get(login, f"{login.external_id}/{edge}", fields="timestamp", limit="100")
    except Failure:
        return []
    return [at for item in items(body) if (at := instant(item.get("timestamp"))) is not None]


def _numbers(body: Mapping[str, Any]) -> tuple[int | None, int | None]:
    for item in items(body):
        config = item.get("config")
        return _count(item, "quota_usage"), _count(config if isinstance(config, dict) else {}, "quota_total")
    return None, None


def _count(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
