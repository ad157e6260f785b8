"""A sandbox process of its own for the text models that talk to a service, and a server that only listens."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[str]:
    """The address of a running sandbox."""
    port = _free_port()
    command = [sys.executable, "-m", "pressrun.sandbox", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def sandbox(sandbox_process: str) -> str:
    """The address of a sandbox that has forgotten everything."""
    httpx.post(f"{sandbox_process}/_sandbox/reset").raise_for_status()
    return sandbox_process


@pytest.fixture
def unused_port() -> int:
    """A port where nobody listens."""
    return _free_port()


@dataclass
class Recorder:
    """A server that keeps every request body and always gives the same answer."""

    address: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    status: int = 503
    answer: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    kept = Recorder()

    class Recording(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            answer = json.dumps(kept.answer).encode()
            self.send_response(kept.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recording)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the sandbox ended before it answered"
        try:
            httpx.get(f"{address}/_sandbox/faults")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the sandbox does not answer")
