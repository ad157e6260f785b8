"""Insights that grow with the stand-ins' clock: small, plausible and the same for every reader."""

from datetime import datetime, timedelta
from typing import Any

from pressrun.sandbox.growth import views
from pressrun.sandbox.instagram.errors import GraphError, invalid
from pressrun.sandbox.posts import PublishedPost

_COMMON = "views reach shares total_interactions"
METRICS = {
    "FEED": f"{_COMMON} likes comments saved reposts profile_visits profile_activity follows".split(),
    "REELS": (
        f"{_COMMON} likes comments saved reposts ig_reels_avg_watch_time ig_reels_video_view_total_time"
        " reels_skip_rate crossposted_views facebook_views"
    ).split(),
    "STORY": (
        f"{_COMMON} replies reposts navigation profile_visits profile_activity follows link_clicks"
    ).split(),
}
_SHARE_OF_VIEWS = {
    "views": 1.0,
    "crossposted_views": 1.0,
    "reach": 0.78,
    "likes": 0.08,
    "comments": 0.008,
    "shares": 0.012,
    "saved": 0.015,
    "reposts": 0.004,
    "profile_visits": 0.02,
    "profile_activity": 0.006,
    "follows": 0.004,
    "replies": 0.005,
    "navigation": 0.6,
    "link_clicks": 0.01,
    "facebook_views": 0.3,
}
_WATCHED_MS = 6400
_STORY_MIN_VIEWERS = 5


FACEBOOK_ONLY = ("facebook_views", "link_clicks")
STORY_LIFE = timedelta(hours=24)


def post_insights(
    post: PublishedPost, metrics: list[str], now: datetime, *, on_facebook: bool
) -> list[dict[str, Any]]:
    """Items of `GET /{media-id}/insights`; raises GraphError for a metric this kind of media lacks."""
    product = post.details["media_product_type"]
    for metric in metrics:
        if metric not in METRICS[product] or (metric in FACEBOOK_ONLY and not on_facebook):
            raise invalid(f"The Media Insights API does not support the {metric} metric for this media.")
    if product == "STORY" and now - post.created_at >= STORY_LIFE:
        return []
    if product == "STORY" and value(post, "reach", now) < _STORY_MIN_VIEWERS:
        raise GraphError(10, None, "(#10) Not enough viewers for the media to show insights", status=403)
    return [
        {
            "name": metric,
            "period": "lifetime",
            "values": [{"value": value(post, metric, now)}],
            "title": metric.replace("_", " ").capitalize(),
            "description": f"{metric.replace('_', ' ').capitalize()} of this media.",
            "id": f"{post.id}/insights/{metric}/lifetime",
        }
        for metric in metrics
    ]


def value(post: PublishedPost, metric: str, now: datetime) -> int:
    """The metric at `now`: grows fast on the first day, and ever more slowly after."""
    seen = views(post.id, post.created_at, now)
    if metric == "total_interactions":
        return sum(value(post, part, now) for part in ("likes", "comments", "saved", "shares", "reposts"))
    if metric == "ig_reels_avg_watch_time":
        return _WATCHED_MS if seen >= 1 else 0
    if metric == "ig_reels_video_view_total_time":
        return int(seen) * _WATCHED_MS
    if metric == "reels_skip_rate":
        return 31 if seen >= 1 else 0
    return int(seen * _SHARE_OF_VIEWS[metric])
