"""Files as bodies: the right bytes, any length of time, hardly any memory, no place left open."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from pressrun.connectors import file_body
from pressrun.connectors.file_body import Form
from pressrun.connectors.http import Http
from pressrun.domain.failures import MediaBroken, Reach, Transient

SECONDS = 0.4
CONTENT = bytes(range(256)) * 300
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@dataclass
class Received:
    """What the server was sent last."""

    head: str = ""
    body: bytes = b""

    def header(self, name: str) -> str | None:
        found = re.search(rf"^{name}: (.*)\r$", self.head, re.IGNORECASE | re.MULTILINE)
        return found[1] if found else None


Take = Callable[[asyncio.StreamReader, Received], Awaitable[None]]


async def take_all(reader: asyncio.StreamReader, received: Received) -> None:
    received.body = await reader.readexactly(int(received.header("content-length") or 0))


async def take_nothing(reader: asyncio.StreamReader, received: Received) -> None:
    await reader.read()


@asynccontextmanager
async def serving(take: Take = take_all, buffer: int | None = None) -> AsyncIterator[tuple[str, Received]]:
    """A server that keeps what it was sent; `buffer` is how much lies between it and the client."""
    received = Received()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        while True:
            try:
                received.head = (await reader.readuntil(b"\r\n\r\n")).decode()
                await take(reader, received)
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            writer.write(OK)

    listening = socket.socket()
    if buffer is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    listening.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(serve, sock=listening, limit=buffer or 2**16)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/upload", received
    finally:
        for writer in writers:
            writer.close()
        server.close()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http(timeout=timedelta(seconds=SECONDS))
    yield client
    await client.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


def sparse(path: Path, size: int) -> Path:
    """A file of zeros that takes no place on the disk."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


# The right bytes


async def test_a_file_arrives_whole_with_its_length_said_first(http: Http, file: Path) -> None:
    async with serving() as (url, received):
        answer = await http.send("PUT", url, file=file, headers={"Content-Type": "video/mp4"})
    assert (answer.status, answer.body) == (200, {})
    assert received.body == CONTENT
    assert received.header("content-length") == str(len(CONTENT))
    assert received.header("content-type") == "video/mp4"
    assert received.header("transfer-encoding") is None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(offset=st.integers(0, 1000), length=st.none() | st.integers(0, 1000), chunk=st.integers(1, 1100))
async def test_any_range_arrives_as_it_lies_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int, length: int | None, chunk: int
) -> None:
    monkeypatch.setattr(file_body, "CHUNK_BYTES", chunk)
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT[:2000])
    client = Http(timeout=timedelta(seconds=5))
    async with serving() as (url, received):
        await client.send("PUT", url, file=path, offset=offset, length=length)
    await client.close()
    expected = CONTENT[:2000][offset:] if length is None else CONTENT[offset : offset + length]
    assert received.body == expected
    assert received.header("content-length") == str(len(expected))


async def test_several_files_share_one_connection(http: Http, file: Path) -> None:
    async with serving() as (url, received):
        for offset in (0, 5, 70_000):
            await http.send("PUT", url, file=file, offset=offset)
            assert received.body == CONTENT[offset:]


async def test_in_a_form_the_fields_come_with_the_file(http: Http, file: Path) -> None:
    form = Form({"public_id": "비 오는 날", "tags": "a&b=c"}, name="media", mime="video/mp4")
    async with serving() as (url, received):
        await http.send("POST", url, file=file, offset=7, length=100, form=form)
    fields = await read_form(received)
    assert (fields["public_id"], fields["tags"]) == ("비 오는 날", "a&b=c")
    uploaded = fields["media"]
    assert (uploaded.filename, uploaded.mime) == ("clip.mp4", "video/mp4")
    assert uploaded.content == CONTENT[7:107]
    assert received.header("content-length") == str(len(received.body))


@pytest.mark.parametrize("name", ['a"; name="other', "a\r\nX-Evil: 1", "사진.jpg"])
async def test_no_name_of_a_file_breaks_out_of_its_place(http: Http, file: Path, name: str) -> None:
    async with serving() as (url, received):
        await http.send("POST", url, file=file, form=Form(filename=name))
    fields = await read_form(received)
    assert list(fields) == ["file"]
    assert fields["file"].content == CONTENT
    assert fields["file"].headers == ["content-disposition", "content-type"]


# Time


async def test_a_slow_line_is_given_all_the_time_it_needs(http: Http, tmp_path: Path) -> None:
    """The whole takes longer than the time limit, no single piece does."""
    size = 12_000_000

    async def take_slowly(reader: asyncio.StreamReader, received: Received) -> None:
        left, piece = size, size // 12
        while left:
            await asyncio.sleep(SECONDS / 8)
            left -= len(await reader.readexactly(min(left, piece)))

    started = asyncio.get_running_loop().time()
    async with serving(take_slowly, buffer=100_000) as (url, _):
        answer = await http.send("PUT", url, file=sparse(tmp_path / "large.mp4", size))
    assert answer.status == 200
    assert asyncio.get_running_loop().time() - started > SECONDS


async def test_a_line_that_stands_still_is_given_up(http: Http, tmp_path: Path) -> None:
    async def take_a_little(reader: asyncio.StreamReader, _: Received) -> None:
        await reader.read(1000)
        await asyncio.Event().wait()

    async with serving(take_a_little, buffer=10_000) as (url, _):
        with pytest.raises(Transient) as caught:
            await http.send("PUT", url, file=sparse(tmp_path / "large.mp4", 50_000_000))
    assert caught.value.reach is Reach.SENT


