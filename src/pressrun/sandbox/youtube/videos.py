"""videos.list, update and delete."""

from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.youtube.call import ApiCall, read_json
from pressrun.sandbox.youtube.errors import ApiError, bad_field, bad_parameter, forbidden, not_found
from pressrun.sandbox.youtube.fields import (
    check_names,
    read_localizations,
    read_recording,
    read_snippet,
    read_status,
)
from pressrun.sandbox.youtube.resource import OWNERS_PARTS, PARTS, video_resource
from pressrun.sandbox.youtube.rules import PLATFORM
from pressrun.sandbox.youtube.times import etag
from pressrun.sandbox.youtube.video import Video, Videos

MAX_IDS = 50
_WRITABLE = ("snippet", "status", "localizations", "recordingDetails")


async def list_videos(call: ApiCall) -> Response:
    """By ids; one that does not exist, or is somebody else's private one, is left out without a word."""
    parts = call.parts(PARTS)
    ids = call.words("id")
    if not ids:
        message = "No filter selected. Expected one of: id, chart, myRating"
        raise ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter")
    if len(ids) > MAX_IDS:
        raise bad_parameter("invalidValue", "id", f"At most {MAX_IDS} ids can be asked for.")
    videos = Videos(call.sandbox)
    found = [video for video in map(videos.get, ids) if video is not None]
    seen = [video for video in found if video.visible_to(call.account.account_id, call.now)]
    for video in seen:
        if video.account_id != call.account.account_id and set(parts) & set(OWNERS_PARTS):
            raise forbidden("The request cannot access user rating or processing information.")
    return JSONResponse(
        {
            "kind": "youtube#videoListResponse",
            "etag": etag("videos", ids, parts),
            "items": [resource_for(call, video, parts) for video in seen],
            "pageInfo": {"totalResults": len(seen), "resultsPerPage": len(seen)},
        }
    )


async def update_video(call: ApiCall) -> Response:
    """Each named part is replaced as a whole: what it leaves out is gone."""
    parts, sent = call.parts(PARTS), await read_json(call.request)
    video = own_video(call, str(sent.get("id", "")))
    check_names(sent, parts)
    changes: dict[str, Any] = {}
    if "snippet" in parts:
        changes["snippet"] = read_snippet(sent.get("snippet") or {}, updating=True)
    if "status" in parts:
        changes |= _new_status(call, video, sent.get("status") or {})
    if "localizations" in parts:
        snippet = changes.get("snippet", video.snippet)
        changes["localizations"] = read_localizations(sent.get("localizations") or {}, snippet)
    if "recordingDetails" in parts:
        changes["recording"] = read_recording(sent.get("recordingDetails") or {})
    changed = replace(video, **changes)
    Videos(call.sandbox).save(changed)
    return JSONResponse(resource_for(call, changed, parts))


def _new_status(call: ApiCall, video: Video, sent: dict[str, Any]) -> dict[str, Any]:
    status = read_status(sent, call.now)
    was_public = video.public_since is not None or video.privacy(call.now) == "public"
    if "publishAt" in status and was_public:
        message = "A video that was public once can't be scheduled again."
        raise bad_field("invalidPublishAt", "status.publishAt", message)
    if status["privacyStatus"] == "public" and not was_public:
        return {"status": status, "public_since": call.now}
    return {"status": status, "public_since": video.published_at(call.now) if was_public else None}


async def delete_video(call: ApiCall) -> Response:
    video = own_video(call, call.text("id"))
    Videos(call.sandbox).remove(video)
    return Response(status_code=204)


def own_video(call: ApiCall, id_: str) -> Video:
    """A video this channel may change; raises ApiError."""
    video = Videos(call.sandbox).get(id_)
    if video is None or not video.visible_to(call.account.account_id, call.now):
        raise not_found("videoNotFound", "The video that you are trying to reach cannot be found.")
    if video.account_id != call.account.account_id:
        raise forbidden("The video belongs to another channel.")
    return video


def resource_for(call: ApiCall, video: Video, parts: list[str]) -> dict[str, Any]:
    channel = call.sandbox.accounts.get(PLATFORM, video.account_id) or call.account
    return video_resource(video, channel, parts, now=call.now, base_url=call.base_url)
