"""Where a video is looked for when its upload session can't tell: the channel's own list of uploads.

New uploads stand there at once, private ones too. A search would be late and costs a quota of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.base import Login
from pressrun.connectors.publishers.youtube.calls import Calls, items, section
from pressrun.domain.failures import Answer, Transient

CLOCK_SKEW = timedelta(minutes=2)
MAX_PAGES = 10
_PAGE = "50"


@dataclass(frozen=True)
class Wanted:
    """The video that is looked for: by its title, not older than its upload, and none of our other ones."""

    title: str
    since: datetime
    known_ids: frozenset[str]

    def matches(self, item: Mapping[str, Any]) -> bool:
        """Whether this entry of the list may be it."""
        title = str(section(item, "snippet").get("title", ""))
        return (
            " ".join(title.split()) == " ".join(self.title.split())
            and _video_id(item) not in self.known_ids
            and _added_at(item) >= self.since - CLOCK_SKEW
        )


async def find_uploads(calls: Calls, login: Login, wanted: Wanted) -> list[str]:
    """The ids of the uploads that match. Raises the kinds of `domain.failures` for a list it can't read."""
    playlist = await _uploads_playlist(calls, login)
    found: list[str] = []
    page: dict[str, str] = {}
    for _ in range(MAX_PAGES):
        body = await calls.get(
            login,
            "playlistItems",
            part="snippet,contentDetails",
            playlistId=playlist,
            maxResults=_PAGE,
            **page,
        )
        entries = list(items(body))
        if not isinstance(body.get("items"), list) or len(entries) < len(body["items"]):
            raise _incomplete("the list of uploads can't be read")
        found += [_video_id(item) for item in entries if wanted.matches(item)]
        is_past = any(_added_at(item) < wanted.since - CLOCK_SKEW for item in entries)
        if is_past or not body.get("nextPageToken"):
            return found
        page = {"pageToken": str(body["nextPageToken"])}
    raise _incomplete(f"more than {MAX_PAGES * int(_PAGE)} newer uploads")


async def _uploads_playlist(calls: Calls, login: Login) -> str:
    body = await calls.get(login, "channels", part="contentDetails", mine="true")
    for channel in items(body):
        playlists = section(section(channel, "contentDetails"), "relatedPlaylists")
        if isinstance(playlists.get("uploads"), str) and playlists["uploads"]:
            return playlists["uploads"]
    raise _incomplete("the channel has no list of uploads")


def _video_id(item: Mapping[str, Any]) -> str:
    video_id = section(item, "contentDetails").get("videoId")
    if not isinstance(video_id, str) or not video_id:
        raise _incomplete("an upload without an id")
    return video_id


def _added_at(item: Mapping[str, Any]) -> datetime:
    try:
        added_at = datetime.fromisoformat(str(section(item, "snippet").get("publishedAt")))
    except ValueError:
        raise _incomplete("an upload without a time") from None
    if added_at.tzinfo is None:
        raise _incomplete("an upload without a time zone")
    return added_at


def _incomplete(what: str) -> Transient:
    return Transient(answer=Answer(status=200, message=what))
