"""thumbnails.set: a picture in place of the still that the platform chose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.state import StoredMedia
from pressrun.sandbox.youtube.call import ApiCall
from pressrun.sandbox.youtube.errors import ApiError, forbidden, missing_parameter, not_found
from pressrun.sandbox.youtube.operations import THUMBNAILS_SET, Operation
from pressrun.sandbox.youtube.quota import spend_thumbnail
from pressrun.sandbox.youtube.resource import thumbnails
from pressrun.sandbox.youtube.sessions import Session
from pressrun.sandbox.youtube.times import etag
from pressrun.sandbox.youtube.video import Videos
from pressrun.sandbox.youtube.videos import own_video

_DOMAIN = "youtube.thumbnail"


@dataclass(frozen=True)
class ThumbnailUploads:
    """The target of thumbnails.set."""

    sandbox: Sandbox
    name: str = "thumbnail"
    operation: Operation = THUMBNAILS_SET
    mimes: tuple[str, ...] = ("image/jpeg", "image/png", "application/octet-stream")

    def max_bytes(self, call: ApiCall) -> int:
        return call.rule("thumbnail_mb") * 1024 * 1024

    def describe(self, call: ApiCall, sent: Mapping[str, Any]) -> dict[str, Any]:
        if not call.text("videoId"):
            raise missing_parameter("videoId")
        video = own_video(call, call.text("videoId"))
        if not call.rule("verified"):
            message = "The authenticated user doesn't have permissions to upload and set custom thumbnails."
            raise forbidden(message, domain=_DOMAIN)
        spend_thumbnail(self.sandbox, call.account)
        return {"video_id": video.id}

    def examine(self, session: Session, file: Path) -> StoredMedia:
        if not file.stat().st_size:
            message = "The request does not include the image content."
            raise ApiError(400, "mediaBodyRequired", message, domain=_DOMAIN)
        return self.sandbox.media.adopt(file, mime=_image_type(file))

    def create(
        self, session: Session, learned: StoredMedia, *, request_id: str, base_url: str
    ) -> dict[str, Any]:
        videos = Videos(self.sandbox)
        video = videos.get(session.described["video_id"])
        if video is None:
            raise not_found("videoNotFound", "The video identified by videoId could not be found.")
        self.sandbox.records.put("media", learned.sha256, {"mime": learned.mime})
        changed = replace(video, thumbnail=learned.sha256)
        videos.save(changed)
        return {
            "kind": "youtube#thumbnailSetResponse",
            "etag": etag("thumbnail", learned.sha256),
            "items": [thumbnails(changed, base_url)],
        }


def _image_type(file: Path) -> str:
    try:
        with Image.open(file) as image:
            image.load()
            kind = image.format
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise _invalid() from broken
    if kind not in ("JPEG", "PNG"):
        raise _invalid()
    return f"image/{kind.lower()}"


def _invalid() -> ApiError:
    return ApiError(400, "invalidImage", "The provided image content is invalid.", domain=_DOMAIN)
