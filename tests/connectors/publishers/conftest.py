"""The sandbox publishers talk to, and a server from which it fetches their pictures."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

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


@pytest.fixture(scope="session")
def pictures() -> Iterator[str]:
    """Where `PICTURES` can be fetched."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = PICTURES.get(self.path.partition("?")[0], b"")
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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
