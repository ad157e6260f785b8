"""One YouTube channel of the sandbox, and drafts of videos for it."""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from clips import MakeVideo, with_mark
from connectors.contracts.publisher import HANG_SECONDS, Call, Memory, Out
from connectors.publishers.conftest import NewHttp
from makers import make_image
from pressrun.connectors.base import Draft, DraftMedia, Intent, Login, Publisher
from pressrun.connectors.publishers.youtube import YouTube
from pressrun.domain.failures import OutcomeUnknown
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.post import Format

HANDLE = "산책하루"
CAPTIONS = [{"language": "ko", "name": "한국어", "text": "1\n00:00:00,000 --> 00:00:02,000\n아침이에요.\n"}]
UPLOAD = "/upload/youtube/v3/videos$"
CALLS = {
    "session": Call("POST", UPLOAD, has_body=False),
    "publish": Call("PUT", UPLOAD),
    "thumbnail": Call("POST", "/thumbnails/set$", tolerates=True, format=Format.VIDEO),
    "captions": Call("POST", "/captions$", tolerates=True, format=Format.VIDEO),
    "look into playlist": Call("GET", "/playlistItems$", tolerates=True, format=Format.VIDEO),
    "playlist": Call("POST", "/playlistItems$", tolerates=True, format=Format.VIDEO),
    "processing": Call("GET", "/v3/videos$", tolerates=True),
}
_numbers = itertools.count(1)


