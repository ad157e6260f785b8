"""One listening sandbox for the session, emptied before each test, and a server for the media it fetches."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from PIL import Image

from clips import MakeVideo as MakeVideo
from pressrun.sandbox.app import running


def jpeg(width: int = 1080, height: int = 1350, *, colour: tuple[int, int, int] = (190, 120, 80)) -> bytes:
    return encoded("JPEG", width, height, colour=colour)


def encoded(
    kind: str, width: int = 1080, height: int = 1350, *, colour: tuple[int, int, int] = (190, 120, 80)
) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, kind)
    return written.getvalue()


@dataclass
class MediaHost:
    """A web server whose files a test chooses; it answers 404 for any other path."""

    url: str
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def put(self, name: str, content: bytes, mime: str = "image/jpeg") -> str:
        self.files[f"/{name}"] = (content, mime)
        return f"{self.url}/{name}"


@dataclass(frozen=True)
class InstagramAccount:
    """One account and the calls its publisher makes."""

    http: httpx.Client
    id: str
    credentials: dict[str, Any]
    prefix: str = "/instagram"

    @property
    def token(self) -> str:
        return self.credentials["access_token"]

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(f"{self.prefix}/v25.0/{path}", params=params, headers=self._login())

    def post(self, path: str, **params: Any) -> httpx.Response:
        return self.http.post(f"{self.prefix}/v25.0/{path}", data=params, headers=self._login())

    def container(self, **params: Any) -> str:
        answer = self.post(f"{self.id}/media", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    def status(self, container_id: str) -> dict[str, Any]:
        return self.get(container_id, fields="status_code,status").json()

    def publish(self, container_id: str) -> httpx.Response:
        return self.post(f"{self.id}/media_publish", creation_id=container_id)

    def set_state(self, **changes: Any) -> None:
        answer = self.http.post(f"/_sandbox/accounts/instagram/{self.id}/state", json=changes)
        assert answer.status_code == 200, answer.text

    def published(self) -> list[dict[str, Any]]:
        answer = self.http.get("/_sandbox/published", params={"platform": "instagram", "account_id": self.id})
        return answer.json()["items"]

    def _login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def open_instagram(http: httpx.Client, handle: str, *, login: str = "facebook") -> InstagramAccount:
    made = http.post(
        "/_sandbox/accounts", json={"platform": "instagram", "handle": handle, "login": login}
    ).json()
    prefix = "/instagram" if login == "facebook" else "/instagram-login"
    return InstagramAccount(http, made["account_id"], made["credentials"], prefix)


def error_codes(answer: httpx.Response) -> tuple[int, int | None]:
    """Code and subcode of a Graph error, which must have the platform's shape."""
    error = answer.json()["error"]
    assert error["type"] == "OAuthException"
    assert error["message"]
    assert error["fbtrace_id"]
    return error["code"], error.get("error_subcode")


def switch_on(http: httpx.Client, effect: dict[str, Any], *, platform: str = "instagram", **more: Any) -> str:
    answer = http.post("/_sandbox/faults", json={"platform": platform, "effect": effect, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def http(sandbox_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox_url, timeout=30, trust_env=False) as client:
        client.post("/_sandbox/reset")
        yield client


@pytest.fixture(scope="session")
def _media_server() -> Iterator[MediaHost]:
    host = MediaHost("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content, mime = host.files.get(self.path, (b"", ""))
            self.send_response(200 if mime else 404)
            self.send_header("Content-Type", mime or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield host
        server.shutdown()
        thread.join()


@pytest.fixture
def media(_media_server: MediaHost) -> MediaHost:
    _media_server.files.clear()
    return _media_server


@pytest.fixture
def account(http: httpx.Client) -> InstagramAccount:
    return open_instagram(http, "커피하루")


@pytest.fixture
def photo(media: MediaHost) -> str:
    return media.put("photo.jpg", jpeg())
