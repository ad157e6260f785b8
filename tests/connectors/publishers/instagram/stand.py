"""An Instagram account of the sandbox, the publisher that publishes to it, and media of every kind."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from clips import MakeVideo
from connectors.contracts.publisher import HANG_SECONDS, Call, Memory, Out
from connectors.publishers.conftest import File, NewHttp, Shelf
from pressrun.connectors.base import Draft, DraftMedia, Intent, Login, Publisher
from pressrun.connectors.publishers.instagram import Hosts, Instagram
from pressrun.domain.failures import OutcomeUnknown
from pressrun.domain.media import MediaFacts, MediaKind, VideoFacts
from pressrun.domain.post import Format

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HANDLE = "커피하루"
CALLS = {
    "container": Call("POST", r"/media$"),
    "status": Call("GET", r"/v25\.0/179\d+$"),
    "limit": Call("GET", r"/content_publishing_limit$", tolerates=True),
    "publish": Call("POST", r"/media_publish$"),
    "link": Call("GET", r"/v25\.0/180\d+$", tolerates=True),
}
UPLOAD = {"upload": Call("POST", r"^/rupload/ig-api-upload/", tolerates=True, format=Format.REEL)}
SECONDS = 4
_numbers = itertools.count(1)


class InstagramStand:
    """One Instagram account of the sandbox."""

    publisher: Publisher

    def __init__(
        self,
        sandbox: httpx.Client,
        new_http: NewHttp,
        shelf: Shelf,
        make_video: MakeVideo,
        *,
        login: str,
        handle: str = HANDLE,
    ) -> None:
        self.handle = handle
        self._sandbox = sandbox
        self.shelf = shelf
        self.make_video = make_video
        self._url = str(sandbox.base_url).rstrip("/")
        asked = {"platform": "instagram", "handle": handle, "login": login}
        made = sandbox.post("/_sandbox/accounts", json=asked).json()
        self.login = Login("account", made["account_id"], made["credentials"])
        # Bytes are taken from the Facebook flavour only.
        self.calls: Mapping[str, Call] = CALLS | (UPLOAD if login == "facebook" else {})
        self._new_http = new_http
        self.publisher = self.made()

    @property
    def impatient(self) -> Publisher:
        return self.made(seconds=HANG_SECONDS)

    def made(
        self, *, polls: int = 100, seconds: float = 20, now: datetime = NOW, **choices: Any
    ) -> Instagram:
        return Instagram(
            self._new_http(seconds),
            now=lambda: now,
            hosts=self.hosts,
            poll_waits=[0.02] * polls,
            **choices,
        )

    @property
    def hosts(self) -> Hosts:
        return Hosts(
            facebook=f"{self._url}/instagram",
            instagram=f"{self._url}/instagram-login",
            upload=f"{self._url}/rupload",
            facebook_consent=f"{self._url}/facebook-consent",
            instagram_consent=f"{self._url}/instagram-consent",
            instagram_api=f"{self._url}/instagram-api",
        )

    # Drafts

    def draft(self, format: Format, *, count: int = 0, **changes: Any) -> Draft:
        """A carousel begins with a video; other formats hold what they are for."""
        number = next(_numbers)
        count = count or self.publisher.limits.formats[format].lowest
        kinds = ["photo"] * count
        if format is Format.REEL:
            kinds = ["film"] * count
        elif format is Format.CAROUSEL:
            kinds[0] = "film"
        fields: dict[str, Any] = {
            "post_id": f"post-{number}",
            "caption": f"오늘의 커피 {number}\n\n둘째 문단 ☕ #원두 & 물 100%",
            "hashtags": ("커피하루", "coffee"),
            "media": tuple(self.media(kind) for kind in changes.pop("kinds", kinds)),
        }
        return Draft(format=format, **fields | changes)

    def media(self, kind: str) -> DraftMedia:
        """A photo, a film, or a picture of the shelf by its name."""
        name = f"file-{next(_numbers)}"
        match kind:
            case "film":
                return film(self.shelf.film(name, self.make_video(SECONDS)))
            case "photo":
                return photo(self.shelf.photo(name))
        return DraftMedia(kind, PHOTO, f"{self.shelf.url}/{kind}?signature=s", "한 잔의 커피")

    # The stand-in

    def published(self) -> Sequence[Out]:
        return [
            Out(
                item["id"],
                item["permalink"],
                item["text"],
                media=tuple(file["sha256"] for file in item["media"]),
            )
            for item in self.posts()
        ]

    def posts(self) -> list[dict[str, Any]]:
        asked = {"platform": "instagram", "account_id": self.login.external_id}
        return self._sandbox.get("/_sandbox/published", params=asked).json()["items"]

    def fault(self, effect: Mapping[str, Any], call: Call, *, times: int | None = 1) -> None:
        match = {"method": call.method, "path_regex": call.path_regex}
        asked = {"platform": "instagram", "match": match, "effect": dict(effect), "times": times}
        self._sandbox.post("/_sandbox/faults", json=asked).raise_for_status()

    def heal(self) -> None:
        self._sandbox.delete("/_sandbox/faults").raise_for_status()

    def requests(self) -> Sequence[tuple[str, str]]:
        items = self._sandbox.get("/_sandbox/requests", params={"platform": "instagram"}).json()["items"]
        return [(item["method"], item["path"]) for item in items]

    def bytes_received(self) -> list[int]:
        """How many bytes of each video were taken in, over all requests, in the order they began."""
        items = self._sandbox.get("/_sandbox/requests", params={"platform": "instagram"}).json()["items"]
        taken: dict[str, int] = {}
        for item in items:
            first, _, last = item.get("range", "").partition("-")
            if last:
                taken[item["upload"]] = taken.get(item["upload"], 0) + int(last) - int(first) + 1
        return list(taken.values())

    def set_state(self, **changes: Any) -> None:
        path = f"/_sandbox/accounts/instagram/{self.login.external_id}/state"
        self._sandbox.post(path, json=changes).raise_for_status()

    def advance(self, by: timedelta) -> None:
        self._sandbox.post("/_sandbox/clock", json={"advance_s": by.total_seconds()}).raise_for_status()

    def take_down(self, media_id: str) -> None:
        """Somebody deletes the post on their phone."""
        self._sandbox.delete(f"/_sandbox/published/instagram/{media_id}").raise_for_status()

    def sent(self, call: str) -> int:
        wanted = CALLS[call]
        ending = wanted.path_regex.removesuffix("$")
        return sum(method == wanted.method and path.endswith(ending) for method, path in self.requests())

    async def lose(
        self, effect: Mapping[str, Any], format: Format = Format.FEED, **changes: Any
    ) -> tuple[Draft, Intent]:
        """A draft whose publishing call met `effect`."""
        draft, memory = self.draft(format, **changes), Memory()
        self.fault(effect, CALLS["publish"])
        with pytest.raises(OutcomeUnknown):
            await self.publisher.publish(draft, self.login, memory)
        return draft, memory.intents[0]


PHOTO = MediaFacts(MediaKind.IMAGE, "image/jpeg", 5000, 1080, 1080)


def photo(file: File) -> DraftMedia:
    facts = MediaFacts(MediaKind.IMAGE, file.mime, file.size, 1080, 1080)
    return DraftMedia(file.sha256, facts, f"{file.url}?signature=s", "한 잔의 커피", path=file.path)


def film(file: File) -> DraftMedia:
    inside = VideoFacts("h264", 30.0, audio_codec="aac", audio_channels=1, audio_hertz=44_100)
    facts = MediaFacts(MediaKind.VIDEO, file.mime, file.size, 108, 192, float(SECONDS), inside)
    return DraftMedia(file.sha256, facts, f"{file.url}?signature=s", path=file.path)


def graph_error(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    """The effect of answering an error of the Graph API."""
    error = {"message": "No.", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return {"kind": "answer", "status": 400, "body": {"error": error}, **more}


NewStand = Callable[..., InstagramStand]