class YouTubeStand:
    """One channel. Videos come with everything that can be added, Shorts with nothing."""

    handle = HANDLE
    calls: Mapping[str, Call] = CALLS
    publisher: Publisher

    def __init__(
        self, sandbox: httpx.Client, new_http: NewHttp, make_video: MakeVideo, folder: Path, **account: Any
    ) -> None:
        self.sandbox = sandbox
        self.url = str(sandbox.base_url).rstrip("/")
        self._new_http = new_http
        self._make_video = make_video
        self._folder = folder
        asked = {"platform": "youtube", "handle": HANDLE, **account}
        made = sandbox.post("/_sandbox/accounts", json=asked).json()
        self.credentials: dict[str, Any] = made["credentials"]
        self.login = Login("account", made["account_id"], made["credentials"])
        self.playlist = self.call("POST", "playlists", {"snippet": {"title": "산책"}}, part="snippet")["id"]
        self.publisher = self.made()

    @property
    def impatient(self) -> Publisher:
        return self.made(seconds=HANG_SECONDS)

    def made(self, *, seconds: float = 20, polls: int = 20, tries: int = 6, **choices: Any) -> YouTube:
        given: dict[str, Any] = {
            "now": lambda: datetime.now(UTC),
            "poll_waits": [0.02] * polls,
            "pauses": [0.01] * tries,
            "extra_pauses": [0.01] * 2,
        }
        return YouTube(
            self._new_http(seconds),
            api_url=f"{self.url}/youtube",
            accounts_url=f"{self.url}/google-accounts",
            oauth_url=f"{self.url}/google-oauth",
            watch_url=f"{self.url}/youtube",
            **given | choices,
        )

    # Drafts

    def draft(self, format: Format, *, count: int = 0, **changes: Any) -> Draft:
        number = next(_numbers)
        extras = format is Format.VIDEO
        fields: dict[str, Any] = {
            "post_id": f"post-{number}",
            "caption": f"강가 산책 {number}\n\n둘째 문단 ☕ 100%",
            "hashtags": ("산책", "walk"),
            "media": tuple(self.video(format) for _ in range(count or 1)),
            "options": {"captions": CAPTIONS, "playlist_id": self.playlist} if extras else {},
            "attachments": {"thumbnail": self.picture()} if extras else {},
        }
        return Draft(format=format, **fields | changes)

    def video(self, format: Format = Format.SHORT, *, size: int = 0) -> DraftMedia:
        """A short film, another file each time; made `size` bytes long by a box that players skip."""
        shape = "192x108" if format is Format.VIDEO else "108x192"
        content = with_mark(self._make_video(1, size=shape), f"film {next(_numbers)}")
        file = self._folder / f"{next(_numbers)}.mp4"
        with file.open("wb") as written:
            written.write(content)
            if size:
                written.write((size - len(content)).to_bytes(4, "big") + b"free")
                written.truncate(size)
        return self.media(file, format)

    def media(self, file: Path, format: Format = Format.SHORT) -> DraftMedia:
        """The file as a draft holds it."""
        width, height = (192, 108) if format is Format.VIDEO else (108, 192)
        facts = MediaFacts(MediaKind.VIDEO, "video/mp4", file.stat().st_size, width, height, 1.0)
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return DraftMedia(digest, facts, url="", path=file)

    def picture(self, content: bytes | None = None) -> DraftMedia:
        content = content or make_image(640, 360)
        file = self._folder / f"{next(_numbers)}.jpg"
        file.write_bytes(content)
        facts = MediaFacts(MediaKind.IMAGE, "image/jpeg", len(content), 640, 360)
        return DraftMedia(hashlib.sha256(content).hexdigest(), facts, url="", path=file)

    async def lose(self, effect: Mapping[str, Any], draft: Draft) -> Intent:
        """The intent of a draft whose last piece met `effect`."""
        memory = Memory()
        self.fault(effect, CALLS["publish"])
        with pytest.raises(OutcomeUnknown):
            await self.publisher.publish(draft, self.login, memory)
        return memory.intents[0]

    # The stand-in's side

    def published(self) -> Sequence[Out]:
        """The description is what a draft says; the title is an option."""
        asked = {"platform": "youtube", "account_id": self.login.external_id}
        items = self.sandbox.get("/_sandbox/published", params=asked).json()["items"]
        return [
            Out(
                item["id"],
                f"{self.url}/youtube/watch?v={item['id']}",
                item["text"].partition("\n\n")[2],
                tuple(media["sha256"] for media in item["media"]),
            )
            for item in items
        ]

    def shown(self, video_id: str, parts: str = "snippet,status") -> dict[str, Any]:
        """The video as the API shows it to its owner."""
        (video,) = self.call("GET", "videos", part=parts, id=video_id)["items"]
        return video

    def in_playlist(self, video_id: str) -> int:
        """How often the video is in the playlist."""
        asked = {"part": "id", "playlistId": self.playlist, "videoId": video_id}
        return len(self.call("GET", "playlistItems", **asked)["items"])

    def call(self, method: str, path: str, body: Any = None, **params: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.credentials['access_token']}"}
        url = f"/youtube/youtube/v3/{path}"
        answer = self.sandbox.request(method, url, params=params, json=body, headers=headers)
        return answer.raise_for_status().json()

    def fault(self, effect: Mapping[str, Any], call: Call, *, times: int | None = 1, **dice: float) -> None:
        match = {"method": call.method, "path_regex": call.path_regex}
        asked = {"platform": "youtube", "match": match, "effect": dict(effect), "times": times, **dice}
        self.sandbox.post("/_sandbox/faults", json=asked).raise_for_status()

    def heal(self) -> None:
        self.sandbox.delete("/_sandbox/faults").raise_for_status()

    def requests(self) -> Sequence[tuple[str, str]]:
        """Those made through the publisher: our own reads are of other paths or come later."""
        return [(item["method"], item["path"]) for item in self.log() if item["path"] != PLAYLISTS]

    def log(self) -> Sequence[dict[str, Any]]:
        return self.sandbox.get("/_sandbox/requests", params={"platform": "youtube"}).json()["items"]

    def sent(self, call: str) -> int:
        """How many requests of this kind there were."""
        wanted = CALLS[call]
        ending = wanted.path_regex.removesuffix("$")
        return sum(method == wanted.method and path.endswith(ending) for method, path in self.requests())

    def confirmed(self) -> list[tuple[int, int]]:
        """The byte ranges that were confirmed, request by request."""
        ranges = [item["range"].split("-") for item in self.log() if "range" in item]
        return [(int(first), int(last)) for first, last in ranges]

    def set_state(self, **changes: Any) -> None:
        path = f"/_sandbox/accounts/youtube/{self.login.external_id}/state"
        self.sandbox.post(path, json=changes).raise_for_status()

    def advance(self, seconds: float) -> None:
        self.sandbox.post("/_sandbox/clock", json={"advance_s": seconds}).raise_for_status()

    async def forget_sessions(self) -> None:
        """So much time passes that no upload session is known any more; the login is fresh again."""
        self.advance(15 * 86_400)
        self.login = await self.publisher.renew(self.login)
        self.credentials |= self.login.credentials


PLAYLISTS = "/youtube/youtube/v3/playlists"


def assert_each_byte_once(ranges: Sequence[tuple[int, int]], size: int) -> None:
    """Each byte of the file was confirmed exactly once, in order."""
    next_byte = 0
    for first, last in ranges:
        assert first == next_byte
        next_byte = last + 1
    assert next_byte == size
