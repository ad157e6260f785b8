"""The JSON of a video, part by part."""

from datetime import datetime, timedelta
from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.growth import views
from pressrun.sandbox.youtube.call import pick
from pressrun.sandbox.youtube.times import etag, rfc3339
from pressrun.sandbox.youtube.video import Video

PARTS = (
    "snippet",
    "status",
    "contentDetails",
    "statistics",
    "processingDetails",
    "fileDetails",
    "localizations",
    "recordingDetails",
    "player",
)
OWNERS_PARTS = ("processingDetails", "fileDetails")
_LIKES, _COMMENTS = 0.06, 0.009
_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def video_resource(
    video: Video, channel: Account, parts: list[str], *, now: datetime, base_url: str
) -> dict[str, Any]:
    sections = {
        "snippet": _snippet(video, channel, now, base_url),
        "status": _status(video, now),
        "contentDetails": _content(video, now),
        "statistics": _statistics(video, now),
        "processingDetails": _processing(video, now),
        "fileDetails": _file(video),
        "localizations": video.localizations,
        "recordingDetails": video.recording,
        "player": {"embedHtml": f'<iframe src="{base_url}/youtube/embed/{video.id}"></iframe>'},
    }
    head = {"kind": "youtube#video", "etag": etag(video.id, sections), "id": video.id}
    return pick({**head, **sections}, parts)


def thumbnails(video: Video, base_url: str) -> dict[str, Any]:
    """The platform's own still, or the picture that was set."""
    where = f"{base_url}/media/{video.thumbnail}" if video.thumbnail else f"{base_url}/youtube/vi/{video.id}"
    return {
        name: {"url": f"{where}?size={name}", "width": width, "height": height}
        for name, (width, height) in _SIZES.items()
    }


def _snippet(video: Video, channel: Account, now: datetime, base_url: str) -> dict[str, Any]:
    texts = {name: video.snippet[name] for name in ("title", "description")}
    snippet = {
        "publishedAt": rfc3339(video.published_at(now)),
        "channelId": video.account_id,
        "thumbnails": thumbnails(video, base_url),
        "channelTitle": channel.handle.removeprefix("@"),
        "liveBroadcastContent": "none",
        "localized": texts,
    }
    given = {name: value for name, value in video.snippet.items() if value != []}
    return {**given, **snippet}


def _status(video: Video, now: datetime) -> dict[str, Any]:
    status = {
        **video.status,
        "uploadStatus": video.upload_status(now),
        "privacyStatus": video.privacy(now),
        "madeForKids": bool(video.status.get("selfDeclaredMadeForKids")),
    }
    if status["uploadStatus"] == "failed":
        status["failureReason"] = video.failure
    if status["uploadStatus"] == "rejected":
        status["rejectionReason"] = video.rejection
    if status["privacyStatus"] != "private":
        status.pop("publishAt", None)
    return status


def _content(video: Video, now: datetime) -> dict[str, Any]:
    content: dict[str, Any] = {"dimension": "2d", "projection": "rectangular", "licensedContent": False}
    content["hasCustomThumbnail"] = bool(video.thumbnail)
    if video.facts is not None and now >= video.ready_at:
        content["duration"] = _iso_duration(video.facts.seconds)
        content["definition"] = "hd" if min(video.facts.width, video.facts.height) >= 720 else "sd"
    return content


def _iso_duration(seconds: float) -> str:
    whole = int(timedelta(seconds=seconds).total_seconds())
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{rest}S"


def _statistics(video: Video, now: datetime) -> dict[str, str]:
    seen = 0.0
    if video.privacy(now) != "private":
        seen = views(video.id, video.published_at(now), now)
    counts = {"viewCount": int(seen), "likeCount": int(seen * _LIKES), "favoriteCount": 0}
    counts["commentCount"] = int(seen * _COMMENTS)
    return {name: str(count) for name, count in counts.items()}


def _processing(video: Video, now: datetime) -> dict[str, Any]:
    upload_status = video.upload_status(now)
    if upload_status == "uploaded":
        total = (video.ready_at - video.uploaded_at).total_seconds()
        left = (video.ready_at - now).total_seconds()
        progress = {
            "partsTotal": "1000",
            "partsProcessed": str(int(1000 * (1 - left / total))),
            "timeLeftMs": str(int(left * 1000)),
        }
        return {"processingStatus": "processing", "processingProgress": progress, **_available("inProgress")}
    if upload_status == "failed":
        if video.aborted:
            return {"processingStatus": "terminated", **_available("notAvailable")}
        reason = "uploadFailed" if video.failure in ("emptyFile", "uploadAborted") else "transcodeFailed"
        failed = {"processingStatus": "failed", "processingFailureReason": reason}
        return failed | _available("notAvailable")
    return {"processingStatus": "succeeded", **_available("available")}


def _available(how: str) -> dict[str, str]:
    names = ("fileDetails", "processingIssues", "tagSuggestions", "editorSuggestions", "thumbnails")
    return {f"{name}Availability": how for name in names}


def _file(video: Video) -> dict[str, Any]:
    details: dict[str, Any] = {"fileSize": str(video.size), "fileType": "video" if video.facts else "other"}
    facts = video.facts
    if facts is None:
        return details
    stream = {
        "widthPixels": facts.width,
        "heightPixels": facts.height,
        "frameRateFps": facts.frame_rate,
        "codec": facts.codec,
    }
    details |= {"container": facts.container, "durationMs": str(int(facts.seconds * 1000))}
    return details | {"videoStreams": [stream]}
