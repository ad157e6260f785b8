"""Uploads through a sandbox that is a process of its own: killed, restarted, and watched for memory."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from clips import padded
from sandbox.conftest import MakeVideo, switch_on
from sandbox.test_process import free_port, sandbox_process
from sandbox.youtube_tools import GRANULE, Channel, assert_contiguous, open_channel

SIZE = 40 * GRANULE + 123
LARGE = 128 * 1024 * 1024
GROWTH = 30 * 1024 * 1024


@pytest.fixture(scope="session")
def film(make_video: MakeVideo) -> bytes:
    return padded(make_video(size="192x108"), SIZE)


def received(answer: httpx.Response) -> int:
    assert answer.status_code == 308
    return int(answer.headers["range"].removeprefix("bytes=0-")) + 1


@pytest.mark.crash
def test_a_session_goes_on_where_it_was_when_the_sandbox_was_killed(tmp_path: Path, film: bytes) -> None:
    port, state, log = free_port(), tmp_path / "state.db", tmp_path / "log"
    ranges: list[tuple[int, int]] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        with sandbox_process(port, log, "--state", str(state)) as process:
            channel = open_channel(http, "산책하루")
            session = channel.session(size=SIZE)
            channel.send(session, film[: 8 * GRANULE], first=0, total=SIZE)
            ranges += channel.confirmed()
            kill_within(process, channel, session, film)
        with sandbox_process(port, log, "--state", str(state)) as process:
            kept = received(channel.ask(session, SIZE))
            assert 8 * GRANULE <= kept < SIZE
            ranges += [(8 * GRANULE, kept - 1)] if kept > 8 * GRANULE else []
            done = channel.send(session, film[kept:], first=kept, total=SIZE)
            ranges += channel.confirmed()
            process.send_signal(signal.SIGKILL)
            process.wait()
        with sandbox_process(port, log, "--state", str(state)):
            assert channel.ask(session, SIZE).json() == done.json()
            (post,) = channel.published()
            assert post["id"] == done.json()["id"]
            assert http.get(post["media"][0]["url"]).content == film
            assert channel.video(post["id"])["status"]["uploadStatus"] == "processed"
    assert_contiguous(ranges, SIZE)


def kill_within(process: subprocess.Popen[bytes], channel: Channel, session: str, film: bytes) -> None:
    """Kill the sandbox while the body of a request is on its way."""

    def body() -> Iterator[bytes]:
        for at in range(8 * GRANULE, SIZE, GRANULE):
            if at == 24 * GRANULE:
                process.send_signal(signal.SIGKILL)
                process.wait()
            yield film[at : at + GRANULE]

    length = str(SIZE - 8 * GRANULE)
    headers = {"Content-Range": f"bytes {8 * GRANULE}-{SIZE - 1}/{SIZE}", "Content-Length": length}
    with pytest.raises(httpx.TransportError):
        channel.http.put(session, content=body(), headers=headers)


@pytest.mark.crash
def test_an_upload_cut_five_times_is_one_video_and_each_byte_is_confirmed_once(
    http: httpx.Client, film: bytes
) -> None:
    channel = open_channel(http, "산책하루")
    session, kept, cuts = channel.session(size=SIZE), 0, 5
    for cut in range(cuts):
        effect = {"kind": "drop_within", "bytes": 1_000_000 + 77_777 * cut}
        switch_on(http, effect, platform="youtube", match={"method": "PUT"})
        with pytest.raises(httpx.TransportError):
            channel.send(session, film[kept:], first=kept, total=SIZE)
        kept = received(channel.ask(session, SIZE))
    assert channel.send(session, film[kept:], first=kept, total=SIZE).status_code == 201
    assert len(channel.published()) == 1
    assert len(channel.confirmed()) == cuts + 1
    assert_contiguous(channel.confirmed(), SIZE)


@pytest.mark.crash
@pytest.mark.parametrize("effect", [None, {"kind": "delay", "ms": 1}, {"kind": "drop_after"}])
def test_a_large_upload_does_not_grow_the_sandbox(
    tmp_path: Path, make_video: MakeVideo, effect: dict[str, object] | None
) -> None:
    port = free_port()
    clip = make_video(size="192x108")
    with (
        sandbox_process(port, tmp_path / "log") as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120) as http,
    ):
        channel = open_channel(http, "산책하루")
        channel.upload(clip)
        before = peak_memory(process)
        session = channel.session(size=LARGE)
        if effect is not None:
            switch_on(http, effect, platform="youtube", match={"method": "PUT"})
        try:
            http.put(session, content=long_film(clip), headers={"Content-Length": str(LARGE)})
        except httpx.RemoteProtocolError:
            assert effect == {"kind": "drop_after"}
        assert channel.ask(session, LARGE).status_code == 201
        assert len(channel.published()) == 2
        assert peak_memory(process) - before < GROWTH


def long_film(clip: bytes) -> Iterator[bytes]:
    """The clip, made large by a box that players skip, piece by piece."""
    yield clip
    yield (LARGE - len(clip)).to_bytes(4, "big") + b"free"
    rest = LARGE - len(clip) - 8
    piece = bytes(1024 * 1024)
    for at in range(0, rest, len(piece)):
        yield piece[: rest - at]


def peak_memory(process: subprocess.Popen[bytes]) -> int:
    """The most memory the process has had at any time, in bytes."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        pytest.skip("only Linux tells the peak of another process")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert peak is not None
    return int(peak[1]) * 1024
