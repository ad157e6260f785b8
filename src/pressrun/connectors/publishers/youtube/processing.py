"""What YouTube makes of a video after its bytes are there."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypedDict

from pressrun.connectors.base import Login
from pressrun.connectors.publishers.youtube import answers
from pressrun.connectors.publishers.youtube.calls import Calls, items, section
from pressrun.domain.failures import Failure, LoginExpired

POLL_WAITS = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 30.0, 30.0, 60.0, 60.0)
"""Seconds between looks: about four minutes in all, then YouTube goes on without us."""


class Seen(TypedDict):
    """What the last look at a video found; `privacy` is empty where it could not be read."""

    privacy: str
    is_done: bool


async def wait_until_processed(
    calls: Calls, login: Login, video_id: str, waits: Sequence[float] = POLL_WAITS
) -> Seen:
    """Looks until the video is processed or the time is up.

    Raises what the video came to where YouTube won't show it, and `LoginExpired` for a token that ended.
    """
    seen = Seen(privacy="", is_done=False)
    for wait in waits:
        video = await _look(calls, login, video_id)
        if video is not None:
            seen = _seen(video)
        if seen["is_done"]:
            return seen
        await asyncio.sleep(wait)
    return seen


def _seen(video: dict[str, Any]) -> Seen:
    status, processing = section(video, "status"), section(video, "processingDetails")
    failure = answers.of_video(status, processing)
    if failure is not None:
        raise failure
    is_done = status.get("uploadStatus") == "processed" or processing.get("processingStatus") == "succeeded"
    return Seen(privacy=str(status.get("privacyStatus") or ""), is_done=is_done)


async def _look(calls: Calls, login: Login, video_id: str) -> dict[str, Any] | None:
    """None where this look found nothing: the video is out, and a failed look changes nothing."""
    try:
        body = await calls.get(login, "videos", part="status,processingDetails", id=video_id)
    except LoginExpired:
        if calls.is_over(login):
            raise
        return None
    except Failure:
        return None
    return next((dict(item) for item in items(body)), None)
