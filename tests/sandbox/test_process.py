"""The sandbox as a process of its own: what survives kill -9, how it stops, what it writes to its log."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.conftest import MediaHost, jpeg, open_instagram, switch_on


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def sandbox_process(port: int, log: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "pressrun.sandbox", "--port", str(port), *more]
    with log.open("ab") as written, subprocess.Popen(command, stdout=written, stderr=written) as process:
        try:
            wait_for(port, process)
            yield process
        finally:
            process.kill()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.crash
def test_what_was_published_survives_kill_9(tmp_path: Path, media: MediaHost) -> None:
    port, state, log = free_port(), tmp_path / "state.db", tmp_path / "log"
    photo = media.put("a.jpg", jpeg())
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        with sandbox_process(port, log, "--state", str(state)) as process:
            account = open_instagram(http, "커피하루")
            app = http.post("/_sandbox/apps", json={"platform": "instagram", "redirect_uris": []}).json()
            http.post("/_sandbox/clock", json={"advance_s": 86400})
            waiting = account.container(image_url=photo, caption="기다리는 글")
            account.publish(account.container(image_url=photo, caption="남은 글"))
            before = account.published()
            process.send_signal(signal.SIGKILL)
            process.wait()

        with sandbox_process(port, log, "--state", str(state)):
            assert account.published() == before
            assert http.get(before[0]["media"][0]["url"]).content == media.files["/a.jpg"][0]
            assert "남은 글" in http.get(before[0]["permalink"]).text
            again = open_instagram(http, "커피하루")
            assert (again.id, again.credentials) == (account.id, account.credentials)
            clock = http.get("/_sandbox/clock").json()
            assert clock["now"] > clock["real_now"]
            assert account.status(waiting)["status_code"] == "FINISHED"
            assert account.publish(waiting).status_code == 200
            assert len(account.published()) == 2
            assert app["client_id"].isdigit()


@pytest.mark.crash
def test_sigterm_stops_promptly_while_calls_hang_and_connections_stay_open(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with (
        sandbox_process(port, log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        account = open_instagram(http, "커피하루")
        switch_on(http, {"kind": "hang"}, times=1)
        switch_on(http, {"kind": "delay", "ms": 60_000}, times=1)
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
        for connection in held:
            connection.sendall(f"GET /instagram/{account.id} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
        deadline = time.monotonic() + 10
        while sum("fault_id" in item for item in http.get("/_sandbox/requests").json()["items"]) < 2:
            assert time.monotonic() < deadline
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 3
        for connection in held:
            assert connection.recv(1) == b""
            connection.close()
    assert log.read_text() == ""


@pytest.mark.crash
def test_cut_connections_leave_no_noise_in_the_log(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with (
        sandbox_process(port, log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        account = open_instagram(http, "커피하루")
        for effect in ({"kind": "drop_before"}, {"kind": "drop_after"}, {"kind": "truncate", "bytes": 3}):
            switch_on(http, effect)
            with pytest.raises(httpx.RemoteProtocolError):
                account.get(account.id)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    assert log.read_text() == ""
