"""The categories of videos, and which of them a video may be put into."""

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.youtube.call import ApiCall, pick
from pressrun.sandbox.youtube.errors import ApiError, bad_parameter
from pressrun.sandbox.youtube.times import etag

_NAMES = {
    "1": "Film & Animation",
    "2": "Autos & Vehicles",
    "10": "Music",
    "15": "Pets & Animals",
    "17": "Sports",
    "18": "Short Movies",
    "19": "Travel & Events",
    "20": "Gaming",
    "21": "Videoblogging",
    "22": "People & Blogs",
    "23": "Comedy",
    "24": "Entertainment",
    "25": "News & Politics",
    "26": "Howto & Style",
    "27": "Education",
    "28": "Science & Technology",
    "29": "Nonprofits & Activism",
    "30": "Movies",
    "43": "Shows",
    "44": "Trailers",
}
ASSIGNABLE = frozenset(_NAMES) - {"18", "21", "30", "43", "44"}


async def list_categories(call: ApiCall) -> Response:
    """By region, or by id; every region has the same ones here."""
    parts = call.parts(["snippet"])
    region, ids = call.text("regionCode"), call.words("id")
    if not region and not ids:
        message = "No filter selected. Expected one of: id, regionCode"
        raise ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter")
    if region and not (len(region) == 2 and region.isalpha()):
        raise bad_parameter("invalidRegionCode", "regionCode", f"Invalid region code: {region}")
    wanted = [id_ for id_ in (ids or _NAMES) if id_ in _NAMES]
    items = [pick(_category(id_), parts) for id_ in wanted]
    return JSONResponse(
        {"kind": "youtube#videoCategoryListResponse", "etag": etag("categories", wanted), "items": items}
    )


def _category(id_: str) -> dict[str, object]:
    return {
        "kind": "youtube#videoCategory",
        "etag": etag("category", id_),
        "id": id_,
        "snippet": {
            "title": _NAMES[id_],
            "assignable": id_ in ASSIGNABLE,
            "channelId": "UCBR8-60-B28hp2BmDPdntcQ",
        },
    }
