"""The sandbox publishers talk to, and a server from which it fetches their pictures and videos."""

import contextlib
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from clips import with_mark
from makers import make_image
from pressrun.connectors.http import Http
from pressrun.sandbox.app import running

NewHttp = Callable[[float], Http]

PICTURES = {
    "/photo.jpg": make_image(1080, 1080),
    "/wide.jpg": make_image(1080, 400),
    "/broken.jpg": b"\xff\xd8\xff not a picture",
    "/huge.jpg": make_image(640, 640) + b"\0" * (8 * 1024 * 1024),
}


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture(scope="session")
def _control(sandbox_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox_url, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def sandbox(_control: httpx.Client) -> httpx.Client:
    """The control of a sandbox that has forgotten everything."""
    _control.post("/_sandbox/reset").raise_for_status()
    return _control


@dataclass(frozen=True)
class File:
    """A file that can be fetched at `url`, and lies at `path`."""

    url: str
    path: Path
    mime: str
    sha256: str
    size: int


@dataclass
class Shelf:
    """A web server with `PICTURES`, and with whatever a test puts there."""

    url: str
    folder: Path
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def put(self, name: str, content: bytes, mime: str) -> File:
        path = self.folder / name
        path.write_bytes(content)
        self.files[f"/{name}"] = (content, mime)
        return File(f"{self.url}/{name}", path, mime, hashlib.sha256(content).hexdigest(), len(content))

    def photo(self, name: str) -> File:
        """A picture that is no other one: nobody looks at what follows its end."""
        return self.put(f"{name}.jpg", PICTURES["/photo.jpg"] + name.encode(), "image/jpeg")

    def film(self, name: str, content: bytes) -> File:
        """A video that is no other one."""
        return self.put(f"{name}.mp4", with_mark(content, name), "video/mp4")


@pytest.fixture(scope="session")
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf("", tmp_path_factory.mktemp("shelf"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content, mime = shelf.files.get(self.path.partition("?")[0], (b"", "text/plain"))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", mime)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shelf.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield shelf
        server.shutdown()
        thread.join()


@pytest.fixture
def shelf(_shelf: Shelf) -> Shelf:
    """Where media can be fetched; nothing but `PICTURES` lies there."""
    _shelf.files = {name: (content, "image/jpeg") for name, content in PICTURES.items()}
    return _shelf


@pytest.fixture
async def new_http() -> AsyncIterator[NewHttp]:
    """Makes clients with a time limit in seconds; making one takes a while."""
    made: list[Http] = []

    def new(seconds: float) -> Http:
        made.append(Http(timeout=timedelta(seconds=seconds)))
        return made[-1]

    yield new
    for client in made:
        await client.close()
