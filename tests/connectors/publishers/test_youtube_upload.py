"""An upload to YouTube goes on at the last confirmed byte, and never makes a second video (item 2)."""

import json
import logging
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from clips import MakeVideo
from connectors.contracts.publisher import Call, Died, Memory, assert_out_once, goes_out
from connectors.publishers.conftest import NewHttp
from connectors.publishers.youtube_stand import UPLOAD, YouTubeStand, assert_each_byte_once
from pressrun.connectors.base import Draft, Intent, Login, Published
from pressrun.connectors.publishers.youtube import YouTube
from pressrun.connectors.publishers.youtube.resumable import GRANULE
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import (
    LoginExpired,
    MediaBroken,
    OutcomeUnknown,
    RateLimited,
    Reach,
    Transient,
)
from pressrun.domain.post import Format
from sandbox.test_process import free_port, sandbox_process

SIZE = 9 * GRANULE + 1234
LARGE = 200 * 1024 * 1024
BYTES = Call("PUT", UPLOAD)
HIDDEN_REQUESTS = ("httpx", "httpcore")


@dataclass
class Watched(Memory):
    """A memory that also keeps what was told to whoever watches, and may die on hearing it."""

    told: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    dies_at_percent: int | None = None

    async def report(self, stage: str, message: str, **values: object) -> None:
        await super().report(stage, message, **values)
        self.told.append((stage, message, values))
        percent = values.get("percent")
        if self.dies_at_percent is not None and isinstance(percent, int) and percent >= self.dies_at_percent:
            self.dies_at_percent = None
            raise Died


@pytest.fixture
async def stand(
    sandbox: httpx.Client, new_http: NewHttp, make_video: MakeVideo, tmp_path: Path
) -> YouTubeStand:
    return YouTubeStand(sandbox, new_http, make_video, tmp_path)


@pytest.fixture
def film(stand: YouTubeStand) -> Draft:
    """A Short of several pieces."""
    return stand.draft(Format.SHORT, media=(stand.video(size=SIZE),))


@pytest.fixture
def youtube(stand: YouTubeStand) -> YouTube:
    """Sends a megabyte at a time."""
    return stand.made(chunk=4 * GRANULE)


async def published_once(
    stand: YouTubeStand, draft: Draft, youtube: YouTube, memory: Memory | None = None
) -> None:
    """It goes out whole, as one video, each byte confirmed once."""
    published = await goes_out(stand, draft, memory or Memory(), publisher=youtube)
    assert_out_once(stand, draft, published)
    (there,) = stand.published()
    assert there.media == (draft.media[0].asset_id,)
    assert_each_byte_once(stand.confirmed(), draft.media[0].facts.size)


