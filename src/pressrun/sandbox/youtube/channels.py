"""channels.list, and the uploads playlist that every channel has."""

from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.youtube.call import ApiCall, listing, pick
from pressrun.sandbox.youtube.errors import ApiError
from pressrun.sandbox.youtube.rules import PLATFORM
from pressrun.sandbox.youtube.times import etag, read_instant, rfc3339
from pressrun.sandbox.youtube.video import Videos

_PARTS = ("id", "snippet", "contentDetails", "status", "statistics", "brandingSettings")


def uploads_playlist_id(account_id: str) -> str:
    return "UU" + account_id.removeprefix("UC")


def owner_of_uploads(call: ApiCall, playlist_id: str) -> Account | None:
    if not playlist_id.startswith("UU"):
        return None
    return call.sandbox.accounts.get(PLATFORM, "UC" + playlist_id.removeprefix("UU"))


async def list_channels(call: ApiCall) -> Response:
    parts = call.parts(_PARTS)
    found = [pick(_channel(call, account), parts) for account in _wanted(call)]
    size, start = call.page()
    return JSONResponse(listing("channel", found, size=size, start=start))


def _wanted(call: ApiCall) -> list[Account]:
    if call.flag("mine"):
        return [call.account]
    if call.words("id"):
        known = [call.sandbox.accounts.get(PLATFORM, id_) for id_ in call.words("id")]
        return [account for account in known if account is not None]
    if call.text("forHandle"):
        handle = call.text("forHandle").removeprefix("@")
        return [a for a in call.sandbox.accounts.of(PLATFORM) if a.handle.removeprefix("@") == handle]
    message = "No filter selected. Expected one of: mine, id, forHandle, managedByMe, forUsername"
    raise ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter")


def _channel(call: ApiCall, account: Account) -> dict[str, Any]:
    title = account.handle.removeprefix("@")
    videos = Videos(call.sandbox).of(account.account_id)
    seen = [video for video in videos if video.privacy(call.now) == "public"]
    opened = read_instant(account.created_at) or call.now
    verified = call.sandbox.accounts.rule(account, "verified", call.sandbox.stand_ins[PLATFORM].rules)
    return {
        "kind": "youtube#channel",
        "etag": etag("channel", account.account_id, len(videos)),
        "id": account.account_id,
        "snippet": {
            "title": title,
            "description": "",
            "customUrl": f"@{title}",
            "publishedAt": rfc3339(opened),
            "thumbnails": {},
            "localized": {"title": title, "description": ""},
        },
        "contentDetails": {
            "relatedPlaylists": {"likes": "", "uploads": uploads_playlist_id(account.account_id)}
        },
        "status": {
            "privacyStatus": "public",
            "isLinked": True,
            "longUploadsStatus": "allowed" if verified else "eligible",
        },
        "statistics": {
            "viewCount": "0",
            "subscriberCount": "128",
            "hiddenSubscriberCount": False,
            "videoCount": str(len(seen)),
        },
        "brandingSettings": {"channel": {"title": title}},
    }
