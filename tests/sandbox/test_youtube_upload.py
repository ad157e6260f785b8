"""The resumable protocol by single requests: what is confirmed or refused, what a lost answer leaves."""

import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from clips import padded
from sandbox.conftest import MakeVideo, switch_on
from sandbox.youtube_tools import (
    CHOSEN,
    GRANULE,
    Channel,
    assert_contiguous,
    later,
    open_channel,
    reason,
)

SIZE = 3 * GRANULE + 1000
PUTS = {"method": "PUT", "path_regex": "^/youtube/upload/youtube/v3/videos$"}


@pytest.fixture
def channel(http: httpx.Client) -> Channel:
    return open_channel(http, "산책하루")


@pytest.fixture(scope="session")
def film(make_video: MakeVideo) -> bytes:
    return padded(make_video(size="192x108"), SIZE)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def received(answer: httpx.Response) -> int:
    """How many bytes an answer says there are."""
    assert answer.status_code == 308
    return int(answer.headers.get("range", "bytes=0--1").removeprefix("bytes=0-")) + 1


def stalled(session: str, piece: bytes, *, first: int, last: int) -> socket.socket:
    """A request that announces more bytes than it sends, and stays open."""
    where = urlsplit(session)
    assert where.hostname
    connection = socket.create_connection((where.hostname, where.port or 80), timeout=10)
    head = (
        f"PUT {where.path}?{where.query} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Content-Range: bytes {first}-{last}/{SIZE}\r\nContent-Length: {last - first + 1}\r\n\r\n"
    )
    connection.sendall(head.encode() + piece)
    return connection


class TestProtocol:
    def test_a_session_lies_in_the_sandbox_and_makes_nothing_yet(
        self, sandbox_url: str, channel: Channel
    ) -> None:
        session = urlsplit(channel.session(size=SIZE))
        assert f"{session.scheme}://{session.netloc}" == sandbox_url
        assert session.path == "/youtube/upload/youtube/v3/videos"
        assert "upload_id=" in session.query
        assert channel.published() == []

    def test_chunks_are_confirmed_one_by_one_until_the_video_comes(
        self, channel: Channel, film: bytes
    ) -> None:
        session = channel.session(size=SIZE)
        asked = channel.ask(session, SIZE)
        assert (asked.status_code, "range" in asked.headers) == (308, False)
        for first in (0, GRANULE, 2 * GRANULE):
            sent = channel.send(session, film[first : first + GRANULE], first=first, total=SIZE)
            assert (sent.status_code, sent.headers["range"]) == (308, f"bytes=0-{first + GRANULE - 1}")
            assert sent.content == b""
            assert "location" not in sent.headers
            assert channel.ask(session, SIZE).headers["range"] == sent.headers["range"]
        done = channel.send(session, film[3 * GRANULE :], first=3 * GRANULE, total=SIZE)
        assert done.status_code == 201
        assert done.json()["kind"] == "youtube#video"
        assert set(done.json()) == {"kind", "etag", "id", "snippet", "status"}
        assert_contiguous(channel.confirmed(), SIZE)

    def test_the_final_answer_is_repeated_and_stays_one_video(self, channel: Channel, film: bytes) -> None:
        session = channel.session(size=SIZE)
        done = channel.http.put(session, content=film)
        repeats = [
            channel.ask(session, SIZE),
            channel.ask(session, "*"),
            channel.http.put(session, content=film),
            channel.send(session, film[:GRANULE], first=0, total=SIZE),
        ]
        assert [answer.json() for answer in repeats] == [done.json()] * 4
        assert {answer.status_code for answer in repeats} == {201}
        assert len(channel.published()) == 1
        assert channel.confirmed() == [(0, SIZE - 1)]
        later(channel.http, days=6)
        assert channel.ask(session, SIZE).json()["id"] == done.json()["id"]

    def test_the_final_status_can_be_200_too(self, channel: Channel, film: bytes) -> None:
        channel.set_state(rules={"final_status": 200})
        assert channel.http.put(channel.session(size=SIZE), content=film).status_code == 200

    def test_two_sessions_make_two_videos(self, channel: Channel, film: bytes) -> None:
        ids = {channel.upload(film)["id"] for _ in range(2)}
        assert len(ids) == 2
        assert {post["id"] for post in channel.published()} == ids

    def test_an_upload_of_unknown_length_ends_with_its_last_chunk(
        self, channel: Channel, film: bytes
    ) -> None:
        session = channel.session()
        assert channel.send(session, film[:GRANULE], first=0, total="*").status_code == 308
        assert channel.ask(session, "*").headers["range"] == f"bytes=0-{GRANULE - 1}"
        rest = channel.send(session, film[GRANULE:], first=GRANULE, total=SIZE)
        assert rest.status_code == 201
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film

    def test_what_was_published_shows_title_and_description_on_its_page(
        self, http: httpx.Client, channel: Channel, film: bytes
    ) -> None:
        video = channel.upload(film)
        (post,) = channel.published()
        assert (post["id"], post["kind"]) == (video["id"], "video")
        page = http.get(post["permalink"])
        assert page.status_code == 200
        assert "아침 산책" in page.text
        assert "강가를 걸었어요." in page.text
        for address in (f"/youtube/watch?v={video['id']}", f"/youtube/shorts/{video['id']}"):
            assert http.get(address).headers["location"] == post["permalink"]
        assert http.get("/youtube/watch?v=nothing").status_code == 404

    def test_the_secret_of_a_session_is_not_in_the_log(self, channel: Channel, film: bytes) -> None:
        channel.http.put(channel.session(size=SIZE), content=film)
        put = channel.requests()[-1]
        assert "upload_id=%2A%2A%2A" in put["query"]
        assert len(put["upload"]) == 12