async def test_a_file_is_sent_in_pieces_and_the_last_one_is_small(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    await published_once(stand, film, youtube)
    sizes = [last - first + 1 for first, last in stand.confirmed()]
    assert sizes == [4 * GRANULE, 4 * GRANULE, GRANULE, 1234]


@pytest.mark.parametrize("size", [GRANULE - 1, GRANULE, GRANULE + 1, 2 * GRANULE, 8 * GRANULE])
async def test_sizes_around_the_pieces_lose_no_byte(stand: YouTubeStand, youtube: YouTube, size: int) -> None:
    film = stand.draft(Format.SHORT, media=(stand.video(size=size),))
    await published_once(stand, film, youtube)
    first, last = stand.confirmed()[-1]
    assert 1 <= last - first + 1 <= GRANULE


async def test_whoever_watches_is_told_how_much_is_there(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory = Watched()
    await youtube.publish(film, stand.login, memory)
    assert {(stage, code) for stage, code, _ in memory.told} == {("transfer", "transfer_percent")}
    assert [values["percent"] for _, _, values in memory.told] == [44, 88, 99]


async def test_a_chunk_that_is_taken_in_part_is_not_assumed_whole(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    stand.set_state(rules={"chunks": "half"})
    await published_once(stand, film, youtube)
    assert len(stand.confirmed()) > 4


@pytest.mark.parametrize("interrupted", ["keeps", "rounds"])
@pytest.mark.parametrize("cut", [0, 1, 100_000, GRANULE, 3 * GRANULE + 17])
async def test_a_connection_cut_in_the_middle_goes_on_at_the_last_confirmed_byte(
    stand: YouTubeStand, youtube: YouTube, film: Draft, cut: int, interrupted: str
) -> None:
    stand.set_state(rules={"interrupted": interrupted})
    stand.fault({"kind": "drop_within", "bytes": cut}, BYTES)
    memory = Memory()
    published = await youtube.publish(film, stand.login, memory)
    assert_out_once(stand, film, published)
    assert_each_byte_once(stand.confirmed(), SIZE)
    assert stand.sent("session") == 1


@pytest.mark.parametrize("percent", [1, 50, 95])
async def test_a_process_that_died_in_between_asks_before_it_goes_on(
    stand: YouTubeStand, youtube: YouTube, film: Draft, percent: int
) -> None:
    memory = Watched(dies_at_percent=percent)
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    await published_once(stand, film, youtube, memory)
    assert stand.sent("session") == 1


@pytest.mark.parametrize(
    "trouble", [{"kind": "answer", "status": 503}, {"kind": "drop_before"}, {"kind": "drop_after"}]
)
async def test_passing_troubles_are_waited_out_within_the_attempt(
    stand: YouTubeStand, youtube: YouTube, film: Draft, trouble: dict[str, Any]
) -> None:
    stand.fault(trouble, BYTES, times=5)
    published = await youtube.publish(film, stand.login, Memory())
    assert_out_once(stand, film, published)
    assert_each_byte_once(stand.confirmed(), SIZE)


async def test_troubles_that_do_not_end_leave_the_rest_to_a_later_attempt(
    stand: YouTubeStand, film: Draft
) -> None:
    youtube, memory = stand.made(chunk=4 * GRANULE, tries=2), Memory()
    stand.fault({"kind": "answer", "status": 500}, BYTES, times=None)
    with pytest.raises(Transient) as caught:
        await youtube.publish(film, stand.login, memory)
    assert (caught.value.reach, caught.value.start_over) == (Reach.ANSWERED, ())
    assert stand.sent("publish") == 3
    stand.heal()
    await published_once(stand, film, youtube, memory)
    assert stand.sent("session") == 1


async def test_progress_starts_the_count_of_troubles_anew(stand: YouTubeStand) -> None:
    """Two of five requests break, more in all than are borne in a row."""
    film = stand.draft(Format.SHORT, media=(stand.video(size=60 * GRANULE),))
    cut = {"kind": "drop_within", "bytes": GRANULE + 5}
    stand.fault(cut, BYTES, times=None, probability=0.4, seed=11)
    youtube = stand.made(chunk=4 * GRANULE, tries=5)
    memory = Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    stand.heal()
    await published_once(stand, film, youtube, memory)
    assert sum("fault_id" in item for item in stand.log()) > 5


async def test_a_wait_that_google_names_is_kept(stand: YouTubeStand, youtube: YouTube, film: Draft) -> None:
    busy = {"kind": "answer", "status": 503, "headers": {"Retry-After": "7200"}}
    stand.fault(busy, BYTES)
    with pytest.raises(Transient) as caught:
        await youtube.publish(film, stand.login, Memory())
    assert caught.value.after == timedelta(hours=2)


async def test_a_server_that_takes_nothing_more_is_not_asked_for_ever(
    stand: YouTubeStand, film: Draft
) -> None:
    stand.fault({"kind": "answer", "status": 308, "headers": {}}, BYTES, times=None)
    with pytest.raises(Transient):
        await stand.made(chunk=4 * GRANULE, tries=3).publish(film, stand.login, Memory())


@pytest.mark.parametrize("said", ["bytes=0-99999999999", "bytes=5-10", "0-10", "bytes=0-x"])
async def test_a_range_that_makes_no_sense_is_not_believed(
    stand: YouTubeStand, youtube: YouTube, film: Draft, said: str
) -> None:
    stand.fault({"kind": "answer", "status": 308, "headers": {"Range": said}}, BYTES)
    await published_once(stand, film, youtube)


async def test_a_session_that_refuses_the_bytes_is_given_up_for_a_new_one(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    stand.fault({"kind": "answer", "status": 400}, BYTES)
    memory = Memory()
    with pytest.raises(Transient) as caught:
        await youtube.publish(film, stand.login, memory)
    assert caught.value.start_over == ("session", "transfer")
    for stage in caught.value.start_over:
        memory.kept.pop(stage, None)
    assert_out_once(stand, film, await youtube.publish(film, stand.login, memory))
    assert stand.sent("session") == 2


async def test_a_full_quota_in_the_middle_is_told_as_it_is(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    body = {"error": {"code": 403, "message": "No.", "errors": [{"reason": "quotaExceeded"}]}}
    stand.fault({"kind": "answer", "status": 403, "body": body}, BYTES)
    with pytest.raises(RateLimited) as caught:
        await youtube.publish(film, stand.login, Memory())
    assert caught.value.whose == "app"


# The last piece


async def test_the_last_piece_asks_first_where_it_is_another_process_that_sends_it(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory = Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    puts = stand.sent("publish")
    await published_once(stand, film, youtube, memory)
    assert stand.sent("publish") == puts + 2


async def test_what_the_last_piece_left_behind_is_not_sent_again(
    stand: YouTubeStand, youtube: YouTube
) -> None:
    """It was cut within: YouTube has a part of it, which a second sending must not overlap."""
    film, memory = stand.draft(Format.SHORT), Memory()
    stand.fault({"kind": "drop_within", "bytes": 1000}, BYTES)
    with pytest.raises(OutcomeUnknown):
        await youtube.publish(film, stand.login, memory)
    (intent,) = memory.intents
    assert await youtube.find(film, intent, stand.login) is Sighting.NOT_THERE
    memory.intents.clear()
    await published_once(stand, film, youtube, memory)
    assert stand.confirmed()[0] == (0, 999)


async def test_bytes_that_got_lost_behind_the_session_are_sent_again(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory = Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    stand.fault({"kind": "answer", "status": 308, "headers": {"Range": "bytes=0-99"}}, BYTES)
    with pytest.raises(Transient) as caught:
        await youtube.publish(film, stand.login, memory)
    assert (caught.value.reach, caught.value.start_over) == (Reach.NOT_SENT, ("transfer",))
    assert memory.intents == []
    memory.kept.pop("transfer")
    await published_once(stand, film, youtube, memory)


async def test_a_question_that_gets_no_answer_was_no_call(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory = Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    stand.fault({"kind": "drop_before"}, BYTES)
    with pytest.raises(Transient) as caught:
        await youtube.publish(film, stand.login, memory)
    assert caught.value.reach is Reach.NOT_SENT
    await published_once(stand, film, youtube, memory)


async def test_a_last_piece_that_is_not_enough_is_looked_at_again(
    stand: YouTubeStand, youtube: YouTube
) -> None:
    film, memory = stand.draft(Format.SHORT), Memory()
    stand.fault({"kind": "answer", "status": 308}, BYTES)
    with pytest.raises(OutcomeUnknown):
        await youtube.publish(film, stand.login, memory)
    assert isinstance(memory.failure, Transient)
    assert memory.failure.start_over == ("transfer",)
    await published_once(stand, film, youtube, memory)


async def test_a_file_that_vanished_is_a_broken_file(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory, file = Memory(dies=("publish", "before")), film.media[0].path
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    assert file is not None
    with file.open("r+b") as opened:
        opened.truncate(SIZE - 10)
    with pytest.raises(MediaBroken) as caught:
        await youtube.publish(film, stand.login, memory)
    assert caught.value.reach is Reach.NOT_SENT
    file.unlink()
    with pytest.raises(MediaBroken):
        await youtube.publish(film, stand.login, memory)
    assert stand.published() == []


async def test_another_file_never_continues_the_session_of_the_first(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory = Watched(dies_at_percent=40)
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    again = replace(film, media=(stand.video(size=SIZE + 500),))
    with pytest.raises(Transient) as caught:
        await youtube.publish(again, stand.login, memory)
    assert (caught.value.start_over, caught.value.after) == (("session", "transfer"), timedelta())


# A session that is gone


async def test_a_session_that_expired_is_looked_for_before_another_one_is_begun(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    memory = Watched(dies_at_percent=40)
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    await stand.forget_sessions()
    with pytest.raises(OutcomeUnknown):
        await youtube.publish(film, stand.login, memory)
    assert isinstance(memory.failure, Transient)
    assert memory.failure.start_over == ("session", "transfer")
    assert stand.sent("session") == 1

    (intent,) = memory.intents
    assert await youtube.find(film, intent, stand.login) is Sighting.CANNOT_TELL
    later = stand.made(now=lambda: datetime.now(UTC) + timedelta(minutes=2, seconds=1))
    assert await later.find(film, intent, stand.login) is Sighting.NOT_THERE
    memory.intents.clear()
    for stage in memory.failure.start_over:
        memory.kept.pop(stage, None)
    assert_out_once(stand, film, await youtube.publish(film, stand.login, memory))


async def lost_and_expired(stand: YouTubeStand, film: Draft) -> Intent:
    """The video is there, its answer was lost, and its session is gone."""
    intent = await stand.lose({"kind": "drop_after"}, film)
    await stand.forget_sessions()
    return intent


async def test_a_video_whose_session_is_gone_is_found_among_the_uploads(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT)
    intent = await lost_and_expired(stand, film)
    (there,) = stand.published()
    assert await stand.publisher.find(film, intent, stand.login) == Published(
        there.id, there.permalink, is_out=True
    )


async def test_a_video_that_was_published_by_another_post_is_not_ours(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT)
    intent = await lost_and_expired(stand, film)
    known = replace(intent, known_ids=frozenset({stand.published()[0].id}))
    assert await stand.publisher.find(film, known, stand.login) is Sighting.CANNOT_TELL


async def test_of_two_videos_that_could_be_ours_neither_is_taken(
    stand: YouTubeStand, make_video: MakeVideo
) -> None:
    film = stand.draft(Format.SHORT)
    intent = await stand.lose({"kind": "drop_after"}, film)
    await stand.publisher.publish(replace(film, media=(stand.video(),)), stand.login, Memory())
    await stand.forget_sessions()
    later = stand.made(now=lambda: datetime.now(UTC) + timedelta(hours=1))
    assert await later.find(film, intent, stand.login) is Sighting.CANNOT_TELL


async def test_an_older_video_of_the_same_title_is_not_ours(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT)
    await stand.publisher.publish(film, stand.login, Memory())
    evidence = {
        "uri": f"{stand.url}/youtube/upload/youtube/v3/videos?upload_id=gone",
        "begun_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        "size": 5,
        "title": stand.shown(stand.published()[0].id)["snippet"]["title"],
    }
    intent = Intent("publish", evidence, datetime.now(UTC) + timedelta(hours=1))
    later = stand.made(now=lambda: datetime.now(UTC) + timedelta(hours=2))
    assert await later.find(film, intent, stand.login) is Sighting.NOT_THERE
    sooner = replace(intent, evidence={**evidence, "begun_at": datetime.now(UTC).isoformat()})
    at_once = replace(sooner, sent_at=datetime.now(UTC))
    assert isinstance(await later.find(film, at_once, stand.login), Published)


@pytest.mark.parametrize("path", ["/channels$", "/playlistItems$"])
@pytest.mark.parametrize(
    "effect", [{"kind": "answer", "status": 500}, {"kind": "answer", "status": 200, "body": {}}]
)
async def test_a_list_that_can_not_be_read_proves_nothing(
    stand: YouTubeStand, path: str, effect: dict[str, Any]
) -> None:
    film = stand.draft(Format.SHORT)
    intent = await lost_and_expired(stand, film)
    stand.fault(effect, Call("GET", path), times=None)
    later = stand.made(now=lambda: datetime.now(UTC) + timedelta(hours=1))
    assert await later.find(film, intent, stand.login) is Sighting.CANNOT_TELL


@pytest.mark.parametrize("lacks", ["id", "time", "zone", "everything"])
async def test_an_entry_that_can_not_be_read_proves_nothing(stand: YouTubeStand, lacks: str) -> None:
    film = stand.draft(Format.SHORT)
    intent = await lost_and_expired(stand, film)
    now = datetime.now(UTC)
    times = {"time": {}, "zone": {"publishedAt": now.replace(tzinfo=None).isoformat()}}
    item: object = {
        "snippet": {
            "title": film.caption.splitlines()[0],
            **times.get(lacks, {"publishedAt": now.isoformat()}),
        },
        "contentDetails": {} if lacks == "id" else {"videoId": "v"},
    }
    body = {"items": [None if lacks == "everything" else item]}
    stand.fault({"kind": "answer", "status": 200, "body": body}, Call("GET", "/playlistItems$"), times=None)
    later = stand.made(now=lambda: datetime.now(UTC) + timedelta(hours=1))
    assert await later.find(film, intent, stand.login) is Sighting.CANNOT_TELL


async def test_uploads_are_looked_through_page_by_page(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT)
    intent = await lost_and_expired(stand, film)
    newer = {
        "snippet": {"title": "another", "publishedAt": datetime.now(UTC).isoformat()},
        "contentDetails": {"videoId": "another"},
    }
    page = {"items": [newer], "nextPageToken": "CA0"}
    stand.fault({"kind": "answer", "status": 200, "body": page}, Call("GET", "/playlistItems$"))
    assert isinstance(await stand.publisher.find(film, intent, stand.login), Published)
    stand.fault({"kind": "answer", "status": 200, "body": page}, Call("GET", "/playlistItems$"), times=None)
    assert await stand.publisher.find(film, intent, stand.login) is Sighting.CANNOT_TELL


async def test_a_session_in_trouble_does_not_hide_a_video_that_is_there(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT)
    intent = await stand.lose({"kind": "drop_after"}, film)
    stand.fault({"kind": "answer", "status": 503}, BYTES, times=None)
    assert isinstance(await stand.publisher.find(film, intent, stand.login), Published)


async def test_a_session_in_trouble_without_a_video_proves_nothing(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT)
    intent = await stand.lose({"kind": "drop_before"}, film)
    stand.fault({"kind": "answer", "status": 503}, BYTES, times=None)
    later = stand.made(now=lambda: datetime.now(UTC) + timedelta(hours=1))
    assert await later.find(film, intent, stand.login) is Sighting.CANNOT_TELL


# The secret


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    for name in HIDDEN_REQUESTS:
        # The product silences them for this reason (`kit.logs`).
        caplog.set_level(logging.WARNING, logger=name)
    return caplog


async def test_the_address_of_a_session_is_told_nobody(
    stand: YouTubeStand, youtube: YouTube, film: Draft, everything_logged: pytest.LogCaptureFixture
) -> None:
    memory = Watched(dies_at_percent=40)
    stand.fault({"kind": "drop_within", "bytes": 10}, BYTES)
    with pytest.raises(Died):
        await youtube.publish(film, stand.login, memory)
    await stand.forget_sessions()
    with pytest.raises(OutcomeUnknown) as caught:
        await youtube.publish(film, stand.login, memory)
    upload_id = memory.kept["session"].partition("upload_id=")[2].partition('"')[0]
    assert len(upload_id) > 20
    told = f"{memory.told} {caught.value!r} {memory.failure!r} {everything_logged.text}"
    assert upload_id not in told


@pytest.mark.parametrize(
    ("session", "expires_in", "is_sent"),
    [
        ("https://youtube.googleapis.com/upload/youtube/v3/videos?upload_id=1", 100, True),
        ("https://www.googleapis.com/upload/youtube/v3/videos?upload_id=1", None, True),
        ("https://www.googleapis.com/upload/youtube/v3/videos?upload_id=1", -1, False),
        ("https://upload.example/videos?upload_id=1", 100, False),
        ("https://googleapis.com.example/videos?upload_id=1", 100, False),
    ],
)
async def test_the_token_goes_with_the_bytes_only_to_google_and_while_it_is_good(
    new_http: NewHttp, tmp_path: Path, session: str, expires_in: int | None, is_sent: bool
) -> None:
    """An upload may take longer than a token lives; the session's address is enough."""
    now = datetime.now(UTC)
    youtube = YouTube(
        new_http(5),
        now=lambda: now,
        api_url="https://youtube.googleapis.com",
        accounts_url="https://accounts.google.com",
        oauth_url="https://oauth2.googleapis.com",
        watch_url="https://www.youtube.com",
    )
    expires_at = None if expires_in is None else now + timedelta(seconds=expires_in)
    login = Login("account", "UC1", {"access_token": "token"}, expires_at)
    evidence = {"uri": session, "begun_at": now.isoformat(), "size": 5, "title": "t"}
    with respx.mock() as outside:
        asked = outside.put(url__startswith=session.partition("?")[0]).respond(308)
        found = await youtube.find(
            Draft("p", Format.SHORT, "t", (), ()), Intent("publish", evidence, now), login
        )
    assert found is Sighting.NOT_THERE
    assert (asked.calls.last.request.headers.get("authorization") == "Bearer token") is is_sent


async def test_a_session_that_wants_a_token_after_its_end_expires_the_login(
    stand: YouTubeStand, youtube: YouTube, film: Draft
) -> None:
    stand.fault({"kind": "answer", "status": 401}, BYTES)
    with pytest.raises(LoginExpired):
        await youtube.publish(film, stand.login, Memory())


# Large


@pytest.mark.crash
async def test_200_megabytes_cut_five_times_and_through_a_restart_are_one_video(
    tmp_path: Path, new_http: NewHttp, make_video: MakeVideo
) -> None:
    """Must show 4, seen from the connector: five cuts at random bytes, and the platform itself dies."""
    dice, port, state = random.Random(4), free_port(), tmp_path / "state.db"
    confirmed: list[tuple[int, int]] = []
    memory = Watched(dies_at_percent=50)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as control:
        with sandbox_process(port, tmp_path / "log", "--state", str(state)) as process:
            stand = YouTubeStand(control, new_http, make_video, tmp_path)
            film = stand.draft(Format.SHORT, media=(stand.video(size=LARGE),))
            for _ in range(5):
                stand.fault({"kind": "drop_within", "bytes": dice.randrange(1, 16 * 1024 * 1024)}, BYTES)
            with pytest.raises(Died):
                await stand.publisher.publish(film, stand.login, memory)
            confirmed += stand.confirmed()
            process.send_signal(signal.SIGKILL)
            process.wait()
        with pytest.raises(Transient):
            await stand.publisher.publish(film, stand.login, memory)
        with sandbox_process(port, tmp_path / "log", "--state", str(state)):
            published = await goes_out(stand, film, memory)
            confirmed += stand.confirmed()
            assert_out_once(stand, film, published)
            assert stand.published()[0].media == (film.media[0].asset_id,)
            assert stand.sent("session") == 0
    assert_each_byte_once(confirmed, LARGE)
    assert len(confirmed) >= LARGE // (16 * 1024 * 1024)


UPLOADING = """
import asyncio, json, resource, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from connectors.contracts.publisher import Memory
from pressrun.connectors.base import Draft, DraftMedia, Login
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.youtube import YouTube
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.post import Format

async def main(url, credentials, *files):
    http = Http(timeout=timedelta(seconds=60))
    addresses = {name: f"{url}/youtube" for name in ("api_url", "accounts_url", "oauth_url", "watch_url")}
    youtube = YouTube(http, now=lambda: datetime.now(UTC), poll_waits=[0.05] * 100, **addresses)
    login = Login("a", "UC", json.loads(credentials))
    peaks = []
    for file in map(Path, files):
        facts = MediaFacts(MediaKind.VIDEO, "video/mp4", file.stat().st_size, 108, 192, 1.0)
        media = DraftMedia(file.name, facts, "", path=file)
        await youtube.publish(Draft(file.name, Format.SHORT, file.name, (), (media,)), login, Memory())
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(peaks[1] - peaks[0])
    await http.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.crash
def test_a_large_upload_adds_hardly_any_memory(
    tmp_path: Path, new_http: NewHttp, make_video: MakeVideo
) -> None:
    port = free_port()
    with (
        sandbox_process(port, tmp_path / "log"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as control,
    ):
        stand = YouTubeStand(control, new_http, make_video, tmp_path)
        files = [str(stand.video(size=size).path) for size in (0, LARGE)]
        command = [sys.executable, "-c", UPLOADING, stand.url, json.dumps(stand.credentials), *files]
        told = subprocess.run(
            command, check=True, capture_output=True, env={"PYTHONPATH": str(Path(__file__).parents[2])}
        )
        assert len(stand.published()) == 2
    assert int(told.stdout) < 50_000
