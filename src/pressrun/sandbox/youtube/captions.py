"""captions: one track for each language and name of a video."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.call import ApiCall, pick
from pressrun.sandbox.youtube.errors import ApiError, bad_field, missing_parameter, not_found
from pressrun.sandbox.youtube.operations import CAPTIONS_INSERT, Operation
from pressrun.sandbox.youtube.sessions import Session
from pressrun.sandbox.youtube.times import etag, rfc3339
from pressrun.sandbox.youtube.videos import own_video

MAX_BYTES = 104_857_600
MAX_NAME = 150
_DOMAIN = "youtube.caption"
_PARTS = ("id", "snippet")


@dataclass(frozen=True)
class CaptionUploads:
    """The target of captions.insert."""

    sandbox: Sandbox
    name: str = "caption"
    operation: Operation = CAPTIONS_INSERT
    mimes: tuple[str, ...] = ("*/*",)

    def max_bytes(self, call: ApiCall) -> int:
        return MAX_BYTES

    def describe(self, call: ApiCall, sent: Mapping[str, Any]) -> dict[str, Any]:
        parts, snippet = call.parts(_PARTS), sent.get("snippet") or {}
        language, name = snippet.get("language"), snippet.get("name", "")
        if not isinstance(language, str) or not 2 <= len(language) <= 12 or not isinstance(name, str):
            raise _bad("invalidMetadata", "snippet", "The request contains invalid metadata values.")
        if len(name) > MAX_NAME:
            raise _bad("nameTooLong", "snippet.name", "The name of the caption track is too long.")
        if not snippet.get("videoId"):
            raise _bad("invalidMetadata", "snippet.videoId", "The caption track must belong to a video.")
        video = own_video(call, snippet["videoId"])
        self._refuse_second(video.id, language, name)
        described = {"videoId": video.id, "language": language, "name": name}
        return {"parts": parts, **described, "isDraft": bool(snippet.get("isDraft"))}

    def examine(self, session: Session, file: Path) -> int:
        size = file.stat().st_size
        if not size:
            message = "The request does not include the caption track contents."
            raise ApiError(400, "contentRequired", message, domain=_DOMAIN)
        return size

    def create(self, session: Session, learned: int, *, request_id: str, base_url: str) -> dict[str, Any]:
        track = {name: value for name, value in session.described.items() if name != "parts"}
        self._refuse_second(track["videoId"], track["language"], track["name"])
        track |= {"at": self.sandbox.clock.now().isoformat(), "size": learned}
        id_ = f"AUieDa{secrets.token_urlsafe(30)}"
        self.sandbox.records.put("yt_caption", id_, track, owner=track["videoId"])
        return pick(_resource(id_, track), session.described["parts"])

    def _refuse_second(self, video_id: str, language: str, name: str) -> None:
        for record in self.sandbox.records.every("yt_caption", owner=video_id):
            if (record.body["language"], record.body["name"]) == (language, name):
                message = "The specified video already has a caption track with the given language and name."
                raise ApiError(409, "captionExists", message, domain=_DOMAIN)


async def list_captions(call: ApiCall) -> Response:
    parts = call.parts(_PARTS)
    if not call.text("videoId"):
        raise missing_parameter("videoId")
    video = own_video(call, call.text("videoId"))
    tracks = call.sandbox.records.every("yt_caption", owner=video.id)
    items = [pick(_resource(record.key, record.body), parts) for record in tracks]
    kind = "youtube#captionListResponse"
    return JSONResponse({"kind": kind, "etag": etag("captions", video.id, len(items)), "items": items})


async def delete_caption(call: ApiCall) -> Response:
    track = call.sandbox.records.get("yt_caption", call.text("id"))
    if track is None:
        message = "The caption track could not be found."
        raise not_found("captionNotFound", message, domain=_DOMAIN)
    own_video(call, track["videoId"])
    call.sandbox.records.delete("yt_caption", call.text("id"))
    return Response(status_code=204)


def _resource(id_: str, track: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: track[name] for name in ("videoId", "language", "name", "isDraft")}
    more = {"trackKind": "standard", "audioTrackType": "unknown", "isCC": False, "status": "serving"}
    snippet = {**named, **more, "lastUpdated": rfc3339(datetime.fromisoformat(track["at"]))}
    return {"kind": "youtube#caption", "etag": etag("caption", id_), "id": id_, "snippet": snippet}


def _bad(reason: str, field: str, message: str) -> ApiError:
    return bad_field(reason, field, message, domain=_DOMAIN)
