"""A really listening server, and a reader of its event streams whose connection can be cut."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Told:
    """One message of a stream."""

    id: int
    event: str
    data: dict[str, Any]


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of `app`, served in a thread on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_level="error", access_log=False, ws="none")
    server = uvicorn.Server(config)
    server.force_exit = True
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        host, port = listener.getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


class Streams:
    """A signed-in reader of one server's streams."""

    def __init__(self, url: str, cookie: str, *, language: str = "ko") -> None:
        self._client = httpx.Client(
            base_url=url,
            cookies={"sessionId": cookie},
            headers={"Accept-Language": language},
            timeout=PATIENCE_SECONDS,
            trust_env=False,
        )

    def close(self) -> None:
        """Lets all connections go."""
        self._client.close()

    def get(self, path: str, *, last_id: int | None = None) -> httpx.Response:
        """The whole answer; only for streams that end by themselves."""
        return self._client.get(path, headers=_going_on(last_id))

    @contextmanager
    def open(self, path: str, *, last_id: int | None = None) -> Iterator[Iterator[Told]]:
        """The messages of a stream; leaving the block cuts the connection wherever it is."""
        with self._client.stream("GET", path, headers=_going_on(last_id)) as answer:
            assert answer.status_code == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield told_by(answer.iter_lines())

    def read(self, path: str, *, last_id: int | None = None) -> list[Told]:
        """Every message until the stream ends by itself."""
        with self.open(path, last_id=last_id) as messages:
            return list(messages)


def told_by(lines: Iterator[str]) -> Iterator[Told]:
    """The messages in the lines of a stream, as a browser understands them."""
    fields: dict[str, str] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    for line in lines:
        assert time.monotonic() < deadline, "only comments came"
        name, _, value = line.partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif "data" in fields:
            yield Told(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields, deadline = {}, time.monotonic() + PATIENCE_SECONDS


def _going_on(last_id: int | None) -> dict[str, str]:
    return {} if last_id is None else {"Last-Event-ID": str(last_id)}
