"""What a person may set for a video: refused by `check` where YouTube would refuse it, and sent as meant."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import MakeVideo
from connectors.contracts.publisher import Memory
from connectors.publishers.conftest import NewHttp
from connectors.publishers.youtube_stand import CAPTIONS, YouTubeStand
from pressrun.connectors.base import Draft, DraftMedia
from pressrun.connectors.publishers.youtube import limits, quota
from pressrun.connectors.publishers.youtube.options import MAX_TITLE, read, resource, title_from
from pressrun.domain.failures import Refused
from pressrun.domain.media import MediaFacts, MediaKind, VideoFacts
from pressrun.domain.messages import full_text
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

TRACK = CAPTIONS[0]
VTT = "WEBVTT\n\n00:01.000 --> 00:02.500\n안녕하세요\n"


def video(width: int = 1920, height: int = 1080, seconds: float | None = 60, **more: Any) -> DraftMedia:
    facts = MediaFacts(MediaKind.VIDEO, "video/mp4", 5_000_000, width, height, seconds)
    return DraftMedia("asset", replace(facts, **more), url="")


def draft(format: Format = Format.VIDEO, **changes: Any) -> Draft:
    fields: dict[str, Any] = {"caption": "아침 산책", "hashtags": ("산책",), "media": (video(),)}
    return Draft("post", format, **fields | changes)


def flaws(**options: Any) -> list[Flaw]:
    return list(limits.check(draft(options=options)))


@pytest.fixture
async def stand(
    sandbox: httpx.Client, new_http: NewHttp, make_video: MakeVideo, tmp_path: Path
) -> YouTubeStand:
    return YouTubeStand(sandbox, new_http, make_video, tmp_path)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"title": "가" * 101}, "video_title_too_long", "title"),
    ({"title": "a < b"}, "angle_brackets", "title"),
    ({"title": 5}, "setting_malformed", "title"),
    ({"title": "   "}, "video_title_missing", "title"),
    ({"tags": [5]}, "setting_malformed", "tags"),
    ({"tags": ["ok", " "]}, "setting_malformed", "tags"),
    ({"tags": {"a": 1}}, "setting_malformed", "tags"),
    ({"tags": ["<b>"]}, "angle_brackets", "tags"),
    ({"tags": ["a" * 501]}, "tags_too_long", "tags"),
    ({"tags": ["a b" * 83, "c d" * 83]}, "tags_too_long", "tags"),
    ({"category_id": "music"}, "setting_malformed", "category_id"),
    ({"category_id": 22}, "setting_malformed", "category_id"),
    ({"privacy": "friends"}, "setting_choice", "privacy"),
    ({"privacy": ["public"]}, "setting_choice", "privacy"),
    ({"license": "mine"}, "setting_choice", "license"),
    ({"publish_at": "2026-12-01T09:00:00"}, "publish_at_malformed", "publish_at"),
    ({"publish_at": "tomorrow"}, "publish_at_malformed", "publish_at"),
    ({"publish_at": 1_790_000_000}, "publish_at_malformed", "publish_at"),
    ({"publish_at": "0001-01-01T00:00:00+09:00"}, "publish_at_malformed", "publish_at"),
    (
        {"publish_at": "2026-12-01T09:00:00+09:00", "privacy": "public"},
        "publish_at_needs_private",
        "publish_at",
    ),
    ({"made_for_kids": "yes"}, "setting_malformed", "made_for_kids"),
    ({"synthetic_media": 1}, "setting_malformed", "synthetic_media"),
    ({"embeddable": "on"}, "setting_malformed", "embeddable"),
    ({"notify_subscribers": 0}, "setting_malformed", "notify_subscribers"),
    ({"default_language": "한국어"}, "setting_malformed", "default_language"),
    ({"playlist_id": "PL 1"}, "setting_malformed", "playlist_id"),
    ({"captions": "text"}, "captions_malformed", "captions"),
    ({"captions": [TRACK] * 21}, "captions_malformed", "captions"),
    ({"captions": ["text"]}, "caption_track_malformed", "captions"),
    ({"captions": [{"language": "ko"}]}, "caption_track_malformed", "captions"),
    ({"captions": [{**TRACK, "name": "가" * 151}]}, "caption_track_malformed", "captions"),
    ({"captions": [{**TRACK, "language": "korean please"}]}, "caption_track_language", "captions"),
    ({"captions": [{**TRACK, "text": "아침이에요."}]}, "caption_track_untimed", "captions"),
    ({"captions": [{**TRACK, "text": VTT + "가" * 500_000}]}, "caption_track_too_long", "captions"),
    ({"captions": [TRACK, {**TRACK, "language": "KO"}]}, "captions_twice", "captions"),
]

GOOD: list[dict[str, Any]] = [
    {},
    {"title": "가" * 100},
    {"title": ""},
    {"title": None},
    {"tags": []},
    {"tags": ["산책", "아침 강가"]},
    {"tags": "산책, 아침 강가"},
    {"tags": ["a" * 250, "b" * 249]},
    {"category_id": "27"},
    {"privacy": "unlisted"},
    {"privacy": "private", "publish_at": "2026-12-01T09:00:00+09:00"},
    {"publish_at": "2026-12-01T00:00:00Z"},
    {"made_for_kids": True, "synthetic_media": False, "embeddable": False, "notify_subscribers": False},
    {"default_language": "pt-BR", "license": "creativeCommon"},
    {"captions": [TRACK, {"language": "en", "text": VTT}, {**TRACK, "name": "해설"}]},
]


@pytest.mark.parametrize(
    ("options", "code", "name"), BAD, ids=[f"{code}-{n}" for n, (_, code, _) in enumerate(BAD)]
)
def test_a_setting_that_youtube_would_refuse_is_named(options: dict[str, Any], code: str, name: str) -> None:
    (flaw,) = flaws(**options)
    assert (flaw.code, flaw.field) == (code, f"options.{name}")
    for language in ("ko", "en"):
        assert full_text(flaw.code, language, flaw.values)


@pytest.mark.parametrize("options", GOOD, ids=str)
async def test_what_is_let_through_is_taken_by_youtube(stand: YouTubeStand, options: dict[str, Any]) -> None:
    film = stand.draft(Format.SHORT, options=options)
    assert stand.publisher.check(film) == []
    published = await stand.publisher.publish(film, stand.login, Memory())
    assert published.notes == ()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"title": "가" * 101}, "title"),
        ({"title": "a < b"}, "title"),
        ({"tags": ["a" * 501]}, "tags"),
        ({"tags": ["a b" * 83, "c d" * 83]}, "tags"),
        ({"category_id": "18"}, "category_id"),
    ],
)
async def test_what_slips_through_is_refused_by_its_name(
    stand: YouTubeStand, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        await stand.publisher.publish(stand.draft(Format.SHORT, options=options), stand.login, Memory())
    assert (caught.value.reason, caught.value.values) == ("setting_refused", {"field": field})


async def test_everything_is_sent_as_it_was_meant(stand: YouTubeStand) -> None:
    options = {
        "title": "아침 산책",
        "tags": ["산책", "강가 아침"],
        "category_id": "19",
        "publish_at": "2030-12-01T09:00:00+09:00",
        "made_for_kids": True,
        "synthetic_media": True,
        "default_language": "ko",
        "license": "creativeCommon",
        "embeddable": False,
    }
    film = stand.draft(Format.SHORT, options=options)
    published = await stand.publisher.publish(film, stand.login, Memory())
    shown = stand.shown(published.external_id)
    snippet, status = shown["snippet"], shown["status"]
    assert (snippet["title"], snippet["description"]) == ("아침 산책", film.text)
    assert (snippet["tags"], snippet["categoryId"]) == (["산책", "강가 아침"], "19")
    assert snippet["defaultLanguage"] == "ko"
    assert (status["privacyStatus"], status["publishAt"]) == ("private", "2030-12-01T00:00:00Z")
    assert (status["selfDeclaredMadeForKids"], status["containsSyntheticMedia"]) == (True, True)
    assert (status["license"], status["embeddable"]) == ("creativeCommon", False)


def test_what_youtube_would_guess_is_always_said() -> None:
    """An omitted privacy becomes public by itself; whether it is for children must be declared."""
    plain = resource(draft())
    assert plain["status"] == {"privacyStatus": "public", "selfDeclaredMadeForKids": False}
    assert plain["snippet"] == {
        "title": "아침 산책",
        "description": "아침 산책\n\n#산책",
        "categoryId": "22",
    }


@pytest.mark.parametrize("notify", [True, False])
async def test_subscribers_are_told_unless_somebody_says_no(stand: YouTubeStand, notify: bool) -> None:
    await stand.publisher.publish(
        stand.draft(Format.SHORT, options={"notify_subscribers": notify}), stand.login, Memory()
    )
    (start,) = [item for item in stand.log() if item["method"] == "POST" and item["path"].endswith("/videos")]
    assert ("notifySubscribers=false" in start["query"]) is not notify


# Titles


@pytest.mark.parametrize(
    ("caption", "title"),
    [
        ("아침 산책\n둘째 줄", "아침 산책"),
        ("\n\n  첫 줄  은  여기 \n", "첫 줄 은 여기"),
        ("", ""),
        ("가" * 100, "가" * 100),
        ("가" * 101, "가" * 99 + "…"),
        ("word " * 30, "word " * 18 + "word" + "…"),
        ("a, " * 60, ("a, " * 33)[:97].rstrip(" ,") + "…"),
    ],
)
def test_the_first_line_of_a_caption_is_the_title(caption: str, title: str) -> None:
    assert title_from(caption) == title


@given(st.text(max_size=400))
def test_a_title_made_of_a_caption_is_never_too_long_nor_of_several_lines(caption: str) -> None:
    title = title_from(caption)
    assert len(title) <= MAX_TITLE
    assert title == title.strip()
    assert len(title.splitlines()) <= 1


def test_brackets_in_a_caption_are_told_where_they_stand() -> None:
    codes = [(flaw.code, flaw.field) for flaw in limits.check(draft(caption="1 < 2"))]
    assert codes == [("angle_brackets", "caption")]


def test_without_caption_and_title_there_is_no_video() -> None:
    codes = [flaw.code for flaw in limits.check(draft(caption="", hashtags=()))]
    assert codes == ["video_title_missing"]


# Files


def codes_of(format: Format, *media: DraftMedia) -> list[str]:
    return [flaw.code for flaw in limits.check(draft(format, media=media))]


@pytest.mark.parametrize(
    ("media", "codes"),
    [
        (video(1080, 1920, 180), []),
        (video(1080, 1080, 12), []),
        (video(1080, 1920, 180.5), ["video_length"]),
        (video(1920, 1080, 60), ["short_landscape"]),
        (video(1920, 1080, 200), ["video_length", "short_landscape"]),
        (video(1080, 1920, None), ["video_length"]),
    ],
)
def test_a_short_is_upright_or_square_and_at_most_three_minutes(media: DraftMedia, codes: list[str]) -> None:
    assert codes_of(Format.SHORT, media) == codes


@pytest.mark.parametrize(
    ("media", "codes"),
    [
        (video(), []),
        (video(608, 1080, 3600), []),
        (video(3840, 2160, 12 * 3600), []),
        (video(seconds=12 * 3600 + 1), ["video_length"]),
        (video(size=256 * 1024**3 + 1), ["video_unusable"]),
        (video(mime="video/webm", video=VideoFacts("vp9", 60, audio_codec="opus", audio_channels=6)), []),
        (video(mime="image/jpeg", kind=MediaKind.IMAGE), ["media_kind"]),
    ],
)
def test_a_video_is_nearly_anything_that_is_not_too_long(media: DraftMedia, codes: list[str]) -> None:
    assert codes_of(Format.VIDEO, media) == codes


def test_a_description_that_is_too_long_is_told_in_bytes() -> None:
    (flaw,) = limits.check(draft(caption="제목\n" + "가" * 1667, hashtags=()))
    assert (flaw.code, flaw.field) == ("description_too_long", "caption")
    assert flaw.values == {"limit": 5000, "length": 5008}


def test_files_suggest_a_video_and_their_bytes_are_taken() -> None:
    assert limits.LIMITS.default_format([MediaKind.VIDEO]) is Format.VIDEO
    assert limits.LIMITS.fetched == frozenset()


# What it costs


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        ({}, 5),
        ({"options": {"playlist_id": "PL12"}}, 56),
        ({"options": {"captions": [TRACK, {**TRACK, "language": "en"}]}}, 805),
        ({"attachments": {"thumbnail": video()}}, 55),
    ],
)
def test_a_post_costs_an_upload_and_the_units_of_what_is_added(
    changes: Mapping[str, Any], units: int
) -> None:
    assert quota.costs(draft(**changes)) == {"uploads": 1, "units": units}


def test_the_quotas_are_those_that_google_granted_the_project() -> None:
    granted = quota.quotas(uploads_per_day=300, units_per_day=1_000_000)
    assert [(each.bucket, each.per_day, each.zone) for each in granted] == [
        ("uploads", 300, "America/Los_Angeles"),
        ("units", 1_000_000, "America/Los_Angeles"),
    ]
    assert limits.LIMITS.posts_per_day is None


def test_a_time_is_sent_in_utc() -> None:
    options, found = read(draft(options={"publish_at": "2026-12-01T09:00:00+09:00"}))
    assert options.publish_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert found == []