class TestRefusals:
    @pytest.mark.parametrize(
        ("first", "size", "total"),
        [
            pytest.param(0, GRANULE + 1, SIZE, id="no multiple of 256 KiB"),
            pytest.param(0, 1000, SIZE, id="smaller than 256 KiB"),
            pytest.param(0, 1000, "*", id="smaller than 256 KiB, length unknown"),
            pytest.param(GRANULE, GRANULE, SIZE, id="a gap"),
            pytest.param(0, GRANULE, SIZE + 1, id="another total"),
            pytest.param(2 * GRANULE, 2 * GRANULE, SIZE, id="past the end"),
        ],
    )
    def test_a_chunk_that_breaks_a_rule_is_refused_and_not_kept(
        self, channel: Channel, first: int, size: int, total: int | str
    ) -> None:
        session = channel.session(size=SIZE)
        answer = channel.send(session, bytes(size), first=first, total=total)
        assert reason(answer) == (400, "badRequest")
        assert "range" not in channel.ask(session, SIZE).headers
        assert channel.confirmed() == []

    def test_bytes_that_came_before_are_refused_or_ignored(self, channel: Channel, film: bytes) -> None:
        session = channel.session(size=SIZE)
        channel.send(session, film[:GRANULE], first=0, total=SIZE)
        again = channel.send(session, film[: 2 * GRANULE], first=0, total=SIZE)
        assert reason(again) == (400, "badRequest")
        channel.set_state(rules={"overlap": "ignores"})
        again = channel.send(session, film[: 2 * GRANULE], first=0, total=SIZE)
        assert again.headers["range"] == f"bytes=0-{2 * GRANULE - 1}"
        channel.send(session, film[2 * GRANULE :], first=2 * GRANULE, total=SIZE)
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film
        assert_contiguous(channel.confirmed(), SIZE)

    @pytest.mark.parametrize(
        "content_range",
        ["bytes 0-99/100", "bytes 5-2/100", "bytes 0-9", "bits 0-9/10", "bytes */-1", "bytes 0-9/x"],
    )
    def test_a_range_that_makes_no_sense(self, channel: Channel, content_range: str) -> None:
        session = channel.session()
        answer = channel.http.put(session, content=b"0123456789", headers={"Content-Range": content_range})
        assert reason(answer) == (400, "badRequest")

    def test_a_whole_file_must_be_as_long_as_announced(self, channel: Channel) -> None:
        assert channel.http.put(channel.session(size=SIZE), content=b"short").status_code == 400

    def test_an_empty_file(self, channel: Channel) -> None:
        answer = channel.http.put(channel.session(size=0), content=b"")
        assert reason(answer) == (400, "mediaBodyRequired")
        assert channel.published() == []

    def test_a_session_lives_for_a_week(self, channel: Channel, film: bytes) -> None:
        session = channel.session(size=SIZE)
        channel.send(session, film[:GRANULE], first=0, total=SIZE)
        later(channel.http, days=7, minutes=-1)
        assert channel.ask(session, SIZE).status_code == 308
        later(channel.http, minutes=1)
        assert reason(channel.ask(session, SIZE)) == (404, "notFound")
        assert channel.http.put(session, content=film).status_code == 404
        assert channel.http.put(session + "x", content=film).status_code == 404

    @pytest.mark.parametrize(
        ("announced", "status", "why"),
        [
            ({"X-Upload-Content-Type": "text/plain"}, 400, "badRequest"),
            ({"X-Upload-Content-Type": "image/png"}, 400, "badRequest"),
            ({"X-Upload-Content-Length": "many"}, 400, "badRequest"),
            ({"X-Upload-Content-Length": "274877906945"}, 413, "uploadTooLarge"),
        ],
    )
    def test_the_announcement_is_checked_before_any_byte(
        self, channel: Channel, announced: dict[str, str], status: int, why: str
    ) -> None:
        answer = channel.http.post(
            "/youtube/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status",
            json=CHOSEN,
            headers={**channel.login(), **announced},
        )
        assert reason(answer) == (status, why)
        assert "location" not in answer.headers

    @pytest.mark.parametrize("query", ["uploadType=telegram", "", "uploadType=resumable"])
    def test_the_kind_of_upload_and_the_parts_must_be_named(self, channel: Channel, query: str) -> None:
        where = f"/youtube/upload/youtube/v3/videos?{query}"
        answer = channel.http.post(where, json=CHOSEN, headers=channel.login())
        assert answer.status_code == 400
        assert reason(channel.http.put(where, content=b"x")) == (400, "badRequest")


