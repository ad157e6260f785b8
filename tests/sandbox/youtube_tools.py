"""A channel on the YouTube stand-in: plain calls of the protocol, and the official client."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import googleapiclient
import httpx
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document

GRANULE = 256 * 1024
CHOSEN = {
    "snippet": {"title": "아침 산책", "description": "강가를 걸었어요.", "categoryId": "22"},
    "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
}


@dataclass(frozen=True)
class Channel:
    """One channel and the calls its publisher makes."""

    http: httpx.Client
    id: str
    credentials: dict[str, Any]
    root: str = "/youtube"

    @property
    def token(self) -> str:
        return self.credentials["access_token"]

    @property
    def uploads(self) -> str:
        return "UU" + self.id.removeprefix("UC")

    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        url = f"{self.root}/youtube/v3/{path}"
        return self.http.request(method, url, params=params, json=body, headers=self.login())

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.call("GET", path, **params)

    def start(
        self,
        resource: Mapping[str, Any] = CHOSEN,
        *,
        size: int | None = None,
        mime: str = "video/mp4",
        part: str = "snippet,status",
        path: str = "videos",
    ) -> httpx.Response:
        announced = {"X-Upload-Content-Type": mime}
        if size is not None:
            announced["X-Upload-Content-Length"] = str(size)
        return self.http.post(
            f"{self.root}/upload/youtube/v3/{path}",
            params={"uploadType": "resumable", "part": part},
            json=resource,
            headers={**self.login(), **announced},
        )

    def session(self, resource: Mapping[str, Any] = CHOSEN, **more: Any) -> str:
        answer = self.start(resource, **more)
        assert answer.status_code == 200, answer.text
        assert answer.content == b""
        return answer.headers["location"]

    def send(self, session: str, piece: bytes, *, first: int, total: int | str) -> httpx.Response:
        headers = {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{total}"}
        return self.http.put(session, content=piece, headers=headers)

    def ask(self, session: str, total: int | str) -> httpx.Response:
        return self.http.put(session, headers={"Content-Range": f"bytes */{total}", "Content-Length": "0"})

    def upload(self, content: bytes, resource: Mapping[str, Any] = CHOSEN, **more: Any) -> dict[str, Any]:
        """A whole upload in one piece; gives the video resource."""
        session = self.session(resource, size=len(content), **more)
        answer = self.http.put(session, content=content)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def video(self, id_: str, parts: str = "snippet,status,processingDetails") -> dict[str, Any]:
        (video,) = self.get("videos", part=parts, id=id_).json()["items"]
        return video

    def set_state(self, **changes: Any) -> None:
        answer = self.http.post(f"/_sandbox/accounts/youtube/{self.id}/state", json=changes)
        assert answer.status_code == 200, answer.text

    def published(self) -> list[dict[str, Any]]:
        asked = {"platform": "youtube", "account_id": self.id}
        return self.http.get("/_sandbox/published", params=asked).json()["items"]

    def requests(self) -> list[dict[str, Any]]:
        items = self.http.get("/_sandbox/requests", params={"platform": "youtube"}).json()["items"]
        return [item for item in items if item["account_id"] == self.id]

    def confirmed(self) -> list[tuple[int, int]]:
        """The byte ranges that were confirmed, request by request."""
        ranges = [item["range"].split("-") for item in self.requests() if "range" in item]
        return [(int(first), int(last)) for first, last in ranges]


def open_channel(http: httpx.Client, handle: str, **options: str) -> Channel:
    asked = {"platform": "youtube", "handle": handle, **options}
    answer = http.post("/_sandbox/accounts", json=asked)
    assert answer.status_code == 201, answer.text
    return Channel(http, answer.json()["account_id"], answer.json()["credentials"])


def later(http: httpx.Client, **passed: float) -> None:
    """Move the stand-ins' clock by days, hours, minutes or seconds."""
    units = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
    seconds = sum(units[unit] * count for unit, count in passed.items())
    assert http.post("/_sandbox/clock", json={"advance_s": seconds}).status_code == 200


def reason(answer: httpx.Response) -> tuple[int, str]:
    """HTTP status and reason of an error, which must have the shape of Google's APIs."""
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    assert error["message"]
    assert error["errors"][0]["domain"]
    return answer.status_code, error["errors"][0]["reason"]


def assert_contiguous(ranges: list[tuple[int, int]], size: int) -> None:
    """Each byte of the file was confirmed exactly once, in order."""
    next_byte = 0
    for first, last in ranges:
        assert first == next_byte
        next_byte = last + 1
    assert next_byte == size


def google_credentials(channel: Channel, **replaced: Any) -> Credentials:
    known = channel.credentials
    given: dict[str, Any] = {
        "token": known["access_token"],
        "refresh_token": known["refresh_token"],
        "token_uri": f"{channel.http.base_url}/google-oauth/token",
        "client_id": known["client_id"],
        "client_secret": known["client_secret"],
    }
    return Credentials(**{**given, **replaced})


def google_client(root: str, credentials: Credentials) -> Any:
    """The official client, its bundled description of the API pointed at `root`."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    described = json.loads((folder / "youtube.v3.json").read_text())
    described["rootUrl"] = f"{root}/"
    return build_from_document(described, credentials=credentials)
