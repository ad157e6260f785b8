"""Graph API errors in Meta's own shape; Meta answers almost all of them with HTTP 400."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.standin import new_id


@dataclass(eq=False)
class GraphError(Exception):
    """One refusal: `code` and `subcode` as the platform's error pages list them."""

    code: int
    subcode: int | None
    message: str
    title: str = ""
    user_message: str = ""
    transient: bool = False
    status: int = 400

    def response(self) -> Response:
        return error_response(self)


_BY_SUBCODE: dict[int, tuple[int, str, str]] = {
    2207001: (-1, "Instagram server error", "Instagram server error. Try again."),
    2207003: (-2, "Timeout", "It takes too long to download the media."),
    2207004: (36000, "Image too large", "The image is too large to download. It should be less than 8 MiB."),
    2207005: (36001, "Unsupported format", "The image format is not supported. Only JPEG can be used."),
    2207008: (
        24,
        "Media not found",
        "The media builder with this creation id does not exist or has expired.",
    ),
    2207006: (24, "Media not found", "The media you are trying to access could not be found."),
    2207009: (36003, "Aspect ratio", "The aspect ratio must be within the range of 4:5 to 1.91:1."),
    2207010: (
        36004,
        "Caption too long",
        "The caption allows up to 2200 characters, {tags} hashtags and {ats} tags.",
    ),
    2207020: (-2, "Media expired", "The media you are trying to access has expired."),
    2207023: (
        100,
        "Unknown media type",
        "The media type is unknown. REELS, STORIES, CAROUSEL or VIDEO is expected.",
    ),
    2207026: (352, "Unsupported video", "The video format is not supported. Check the specifications."),
    2207027: (9007, "Media not ready", "The media is not ready to be published. Wait a moment."),
    2207028: (100, "Invalid carousel", "A carousel needs between 2 and 10 photos and videos."),
    2207032: (-1, "Create media failed", "The media could not be created. Create it again."),
    2207040: (100, "Too many tags", "At most 20 accounts can be tagged."),
    2207042: (9, "Limit reached", "The account reached the number of posts allowed in 24 hours."),
    2207050: (25, "Account restricted", "The Instagram account is inactive, checkpointed or restricted."),
    2207051: (4, "Action blocked", "This action was restricted to protect the community."),
    2207052: (9004, "Media download failed", "The media could not be fetched from this URI: {uri}"),
    2207053: (-1, "Upload failed", "Unknown error while uploading the media."),
    2207057: (1, "Thumbnail offset", "The thumbnail offset lies outside of the video."),
    2207067: (100, "VIDEO is gone", "The VIDEO value for media_type is no longer supported. Use REELS."),
    2207077: (352, "Video download failed", "The video could not be downloaded."),
}
_TRANSIENT = (2207001, 2207003, 2207032, 2207053)
_TOKEN_SUBCODES = {"expired": 463, "revoked": 458, "unknown": None}


def refused(subcode: int, **facts: object) -> GraphError:
    """The error that the platform's table lists under this subcode."""
    code, title, text = _BY_SUBCODE[subcode]
    message = text.format(**facts) if facts else text
    return GraphError(
        code, subcode, message, title=title, user_message=message, transient=subcode in _TRANSIENT
    )


def invalid(message: str) -> GraphError:
    return GraphError(100, None, f"(#100) {message}")


def gone(id_: str) -> GraphError:
    """Unknown, deleted or somebody else's: the platform does not tell which."""
    return GraphError(
        100,
        33,
        f"Unsupported request. Object with ID '{id_}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation.",
    )


def token_dead(why: str, *, status: int = 400) -> GraphError:
    """`why` is expired, revoked or unknown."""
    messages = {
        "expired": "Error validating access token: Session has expired.",
        "revoked": "Error validating access token: The user has not authorized application.",
        "unknown": "Invalid OAuth access token - Cannot parse access token",
    }
    return GraphError(190, _TOKEN_SUBCODES[why], messages[why], status=status)


def no_permission(scope: str) -> GraphError:
    return GraphError(
        10, None, f"(#10) Application does not have permission for this action: {scope}", status=403
    )


def too_many_calls() -> GraphError:
    return GraphError(4, None, "(#4) Application request limit reached", transient=True)


def error_response(failure: GraphError) -> Response:
    error: dict[str, Any] = {
        "message": failure.message,
        "type": "OAuthException",
        "code": failure.code,
        "is_transient": failure.transient,
    }
    if failure.subcode is not None:
        error["error_subcode"] = failure.subcode
    if failure.title:
        error["error_user_title"] = failure.title
        error["error_user_msg"] = failure.user_message
    error["fbtrace_id"] = f"A{new_id('', 22)}"
    return JSONResponse({"error": error}, failure.status)


def error_of_status(status: int, message: str) -> Response:
    """What the platform would put into an answer of this HTTP status."""
    if status >= 500:
        failure = GraphError(2, None, f"An unexpected error has occurred ({message})", transient=True)
    elif status == 429:
        failure = too_many_calls()
    elif status in (401, 403):
        failure = token_dead("unknown") if status == 401 else no_permission(message)
    else:
        failure = invalid(message)
    failure.status = status
    return error_response(failure)
