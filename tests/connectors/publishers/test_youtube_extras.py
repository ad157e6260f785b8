"""After the upload: nothing that is added fails the post, but what YouTube makes of the video may."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from clips import MakeVideo
from connectors.contracts.publisher import Call, Memory, goes_out
from connectors.publishers.conftest import NewHttp
from connectors.publishers.youtube_stand import CALLS, CAPTIONS, YouTubeStand
from pressrun.connectors.base import Draft, Login, Published
from pressrun.connectors.publishers.youtube.captions import Track, as_upload
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import (
    AccountSuspended,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    Refused,
)
from pressrun.domain.post import Format
from pressrun.domain.texts import MESSAGES

SHORT = Call("GET", "/v3/videos$")
EXTRAS = {"thumbnail": CALLS["thumbnail"], "captions": CALLS["captions"], "playlist": CALLS["playlist"]}


@dataclass
class Listening(Memory):
    """A memory that keeps what was told."""

    told: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    async def report(self, stage: str, message: str, **values: object) -> None:
        await super().report(stage, message, **values)
        self.told.append((stage, message, values))


@pytest.fixture
async def stand(
    sandbox: httpx.Client, new_http: NewHttp, make_video: MakeVideo, tmp_path: Path
) -> YouTubeStand:
    return YouTubeStand(sandbox, new_http, make_video, tmp_path)


def captions_of(stand: YouTubeStand, video_id: str) -> list[tuple[str, str]]:
    listed = stand.call("GET", "captions", part="snippet", videoId=video_id)["items"]
    return [(track["snippet"]["language"], track["snippet"]["name"]) for track in listed]


async def test_thumbnail_captions_and_playlist_are_added(stand: YouTubeStand) -> None:
    film = stand.draft(Format.VIDEO)
    published = await stand.publisher.publish(film, stand.login, Memory())
    shown = stand.shown(published.external_id, "snippet,contentDetails")
    assert shown["contentDetails"]["hasCustomThumbnail"] is True
    assert captions_of(stand, published.external_id) == [("ko", "한국어")]
    assert stand.in_playlist(published.external_id) == 1
    assert published.notes == ()


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("moment", ["inside", "after"])
async def test_a_crash_among_the_extras_adds_nothing_twice(
    stand: YouTubeStand, extra: str, moment: str
) -> None:
    film = stand.draft(Format.VIDEO)
    published = await goes_out(stand, film, Memory(dies=(extra, moment)))
    assert stand.in_playlist(published.external_id) == 1
    assert captions_of(stand, published.external_id) == [("ko", "한국어")]
    assert len(stand.published()) == 1


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize(
    "effect", [{"kind": "drop_after"}, {"kind": "drop_before"}, {"kind": "answer", "status": 503}]
)
async def test_a_passing_trouble_is_tried_again_without_doing_it_twice(
    stand: YouTubeStand, extra: str, effect: dict[str, Any]
) -> None:
    film = stand.draft(Format.VIDEO)
    stand.fault(effect, EXTRAS[extra], times=2)
    published = await stand.publisher.publish(film, stand.login, Memory())
    assert published.notes == ()
    assert stand.in_playlist(published.external_id) == 1
    assert captions_of(stand, published.external_id) == [("ko", "한국어")]


REFUSALS: dict[str, dict[str, Any]] = {
    "400": {"status": 400},
    "403": {"status": 403},
    "401": {"status": 401},
    "404": {"status": 404},
    "429": {"status": 429},
    "500 for ever": {"status": 500},
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("extra", EXTRAS)
async def test_whatever_is_refused_becomes_a_note_and_the_rest_goes_on(
    stand: YouTubeStand, extra: str, refusal: str
) -> None:
    film, memory = stand.draft(Format.VIDEO), Listening()
    stand.fault({"kind": "answer", **REFUSALS[refusal]}, EXTRAS[extra], times=None)
    published = await stand.publisher.publish(film, stand.login, memory)
    assert published.notes == (f"{extra}_refused",)
    assert published.external_id == stand.published()[0].id
    ((stage, code, values),) = memory.told
    assert (stage, code) == (extra, "extra_refused")
    assert values["said"]
    assert {f"{extra}_refused", code} <= set(MESSAGES)
    assert set(EXTRAS) | {"processing"} <= set(memory.names)


async def test_a_playlist_that_does_not_exist_is_a_note(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT, options={"playlist_id": "PLnothere"})
    published = await stand.publisher.publish(film, stand.login, Memory())
    assert published.notes == ("playlist_refused",)


async def test_a_thumbnail_that_is_no_picture_is_a_note(stand: YouTubeStand) -> None:
    film = stand.draft(Format.SHORT, attachments={"thumbnail": stand.picture(b"not a picture")})
    published = await stand.publisher.publish(film, stand.login, Memory())
    assert published.notes == ("thumbnail_refused",)


async def test_a_channel_without_a_phone_number_gets_no_thumbnail(stand: YouTubeStand) -> None:
    stand.set_state(rules={"verified": False})
    published = await stand.publisher.publish(stand.draft(Format.VIDEO), stand.login, Memory())
    assert published.notes == ("thumbnail_refused",)


def test_captions_are_sent_as_metadata_and_text() -> None:
    body, mime = as_upload(Track("ko", "해설", "1\n00:00:00,000 --> 00:00:01,000\n안녕 ☕\n"), "video1")
    boundary = mime.partition("boundary=")[2]
    _, described, text, end = body.decode().split(f"--{boundary}")
    assert mime.startswith("multipart/related; boundary=")
    assert json.loads(described.partition("\r\n\r\n")[2]) == {
        "snippet": {"videoId": "video1", "language": "ko", "name": "해설", "isDraft": False}
    }
    assert (
        text.partition("\r\n\r\n")[2]
        == CAPTIONS[0]["text"].replace("2,000", "1,000").replace("아침이에요.", "안녕 ☕") + "\r\n"
    )
    assert end == "--\r\n"


# A token whose hour ends during a long upload


@pytest.mark.parametrize("call", [*EXTRAS.values(), SHORT], ids=[*EXTRAS, "processing"])
async def test_a_token_that_ended_meanwhile_is_renewed_and_nothing_is_lost(
    stand: YouTubeStand, call: Call
) -> None:
    film, memory = stand.draft(Format.VIDEO), Memory()
    ended = replace(stand.login, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    stand.fault({"kind": "answer", "status": 401}, call)
    with pytest.raises(LoginExpired):
        await stand.publisher.publish(film, ended, memory)
    published = await stand.publisher.publish(film, stand.login, memory)
    assert published == Published(stand.published()[0].id, stand.published()[0].permalink)
    assert stand.sent("session") == 1


# Processing


async def test_it_waits_until_youtube_has_processed_the_video(stand: YouTubeStand) -> None:
    stand.set_state(processing={"seconds": 0.2, "result": "finished"})
    published = await stand.made(polls=200).publish(stand.draft(Format.SHORT), stand.login, Memory())
    assert published.notes == ()
    assert stand.sent("processing") > 1


async def test_a_video_that_takes_long_is_published_and_said_to_be_in_processing(stand: YouTubeStand) -> None:
    stand.set_state(processing={"seconds": 3600, "result": "finished"})
    published = await stand.made(polls=2).publish(stand.draft(Format.SHORT), stand.login, Memory())
    assert published.notes == ("still_processing",)


async def test_where_processing_can_not_be_seen_the_post_is_published_all_the_same(
    stand: YouTubeStand,
) -> None:
    stand.fault({"kind": "answer", "status": 500}, SHORT, times=None)
    published = await stand.made(polls=2).publish(stand.draft(Format.SHORT), stand.login, Memory())
    assert published.notes == ("still_processing",)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"processing": {"seconds": 0, "result": "error"}}, MediaBroken),
        ({"processing": {"seconds": 0, "result": "expired"}}, MediaBroken),
        ({"rules": {"rejection": "duplicate"}}, Duplicate),
        ({"rules": {"rejection": "uploaderAccountSuspended"}}, AccountSuspended),
        ({"rules": {"rejection": "copyright"}}, Refused),
    ],
)
async def test_a_video_that_youtube_will_not_show_fails_the_post_and_is_never_uploaded_again(
    stand: YouTubeStand, state: dict[str, Any], expected: type[Failure]
) -> None:
    stand.set_state(**state)
    film, memory = stand.draft(Format.SHORT), Memory()
    for _ in range(3):
        with pytest.raises(expected):
            await stand.publisher.publish(film, stand.login, memory)
    assert len(stand.published()) == 1
    assert stand.sent("session") == 1


async def test_a_file_that_is_no_video_fails_naming_it(stand: YouTubeStand, tmp_path: Path) -> None:
    file = tmp_path / "text.mp4"
    file.write_bytes(b"not a video at all" * 100)
    with pytest.raises(MediaBroken) as caught:
        await stand.publisher.publish(
            stand.draft(Format.SHORT, media=(stand.media(file),)), stand.login, Memory()
        )
    assert (caught.value.which, caught.value.answer.code) == (1, "failed/invalidFile")


@pytest.mark.parametrize(
    ("privacy", "notes"),
    [("public", ("locked_private",)), ("unlisted", ("locked_private",)), ("private", ())],
)
async def test_a_project_without_an_audit_locks_videos_and_a_person_is_told(
    stand: YouTubeStand, privacy: str, notes: tuple[str, ...]
) -> None:
    stand.set_state(rules={"private_lock": True})
    film = stand.draft(Format.SHORT, options={"privacy": privacy})
    assert (await stand.publisher.publish(film, stand.login, Memory())).notes == notes
    assert set(notes) <= set(MESSAGES)


# Long videos


def long_film(stand: YouTubeStand) -> Draft:
    media = stand.video()
    return stand.draft(
        Format.VIDEO, media=(replace(media, facts=replace(media.facts, duration=15 * 60 + 1)),), options={}
    )


async def test_a_long_video_of_an_unverified_channel_is_refused_before_a_byte_is_sent(
    stand: YouTubeStand,
) -> None:
    stand.set_state(rules={"verified": False})
    with pytest.raises(Refused) as caught:
        await stand.publisher.publish(long_film(stand), stand.login, Memory())
    assert (caught.value.reason, caught.value.values) == ("channel_unverified", {"minutes": 15})
    assert stand.sent("session") == 0


async def test_a_verified_channel_may_upload_long_videos(stand: YouTubeStand) -> None:
    await stand.publisher.publish(long_film(stand), stand.login, Memory())
    assert len(stand.published()) == 1


# What a person said


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v={id}",
        "https://www.youtube.com/watch?app=desktop&v={id}&t=1s",
        "https://youtu.be/{id}?si=x",
        "https://youtube.com/shorts/{id}",
    ],
)
async def test_a_video_that_a_person_found_gets_what_was_to_be_added(
    stand: YouTubeStand, address: str
) -> None:
    film, memory = stand.draft(Format.VIDEO), Memory()
    first = await stand.publisher.publish(film, stand.login, memory)
    found = Published(permalink=address.format(id=first.external_id))
    again = Memory(
        kept={name: memory.kept[name] for name in ("session", "transfer")}, outcomes={"publish": found}
    )
    published = await stand.publisher.publish(film, stand.login, again)
    assert published == Published(first.external_id, found.permalink)
    assert {"thumbnail", "captions", "playlist", "processing"} <= set(again.kept)


async def test_an_address_that_names_no_video_is_left_as_it_is(stand: YouTubeStand) -> None:
    film, memory = stand.draft(Format.VIDEO), Memory()
    await stand.publisher.publish(film, stand.login, memory)
    found = Published(permalink="https://studio.youtube.com/channel/UC1/videos")
    again = Memory(
        kept={name: memory.kept[name] for name in ("session", "transfer")}, outcomes={"publish": found}
    )
    assert await stand.publisher.publish(film, stand.login, again) == found


# Numbers


async def test_numbers_grow_and_a_private_video_has_them_too(stand: YouTubeStand) -> None:
    published = await stand.publisher.publish(stand.draft(Format.SHORT), stand.login, Memory())
    stand.advance(1800)
    numbers = await stand.publisher.measure(published.external_id, stand.login)
    assert isinstance(numbers, Mapping)
    assert set(numbers) == {"viewCount", "likeCount", "commentCount"}
    assert numbers["viewCount"] > 0


async def test_hidden_numbers_are_left_out(stand: YouTubeStand) -> None:
    body = {"items": [{"statistics": {"viewCount": "12", "likeCount": None, "commentCount": "many"}}]}
    stand.fault({"kind": "answer", "status": 200, "body": body}, SHORT)
    assert await stand.publisher.measure("v", stand.login) == {"viewCount": 12}


@pytest.mark.parametrize(
    ("body", "sighting"),
    [
        ({"items": []}, Sighting.NOT_THERE),
        ({"items": None}, Sighting.CANNOT_TELL),
        ({}, Sighting.CANNOT_TELL),
    ],
)
async def test_a_video_that_is_gone_is_told_from_an_answer_that_says_nothing(
    stand: YouTubeStand, body: dict[str, Any], sighting: Sighting
) -> None:
    stand.fault({"kind": "answer", "status": 200, "body": body}, SHORT)
    assert await stand.publisher.measure("v", stand.login) is sighting


async def test_a_deleted_video_is_not_there(stand: YouTubeStand) -> None:
    published = await stand.publisher.publish(stand.draft(Format.SHORT), stand.login, Memory())
    headers = {"Authorization": f"Bearer {stand.credentials['access_token']}"}
    url = f"/youtube/youtube/v3/videos?id={published.external_id}"
    assert stand.sandbox.delete(url, headers=headers).status_code == 204
    assert await stand.publisher.measure(published.external_id, stand.login) is Sighting.NOT_THERE


def test_the_login_of_these_tests_is_not_over(stand: YouTubeStand) -> None:
    """Otherwise every refusal above would expire it."""
    assert isinstance(stand.login, Login)
    assert stand.login.expires_at is None
