"""A post's numbers: insights by the kind of media, beside the counts that every post shows."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from pressrun.connectors.base import Login
from pressrun.connectors.publishers.instagram.graph import FACEBOOK, NOT_VISIBLE, Graph, flavour, items
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Failure, LoginExpired, Refused

_COMMON = "views,reach,shares,total_interactions"
METRICS = {
    "FEED": f"{_COMMON},likes,comments,saved,reposts,profile_visits,follows",
    "REELS": (
        f"{_COMMON},likes,comments,saved,reposts,ig_reels_avg_watch_time,ig_reels_video_view_total_time,"
        "reels_skip_rate"
    ),
    "STORY": f"{_COMMON},replies,reposts,navigation,profile_visits,follows",
}
_FACEBOOK_ONLY = {"REELS": "facebook_views", "STORY": "link_clicks"}
_CERTAIN = "views,reach,shares"
"""What every kind of media has, for when a metric of the longer list was taken away."""

_COUNTS = {"like_count": "likes", "comments_count": "comments"}


async def measure(
    graph: Graph, external_id: str, login: Login, *, pause: float
) -> Mapping[str, int] | Sighting:
    """Lifetime numbers; what Instagram does not tell yet is left out. `pause` is before a second look."""
    fields = ",".join(["media_product_type", *_COUNTS])
    node = await _visible(graph, external_id, login, fields=fields, pause=pause)
    if isinstance(node, Sighting):
        return node
    shown = {name: node[field] for field, name in _COUNTS.items() if _is_count(node.get(field))}
    return {**shown, **await _insights(graph, external_id, login, str(node.get("media_product_type")))}


async def _visible(
    graph: Graph, path: str, login: Login, *, fields: str, pause: float
) -> dict[str, Any] | Sighting:
    """The node of a post. It is gone where a second look says so too, and the account is there."""
    for wait in (pause, 0):
        try:
            return await graph.get(login, path, fields=fields)
        except Failure as failure:
            if failure.answer.code != NOT_VISIBLE:
                raise
            await asyncio.sleep(wait)
    try:
        await graph.get(login, login.external_id, fields="id")
    except Failure as failure:
        if failure.answer.code != NOT_VISIBLE:
            raise
        # The token sees nothing at all: that says nothing about the post.
        return Sighting.CANNOT_TELL
    return Sighting.NOT_THERE


async def _insights(graph: Graph, external_id: str, login: Login, product: str) -> dict[str, int]:
    wanted = METRICS.get(product, METRICS["FEED"])
    if flavour(login) == FACEBOOK and product in _FACEBOOK_ONLY:
        wanted = f"{wanted},{_FACEBOOK_ONLY[product]}"
    for metrics in (wanted, _CERTAIN):
        try:
            body = await graph.get(login, f"{external_id}/insights", metric=metrics)
        except Refused:
            continue
        except LoginExpired as failure:
            # Too few viewers, or no permission for insights: the login itself is as good as it was.
            if _is_about_insights(failure):
                return {}
            raise
        return dict(_numbers(body))
    return {}


def _is_about_insights(failure: LoginExpired) -> bool:
    code = (failure.answer.code or "").partition("/")[0]
    return code == "10" or (len(code) == 3 and code.startswith("2"))


def _numbers(insights: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for metric in items(insights):
        match metric:
            case {"name": str(name), "values": [{"value": int(number)}, *_]}:
                yield name, number


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