class TestLostAnswers:
    def test_a_confirmed_chunk_whose_answer_was_lost_is_not_sent_again(
        self, http: httpx.Client, channel: Channel, film: bytes
    ) -> None:
        session = channel.session(size=SIZE)
        switch_on(http, {"kind": "drop_after"}, platform="youtube", match=PUTS)
        with pytest.raises(httpx.RemoteProtocolError):
            channel.send(session, film[:GRANULE], first=0, total=SIZE)
        assert channel.ask(session, SIZE).headers["range"] == f"bytes=0-{GRANULE - 1}"
        channel.send(session, film[GRANULE:], first=GRANULE, total=SIZE)
        assert_contiguous(channel.confirmed(), SIZE)

    @pytest.mark.parametrize(
        "effect", [{"kind": "drop_after"}, {"kind": "answer_after", "status": 502, "body": "<html>"}]
    )
    def test_a_finished_upload_whose_answer_was_lost_tells_its_video(
        self, http: httpx.Client, channel: Channel, film: bytes, effect: dict[str, Any]
    ) -> None:
        session = channel.session(size=SIZE)
        switch_on(http, effect, platform="youtube", match=PUTS)
        if effect["kind"] == "drop_after":
            with pytest.raises(httpx.RemoteProtocolError):
                channel.http.put(session, content=film)
        else:
            assert channel.http.put(session, content=film).status_code == 502
        asked = channel.ask(session, SIZE)
        assert asked.status_code == 201
        assert [post["id"] for post in channel.published()] == [asked.json()["id"]]

    @pytest.mark.parametrize(("interrupted", "kept"), [("keeps", 300_000), ("rounds", GRANULE)])
    def test_a_request_that_is_cut_keeps_what_arrived(
        self, http: httpx.Client, channel: Channel, film: bytes, interrupted: str, kept: int
    ) -> None:
        channel.set_state(rules={"interrupted": interrupted})
        session = channel.session(size=SIZE)
        switch_on(http, {"kind": "drop_within", "bytes": 300_000}, platform="youtube", match=PUTS)
        with pytest.raises(httpx.TransportError):
            channel.http.put(session, content=film)
        assert channel.ask(session, SIZE).headers["range"] == f"bytes=0-{kept - 1}"
        done = channel.send(session, film[kept:], first=kept, total=SIZE)
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film
        assert done.status_code == 201
        assert channel.confirmed() == [(0, kept - 1), (kept, SIZE - 1)]

    def test_a_chunk_may_be_taken_in_part(self, channel: Channel, film: bytes) -> None:
        channel.set_state(rules={"chunks": "half"})
        session = channel.session(size=SIZE)
        sent = channel.send(session, film[: 2 * GRANULE], first=0, total=SIZE)
        assert sent.headers["range"] == f"bytes=0-{GRANULE - 1}"
        channel.send(session, film[GRANULE:], first=GRANULE, total=SIZE)
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film

    def test_a_client_that_goes_in_the_middle_leaves_its_bytes(self, channel: Channel, film: bytes) -> None:
        session = channel.session(size=SIZE)
        with stalled(session, film[:70_000], first=0, last=SIZE - 1):
            wait_until(lambda: channel.requests()[-1]["method"] == "PUT")
        wait_until(lambda: channel.requests()[-1]["ended_at"] is not None)
        kept = received(channel.ask(session, SIZE))
        assert kept <= 70_000
        assert channel.send(session, film[kept:], first=kept, total=SIZE).status_code == 201
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film
        assert_contiguous(channel.confirmed(), SIZE)

    def test_a_frozen_client_does_not_keep_others_from_its_upload(
        self, channel: Channel, film: bytes
    ) -> None:
        session = channel.session(size=SIZE)
        with stalled(session, film[:70_000], first=0, last=SIZE - 1) as frozen:
            wait_until(lambda: channel.requests()[-1]["method"] == "PUT")
            kept = received(channel.ask(session, SIZE))
            done = channel.send(session, film[kept:], first=kept, total=SIZE)
            assert frozen.recv(100).startswith(b"HTTP/1.1 503")
        assert done.status_code == 201
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film
        assert_contiguous(channel.confirmed(), SIZE)

    def test_a_body_that_waits_on_disk_arrives_whole(
        self, http: httpx.Client, channel: Channel, make_video: MakeVideo
    ) -> None:
        large = padded(make_video(size="192x108"), 3_000_001)
        switch_on(http, {"kind": "delay", "ms": 1}, platform="youtube", match=PUTS)
        channel.upload(large)
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == large