async def test_an_answer_that_never_comes_is_given_up(http: Http, file: Path) -> None:
    async def take_and_wait(reader: asyncio.StreamReader, received: Received) -> None:
        await take_all(reader, received)
        await asyncio.Event().wait()

    async with serving(take_and_wait) as (url, received):
        with pytest.raises(Transient) as caught:
            await http.send("PUT", url, file=file)
    assert caught.value.reach is Reach.SENT
    assert received.body == CONTENT


async def test_a_connection_that_breaks_in_the_middle_is_transient(http: Http, tmp_path: Path) -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(100_000)
        writer.transport.abort()

    server = await asyncio.start_server(broken, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(Transient) as caught:
        await http.send("PUT", url, file=sparse(tmp_path / "large.mp4", 50_000_000))
    server.close()
    assert caught.value.reach is Reach.SENT


async def test_a_refused_connection_never_left(http: Http, file: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Transient) as caught:
            await http.send("PUT", f"http://127.0.0.1:{unused.getsockname()[1]}", file=file)
    assert caught.value.reach is Reach.NOT_SENT


async def test_an_answer_before_the_end_is_taken(http: Http, tmp_path: Path) -> None:
    """A service that refuses at the first bytes is heard, not called unreachable."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.write_eof()
        while await reader.read(100_000):
            pass
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    answer = await http.send("PUT", url, file=sparse(tmp_path / "large.mp4", 3_000_000))
    server.close()
    assert answer.status == 413


# The file


@pytest.mark.parametrize(("offset", "length"), [(80_000, None), (76_000, 1000), (0, 76_801)])
async def test_a_range_that_the_file_does_not_have_never_leaves(
    http: Http, file: Path, offset: int, length: int | None
) -> None:
    async with serving() as (url, received):
        with pytest.raises(MediaBroken) as caught:
            await http.send("PUT", url, file=file, offset=offset, length=length)
    assert caught.value.reach is Reach.NOT_SENT
    assert received.head == ""


async def test_a_file_that_is_gone_never_leaves(http: Http, tmp_path: Path) -> None:
    async with serving() as (url, received):
        with pytest.raises(MediaBroken) as caught:
            await http.send("PUT", url, file=tmp_path / "gone.mp4")
    assert caught.value.reach is Reach.NOT_SENT
    assert received.head == ""


async def test_a_file_that_shrinks_on_the_way_is_broken(http: Http, tmp_path: Path) -> None:
    path = sparse(tmp_path / "large.mp4", 20_000_000)

    async def take_and_shrink(reader: asyncio.StreamReader, _: Received) -> None:
        await reader.readexactly(1000)
        os.truncate(path, 1_000_000)
        await reader.read()

    async with serving(take_and_shrink, buffer=10_000) as (url, _):
        with pytest.raises(MediaBroken, match="became shorter"):
            await http.send("PUT", url, file=path)


async def test_no_file_stays_open_whatever_happens(http: Http, file: Path, tmp_path: Path) -> None:
    large = sparse(tmp_path / "large.mp4", 50_000_000)
    async with serving() as (url, _):
        await http.send("PUT", url, file=file)
    async with serving(take_nothing) as (url, _):
        sending = asyncio.create_task(http.send("PUT", url, file=large))
        await asyncio.sleep(0.05)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    with pytest.raises(Transient):
        await http.send("PUT", "http://127.0.0.1:9/closed", file=file)
    assert not {file, large} & {Path(each.path) for each in psutil.Process().open_files()}


# Memory

MEASURED = """
import asyncio, resource, sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from pressrun.connectors.file_body import Form
from pressrun.connectors.http import Http

async def main():
    http = Http(timeout=timedelta(seconds=30))
    small, large = Path(sys.argv[2]), Path(sys.argv[3])
    form = Form({"a": "b"}) if sys.argv[4] == "form" else None
    await http.send("POST", sys.argv[1], file=small, form=form)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = await http.send("POST", sys.argv[1], file=large, form=form)
    print(answer.status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    await http.close()

asyncio.run(main())
"""


@pytest.mark.parametrize("way", ["bare", "form"])
async def test_a_large_file_adds_hardly_any_memory(tmp_path: Path, way: str) -> None:
    size = 400_000_000
    small, large = sparse(tmp_path / "small.mp4", 1000), sparse(tmp_path / "large.mp4", size)
    total = 0

    async def count(reader: asyncio.StreamReader, received: Received) -> None:
        nonlocal total
        left = total = int(received.header("content-length") or 0)
        while left:
            left -= len(await reader.read(min(left, 1_000_000)))

    async with serving(count) as (url, _):
        measuring = await asyncio.create_subprocess_exec(
            sys.executable, "-c", MEASURED, url, small, large, way, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await measuring.communicate()
    status, added_kilobytes = map(int, told.split())
    assert status == 200
    assert total >= size
    assert added_kilobytes < 50_000


@dataclass(frozen=True)
class Part:
    """The file of a form."""

    content: bytes
    filename: str | None
    mime: str | None
    headers: list[str]


async def read_form(received: Received) -> dict[str, Any]:
    """The form as another implementation reads it: text, and the file as a `Part`."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield received.body

    headers = Headers({"content-type": received.header("content-type") or ""})
    form = await MultiPartParser(headers, stream()).parse()
    fields = {
        name: value
        if isinstance(value, str)
        else Part(await value.read(), value.filename, value.content_type, list(value.headers))
        for name, value in form.items()
    }
    await form.close()
    return fields
