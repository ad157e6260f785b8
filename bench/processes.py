"""Real processes for a bench: Pressrun and the sandbox, on ports of their own, ended in good order."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

READY_WITHIN = 60.0
STOP_WITHIN = 60.0
LOOK_SECONDS = 0.005


@contextmanager
def running_pressrun(
    folder: Path, settings: Mapping[str, str] | None = None, *, port: int | None = None
) -> Iterator[psutil.Process]:
    """A `pressrun up` on this data folder that is ready; `settings` are environment variables."""
    port = port or free_port()
    given = {"PRESSRUN_DATA": str(folder), "PRESSRUN_PORT": str(port), **(settings or {})}
    with _running(["up"], given, f"http://127.0.0.1:{port}/readyz") as process:
        yield process


@contextmanager
def running_sandbox() -> Iterator[str]:
    """A `pressrun sandbox` that is ready; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with _running(["sandbox", "--port", str(port)], {}, f"{url}/_sandbox/faults"):
        yield url


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


@contextmanager
def _running(command: list[str], given: Mapping[str, str], ready_at: str) -> Iterator[psutil.Process]:
    environment = {**os.environ, **given}
    started = subprocess.Popen([sys.executable, "-m", "pressrun", *command], env=environment)
    try:
        _await_ready(started, ready_at)
        yield psutil.Process(started.pid)
        started.terminate()
        started.wait(STOP_WITHIN)
    finally:
        started.kill()
        started.wait()


def _await_ready(started: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and started.poll() is None:
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"not ready within {READY_WITHIN:.0f} s")