class TestSimpleUploads:
    def multipart(self, channel: Channel, body: bytes, boundary: str = "b1") -> httpx.Response:
        return channel.http.post(
            "/youtube/upload/youtube/v3/videos?uploadType=multipart&part=snippet,status",
            content=body,
            headers={**channel.login(), "Content-Type": f'multipart/related; boundary="{boundary}"'},
        )

    @pytest.mark.parametrize("end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
    def test_metadata_and_file_in_one_body(self, channel: Channel, film: bytes, end: bytes) -> None:
        resource = b'{"snippet": {"title": "One"}, "status": {"privacyStatus": "private"}}'
        lines = [b"--b1", b"Content-Type: application/json", b"", resource]
        lines += [b"--b1", b"Content-Type: video/mp4", b"", film, b"--b1--", b""]
        answer = self.multipart(channel, end.join(lines))
        assert answer.json()["snippet"]["title"] == "One"
        assert channel.http.get(channel.published()[0]["media"][0]["url"]).content == film

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"--b1\r\n\r\n{}\r\n--b1--\r\n",
            b"--b1\r\n\r\n{}\r\n--b1\r\nContent-Type: video/mp4\r\n\r\nunended",
            b"--other\r\n\r\n{}\r\n--other--",
            b"--b1\r\n\r\n{not json\r\n--b1\r\n\r\nx\r\n--b1--",
            b"--b1\r\n" + b"x" * 9000,
        ],
    )
    def test_a_broken_body_makes_nothing(self, channel: Channel, body: bytes) -> None:
        assert self.multipart(channel, body).status_code == 400
        assert channel.published() == []

    def test_a_body_of_another_kind(self, channel: Channel) -> None:
        answer = channel.http.post(
            "/youtube/upload/youtube/v3/videos?uploadType=multipart&part=snippet",
            content=b"x",
            headers={**channel.login(), "Content-Type": "multipart/mixed; boundary=b"},
        )
        assert reason(answer) == (400, "badRequest")

    def test_the_bare_file_has_no_title_and_is_refused(self, channel: Channel, film: bytes) -> None:
        answer = channel.http.post(
            "/youtube/upload/youtube/v3/videos?uploadType=media&part=snippet",
            content=film,
            headers={**channel.login(), "Content-Type": "video/mp4"},
        )
        assert reason(answer) == (400, "invalidTitle")
