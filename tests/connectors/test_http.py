"""The one HTTP client: how far a request got, how long and how large an answer may be, and no secret told."""

import asyncio
import gzip
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from pressrun.connectors import http as http_module
from pressrun.connectors.http import Http
from pressrun.domain.failures import Failure, MediaUnreachable, Reach, Transient

TOKEN = "EAAB-very-secret"
SECONDS = 0.4

Writer = asyncio.StreamWriter
Reply = Callable[[asyncio.StreamReader, Writer], Awaitable[None]]


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http(timeout=timedelta(seconds=SECONDS))
    yield client
    await client.close()


@asynccontextmanager
async def serving(reply: Reply) -> AsyncIterator[str]:
    """The address of a server that reads a request's head and then does as told."""
    ends: list[Writer] = []

    async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
        ends.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        await reply(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for writer in ends:
            writer.close()
        server.close()


def answering(
    content: bytes, *, head: str = "200 OK", kind: str = "application/json", more: str = ""
) -> Reply:
    async def reply(_: asyncio.StreamReader, writer: Writer) -> None:
        lines = [f"HTTP/1.1 {head}", f"content-type: {kind}", f"content-length: {len(content)}"]
        writer.write("\r\n".join([*lines, "connection: close", f"{more}\r\n"]).encode() + content)
        await writer.drain()

    return reply


async def silence(_: asyncio.StreamReader, writer: Writer) -> None:
    """Never answers."""


async def hang_up(_: asyncio.StreamReader, writer: Writer) -> None:
    writer.close()


async def reset(_: asyncio.StreamReader, writer: Writer) -> None:
    linger = b"\x01\0\0\0\0\0\0\0"
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def half(_: asyncio.StreamReader, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()


async def drip(_: asyncio.StreamReader, writer: Writer) -> None:
    """A byte before each single read would be too late, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(SECONDS / 20)


async def nonsense(_: asyncio.StreamReader, writer: Writer) -> None:
    writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    await writer.drain()


async def failure_at(http: Http, url: str) -> Failure:
    with pytest.raises(Failure) as caught:
        await http.request("POST", url, headers={"Authorization": f"Bearer {TOKEN}"}, data={"a": "b"})
    return caught.value


# How far it got


@pytest.mark.parametrize("reply", [silence, hang_up, reset, half, drip, nonsense])
async def test_a_request_that_left_may_have_taken_effect(http: Http, reply: Reply) -> None:
    async with serving(reply) as url:
        failure = await failure_at(http, url)
    assert (type(failure), failure.reach) == (Transient, Reach.SENT)


async def test_a_refused_connection_never_left(http: Http) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        failure = await failure_at(http, f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert (type(failure), failure.reach) == (Transient, Reach.NOT_SENT)


async def test_a_connection_that_is_never_taken_never_left(http: Http) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        failure = await failure_at(http, f"http://127.0.0.1:{address[1]}")
        for each in waiting:
            each.close()
    assert (type(failure), failure.reach) == (Transient, Reach.NOT_SENT)


@pytest.mark.parametrize(
    "url", ["", "no-address", "ftp://x.example/a", "http://", "http://[", "http://a:b/c"]
)
async def test_what_is_no_address_never_left(http: Http, url: str) -> None:
    failure = await failure_at(http, url)
    assert (type(failure), failure.reach) == (Transient, Reach.NOT_SENT)


async def test_a_header_that_no_header_can_hold_never_left(http: Http) -> None:
    with pytest.raises(Transient) as caught:
        await http.request("GET", "http://127.0.0.1:9", headers={"Authorization": "Bearer 토큰"})
    assert caught.value.reach is Reach.NOT_SENT


# Limits


async def test_the_time_limit_holds_for_the_whole_answer(http: Http) -> None:
    started = asyncio.get_running_loop().time()
    async with serving(drip) as url:
        await failure_at(http, url)
    assert asyncio.get_running_loop().time() - started < SECONDS * 3


@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_that_is_too_large_is_not_taken_in(
    http: Http, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(http_module, "MAX_ANSWER_BYTES", 100_000)
    content = b"x" * 100_001
    sent = gzip.compress(content) if packed else content
    encoding = "content-encoding: gzip\r\n" if packed else ""
    async with serving(answering(sent, more=encoding)) as url:
        failure = await failure_at(http, url)
    assert (type(failure), failure.reach) == (Transient, Reach.SENT)


async def test_the_largest_answer_is_taken_in(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MAX_ANSWER_BYTES", 100_000)
    async with serving(answering(b"x" * 100_000)) as url:
        assert len((await http.request("GET", url)).content) == 100_000


async def test_a_redirect_is_an_answer_and_not_followed(http: Http) -> None:
    followed: list[bytes] = []

    async def trap(_: asyncio.StreamReader, writer: Writer) -> None:
        followed.append(b"!")
        await answering(b"{}")(_, writer)

    async with serving(trap) as target:
        redirect = answering(b"", head="302 Found", more=f"location: {target}/\r\n")
        async with serving(redirect) as url:
            answer = await http.request("GET", url)
            assert (answer.status, answer.is_success) == (302, False)
            with pytest.raises(MediaUnreachable):
                await http.fetch(url)
    assert followed == []


# Answers


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=UTF-8", "text/javascript"])
async def test_json_is_read_with_all_its_letters(http: Http, kind: str) -> None:
    async with serving(answering('{"caption": "비 오는 날 ☕ 👩‍👩‍👧"}'.encode(), kind=kind)) as url:
        answer = await http.request("GET", url)
    assert answer.body == {"caption": "비 오는 날 ☕ 👩‍👩‍👧"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html></html>", "text/html"),
        (b"{broken", "application/json"),
        (b"", "application/json"),
        (b"\xff\xfe\xfa", "application/json"),
        (b"[" * 200_000, "application/json"),
        (b'{"a": 1}', "text/plain"),
    ],
)
async def test_what_is_not_json_has_no_body(http: Http, content: bytes, kind: str) -> None:
    async with serving(answering(content, kind=kind)) as url:
        answer = await http.request("GET", url)
    assert answer.body is None
    assert answer.content == content
    assert isinstance(answer.text, str)


async def test_fetching_gives_the_bytes(http: Http) -> None:
    content = bytes(range(256))
    async with serving(answering(content, kind="image/jpeg")) as url:
        assert await http.fetch(url) == content


@pytest.mark.parametrize("head", ["404 Not Found", "403 Forbidden", "500 Oops", "301 Moved"])
async def test_fetching_what_is_not_there_names_the_address(http: Http, head: str) -> None:
    async with serving(answering(b"no", head=head)) as url:
        with pytest.raises(MediaUnreachable) as caught:
            await http.fetch(f"{url}/photo.jpg")
    assert caught.value.url == f"{url}/photo.jpg"
    assert caught.value.answer.status == int(head[:3])


# Secrets


@pytest.mark.parametrize("secret", [TOKEN, f"{TOKEN}\nx", f"{TOKEN}-토큰"])
@pytest.mark.parametrize("reply", [silence, hang_up, half, answering(b"{}")])
async def test_no_token_is_told_by_an_exception_or_a_log(
    http: Http, caplog: pytest.LogCaptureFixture, reply: Reply, secret: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for chatty in ("httpx", "httpcore"):
        # As `kit.logs` sets them: at INFO they would write every address.
        caplog.set_level(logging.WARNING, logger=chatty)
    told = ""
    async with serving(reply) as url:
        for options in (
            {"headers": {"Authorization": f"Bearer {secret}"}},
            {"params": {"access_token": secret}},
            {"data": {"access_token": secret}},
        ):
            try:
                await http.request("POST", url, **options)
            except Failure as failure:
                told += "".join(traceback.format_exception(failure)) + repr(failure) + str(vars(failure))
    assert TOKEN not in told
    assert TOKEN not in caplog.text
