"""The floor: the calls of an image post, one after another, made by nothing but an HTTP client."""

import asyncio
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from PIL import Image

VERSION = "v25.0"


async def measure(sandbox_url: str, posts: int, accounts: int, at_once: int) -> float:
    """Seconds for so many image posts, `at_once` side by side."""
    limits = httpx.Limits(max_connections=at_once)
    async with httpx.AsyncClient(base_url=sandbox_url, limits=limits, timeout=60, trust_env=False) as client:
        logins = [await _account(client, number) for number in range(accounts)]
        with _picture() as image_url:
            places = asyncio.Semaphore(at_once)

            async def publish(number: int) -> None:
                async with places:
                    await _publish(client, logins[number % accounts], f"post {number}", image_url)

            started = time.monotonic()
            await asyncio.gather(*(publish(number) for number in range(posts)))
            return time.monotonic() - started


async def _account(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    asked = {"platform": "instagram", "handle": f"bare{number}"}
    made = await client.post("/_sandbox/accounts", json=asked)
    return made.raise_for_status().json()["credentials"]


async def _publish(client: httpx.AsyncClient, login: dict[str, Any], caption: str, image_url: str) -> None:
    """Container, its state, the account's limit, publish, link: what the documentation asks for."""
    user, headers = login["ig_user_id"], {"Authorization": f"Bearer {login['access_token']}"}

    async def call(method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = await client.request(method, f"/instagram/{VERSION}/{path}", headers=headers, **options)
        return answer.raise_for_status().json()

    container = await call("POST", f"{user}/media", data={"image_url": image_url, "caption": caption})
    state = await call("GET", container["id"], params={"fields": "status_code,status"})
    assert state["status_code"] == "FINISHED", state
    await call("GET", f"{user}/content_publishing_limit", params={"fields": "quota_usage,config"})
    media = await call("POST", f"{user}/media_publish", data={"creation_id": container["id"]})
    await call("GET", media["id"], params={"fields": "permalink"})


@contextmanager
def _picture() -> Iterator[str]:
    """An address that answers with one JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", (640, 640), "#336699").save(buffer, "JPEG")
    content = buffer.getvalue()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/picture.jpg"
    finally:
        server.shutdown()
        server.server_close()
