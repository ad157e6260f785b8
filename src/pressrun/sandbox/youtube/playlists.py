"""playlists and playlistItems: list and insert, with the uploads playlist among them."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.youtube.call import ApiCall, listing, pick, read_json
from pressrun.sandbox.youtube.channels import owner_of_uploads
from pressrun.sandbox.youtube.errors import ApiError, bad_field, forbidden, not_found
from pressrun.sandbox.youtube.fields import PRIVACY
from pressrun.sandbox.youtube.resource import thumbnails
from pressrun.sandbox.youtube.times import etag, rfc3339
from pressrun.sandbox.youtube.video import Video, Videos

MAX_PLAYLIST_TITLE = 150
_PLAYLIST_PARTS = ("id", "snippet", "status", "contentDetails")
_ITEM_PARTS = ("id", "snippet", "contentDetails", "status")


@dataclass(frozen=True, kw_only=True)
class Playlist:
    id: str
    account_id: str
    title: str
    description: str
    privacy: str
    made_at: str


async def list_playlists(call: ApiCall) -> Response:
    parts = call.parts(_PLAYLIST_PARTS)
    ids, channel = call.words("id"), call.text("channelId")
    if not (call.flag("mine") or ids or channel):
        message = "No filter selected. Expected one of: mine, id, channelId"
        raise ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter")
    owner = call.account.account_id if call.flag("mine") else channel or None
    records = call.sandbox.records.every("yt_playlist", owner=owner, newest_first=True)
    known = [Playlist(**record.body) for record in records]
    seen = [p for p in known if (not ids or p.id in ids) and _visible(call, p)]
    size, start = call.page()
    items = [pick(_playlist_resource(call, p), parts) for p in seen]
    return JSONResponse(listing("playlist", items, size=size, start=start))


async def insert_playlist(call: ApiCall) -> Response:
    parts, sent = call.parts(_PLAYLIST_PARTS), await read_json(call.request)
    snippet, status = sent.get("snippet") or {}, sent.get("status") or {}
    title, privacy = snippet.get("title", ""), status.get("privacyStatus", "public")
    if not isinstance(title, str) or not title.strip() or len(title) > MAX_PLAYLIST_TITLE:
        raise _bad("playlistTitleRequired", "snippet.title", "The playlist needs a title.")
    if privacy not in PRIVACY:
        raise _bad("invalidPlaylistSnippet", "status.privacyStatus", "The privacy is not known.")
    playlist = Playlist(
        id=f"PL{secrets.token_urlsafe(24)}",
        account_id=call.account.account_id,
        title=title,
        description=str(snippet.get("description", "")),
        privacy=privacy,
        made_at=call.now.isoformat(),
    )
    call.sandbox.records.put("yt_playlist", playlist.id, asdict(playlist), owner=playlist.account_id)
    return JSONResponse(pick(_playlist_resource(call, playlist), parts))


async def list_items(call: ApiCall) -> Response:
    """Of one playlist; the uploads playlist shows the newest first, others the order of insertion."""
    parts, playlist_id = call.parts(_ITEM_PARTS), call.text("playlistId")
    if not playlist_id:
        message = "No filter selected. Expected one of: id, playlistId"
        raise ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter")
    entries = _entries(call, playlist_id)
    wanted = call.text("videoId")
    if wanted:
        entries = [entry for entry in entries if entry[1].id == wanted]
    size, start = call.page()
    items = [
        pick(_item_resource(call, playlist_id, place, entry), parts) for place, entry in enumerate(entries)
    ]
    return JSONResponse(listing("playlistItem", items, size=size, start=start))


async def insert_item(call: ApiCall) -> Response:
    """Not idempotent: the same video can be in a playlist twice."""
    parts, sent = call.parts(_ITEM_PARTS), await read_json(call.request)
    snippet = sent.get("snippet") or {}
    playlist_id, video_id = snippet.get("playlistId"), (snippet.get("resourceId") or {}).get("videoId")
    if not playlist_id:
        raise _item_error(400, "playlistIdRequired", "The request must name a playlist.")
    if not video_id:
        raise _item_error(400, "resourceIdRequired", "The request must name the video.")
    if owner_of_uploads(call, playlist_id) is not None:
        raise _item_error(400, "playlistOperationUnsupported", "Uploads can't be put into by hand.")
    _own_playlist(call, playlist_id)
    video = Videos(call.sandbox).get(video_id)
    if video is None or not video.visible_to(call.account.account_id, call.now):
        raise _item_error(404, "videoNotFound", "Video not found.")
    item_id = f"UE{secrets.token_urlsafe(32)}"
    item = {"video_id": video.id, "at": call.now.isoformat()}
    call.sandbox.records.put("yt_item", item_id, item, owner=playlist_id)
    place = len(call.sandbox.records.every("yt_item", owner=playlist_id)) - 1
    resource = _item_resource(call, playlist_id, place, (item_id, video, call.now))
    return JSONResponse(pick(resource, parts))


Entry = tuple[str, Video, datetime]
"""Id of the item, its video, and when it was put in."""


def _entries(call: ApiCall, playlist_id: str) -> list[Entry]:
    videos = Videos(call.sandbox)
    owner = owner_of_uploads(call, playlist_id)
    if owner is not None:
        listed = [] if owner.hidden else videos.of(owner.account_id)
        found = [(f"UE{playlist_id[2:]}{video.id}", video, video.uploaded_at) for video in listed]
    else:
        _seen_playlist(call, playlist_id)
        records = call.sandbox.records.every("yt_item", owner=playlist_id)
        known = [
            (r.key, videos.get(r.body["video_id"]), datetime.fromisoformat(r.body["at"])) for r in records
        ]
        found = [(key, video, at) for key, video, at in known if video is not None]
    return [entry for entry in found if entry[1].visible_to(call.account.account_id, call.now)]


def _seen_playlist(call: ApiCall, id_: str) -> Playlist:
    body = call.sandbox.records.get("yt_playlist", id_)
    playlist = Playlist(**body) if body else None
    if playlist is None or not _visible(call, playlist):
        message = "The playlist identified with the request's playlistId parameter cannot be found."
        raise not_found("playlistNotFound", message, domain="youtube.playlistItem")
    return playlist


def _own_playlist(call: ApiCall, id_: str) -> None:
    if _seen_playlist(call, id_).account_id != call.account.account_id:
        raise forbidden("The playlist belongs to another channel.", domain="youtube.playlistItem")


def _visible(call: ApiCall, playlist: Playlist) -> bool:
    return playlist.account_id == call.account.account_id or playlist.privacy != "private"


def _playlist_resource(call: ApiCall, playlist: Playlist) -> dict[str, Any]:
    count = len(call.sandbox.records.every("yt_item", owner=playlist.id))
    return {
        "kind": "youtube#playlist",
        "etag": etag("playlist", asdict(playlist), count),
        "id": playlist.id,
        "snippet": {
            "publishedAt": rfc3339(datetime.fromisoformat(playlist.made_at)),
            "channelId": playlist.account_id,
            "title": playlist.title,
            "description": playlist.description,
            "thumbnails": {},
            "localized": {"title": playlist.title, "description": playlist.description},
        },
        "status": {"privacyStatus": playlist.privacy},
        "contentDetails": {"itemCount": count},
    }


def _item_resource(call: ApiCall, playlist_id: str, place: int, entry: Entry) -> Mapping[str, Any]:
    item_id, video, at = entry
    return {
        "kind": "youtube#playlistItem",
        "etag": etag("item", item_id, place),
        "id": item_id,
        "snippet": {
            "publishedAt": rfc3339(at),
            "channelId": video.account_id,
            "title": video.snippet["title"],
            "description": video.snippet["description"],
            "thumbnails": thumbnails(video, call.base_url),
            "playlistId": playlist_id,
            "position": place,
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
            "videoOwnerChannelId": video.account_id,
        },
        "contentDetails": {
            "videoId": video.id,
            "videoPublishedAt": rfc3339(video.published_at(call.now)),
        },
        "status": {"privacyStatus": video.privacy(call.now)},
    }


def _bad(reason: str, field: str, message: str) -> ApiError:
    return bad_field(reason, field, message, domain="youtube.playlist")


def _item_error(status: int, reason: str, message: str) -> ApiError:
    return ApiError(status, reason, message, domain="youtube.playlistItem")
