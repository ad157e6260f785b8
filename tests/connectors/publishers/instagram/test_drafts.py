"""What a draft may hold, and how its options are sent."""

import json
from dataclasses import replace
from typing import Any

import pytest

from connectors.contracts.publisher import (
    Memory,
    assert_out_once,
    goes_out,
)
from connectors.publishers.instagram.stand import InstagramStand
from pressrun.connectors.base import DraftMedia
from pressrun.domain.media import MediaFacts, MediaKind, VideoFacts
from pressrun.domain.post import Format


@pytest.mark.parametrize(
    "facts",
    [
        {"mime": "image/png"},
        {"size": 8 * 1024 * 1024 + 1},
        {"width": 1441},
        {"width": 1080, "height": 1351},
        {"width": 1080, "height": 565},
    ],
)
def test_a_picture_outside_the_rules_is_named_by_its_place(
    cafe: InstagramStand, facts: dict[str, Any]
) -> None:
    bad = MediaFacts(
        **{"kind": MediaKind.IMAGE, "mime": "image/jpeg", "size": 5, "width": 1080, "height": 1080} | facts
    )
    good = cafe.draft(Format.CAROUSEL, count=2)
    draft = cafe.draft(Format.CAROUSEL, media=(good.media[0], DraftMedia("bad", bad, "http://x.example")))
    assert [(flaw.code, flaw.values) for flaw in cafe.publisher.check(draft)] == [
        ("media_unusable", {"which": 2})
    ]


def test_a_video_is_not_taken_as_a_picture(cafe: InstagramStand) -> None:
    video = MediaFacts(MediaKind.VIDEO, "video/mp4", 5000, 1080, 1080, 10)
    draft = cafe.draft(Format.FEED, media=(DraftMedia("film", video, "http://x.example"),))
    assert [flaw.code for flaw in cafe.publisher.check(draft)] == ["media_kind"]


# Files


def facts_of(**changes: Any) -> MediaFacts:
    inside = VideoFacts("h264", 30.0, audio_codec="aac", audio_channels=2, audio_hertz=48_000)
    video = MediaFacts(MediaKind.VIDEO, "video/mp4", 9000, 1080, 1920, 30.0, inside)
    about = {name: changes.pop(name) for name in list(changes) if hasattr(inside, name)}
    return replace(video, **changes, video=replace(inside, **about))


def flaws(stand: InstagramStand, format: Format, facts: MediaFacts) -> list[str]:
    media = (DraftMedia("film", facts, "http://x.example"),)
    if format is Format.CAROUSEL:
        media = (*media, *stand.draft(Format.FEED).media)
    return [flaw.code for flaw in stand.publisher.check(stand.draft(format, media=media))]


@pytest.mark.parametrize(
    ("format", "shortest", "longest", "largest"),
    [
        (Format.REEL, 3, 900, 300_000_000),
        (Format.STORY, 3, 60, 100_000_000),
        (Format.CAROUSEL, 3, 60, 300_000_000),
    ],
)
def test_a_video_has_the_length_and_size_of_its_format(
    cafe: InstagramStand, format: Format, shortest: float, longest: float, largest: int
) -> None:
    for seconds in (shortest, longest):
        assert flaws(cafe, format, facts_of(duration=float(seconds), size=largest)) == []
    for seconds in (shortest - 0.1, longest + 1):
        assert flaws(cafe, format, facts_of(duration=seconds)) == ["video_length"]
    assert flaws(cafe, format, facts_of(size=largest + 1)) == ["video_unusable"]


@pytest.mark.parametrize(
    "changes",
    [
        {"codec": "mpeg4"},
        {"codec": "vp9"},
        {"fps": 22.0},
        {"fps": 120.0},
        {"width": 1921},
        {"width": 10, "height": 1920},
        {"mime": "video/webm"},
        {"pixel_format": "yuv444p"},
        {"is_progressive": False},
        {"starts_fast": False},
        {"bits_per_second": 25_000_001},
        {"audio_codec": "mp3"},
        {"audio_hertz": 96_000},
        {"audio_channels": 6},
    ],
)
def test_a_video_outside_the_rules_is_not_sent(cafe: InstagramStand, changes: dict[str, Any]) -> None:
    assert flaws(cafe, Format.REEL, facts_of(**changes)) == ["video_unusable"]


@pytest.mark.parametrize("changes", [{"codec": "hevc"}, {"mime": "video/quicktime"}, {"audio_codec": None}])
def test_a_video_within_the_rules_is(cafe: InstagramStand, changes: dict[str, Any]) -> None:
    assert flaws(cafe, Format.REEL, facts_of(**changes)) == []


def test_a_story_takes_pictures_of_every_shape_and_any_text(cafe: InstagramStand) -> None:
    tall = MediaFacts(MediaKind.IMAGE, "image/jpeg", 5000, 1080, 1920)
    draft = cafe.draft(
        Format.STORY, media=(DraftMedia("tall", tall, "http://x.example"),), caption="가" * 9000
    )
    assert cafe.publisher.check(draft) == []


@pytest.mark.parametrize(
    ("kinds", "format"),
    [
        (["image"], Format.FEED),
        (["image", "image"], Format.CAROUSEL),
        (["image", "video"], Format.CAROUSEL),
        (["video"], Format.REEL),
    ],
)
def test_files_suggest_their_format(cafe: InstagramStand, kinds: list[str], format: Format) -> None:
    assert cafe.publisher.limits.default_format([MediaKind(kind) for kind in kinds]) is format


def test_who_is_held_to_five_hashtags_is_held_to_three_mentions(cafe: InstagramStand) -> None:
    strict = cafe.made(max_hashtags=5)
    text = " ".join(f"#태그{n} @name{n}" for n in range(5))
    codes = [flaw.code for flaw in strict.check(cafe.draft(Format.FEED, caption=text, hashtags=()))]
    assert codes == ["too_many_mentions"]


# Options


async def published(stand: InstagramStand, format: Format, **changes: Any) -> dict[str, Any]:
    draft = stand.draft(format, **changes)
    assert stand.publisher.check(draft) == []
    assert_out_once(stand, draft, await goes_out(stand, draft, Memory()))
    return stand.posts()[-1]


async def test_a_long_description_is_cut_and_goes_with_the_picture(cafe: InstagramStand) -> None:
    (media,) = cafe.draft(Format.FEED).media
    post = await published(cafe, Format.FEED, media=(replace(media, alt_text="가" * 1500),))
    assert post["media"][0]["alt"] == "가" * 1000


async def test_only_pictures_of_the_feed_are_described(cafe: InstagramStand) -> None:
    post = await published(cafe, Format.CAROUSEL, kinds=["film", "photo"])
    assert [file["alt"] for file in post["media"]] == ["", "한 잔의 커피"]
    assert (await published(cafe, Format.STORY))["media"][0]["alt"] == ""


@pytest.mark.parametrize("location", [110, "110"])
@pytest.mark.parametrize("format", [Format.FEED, Format.CAROUSEL, Format.REEL])
async def test_a_place_goes_with_the_post(cafe: InstagramStand, format: Format, location: Any) -> None:
    post = await published(cafe, format, options={"location_id": location})
    assert post["extras"]["location_id"] == "110"


async def test_people_are_tagged_where_they_are(cafe: InstagramStand) -> None:
    tags = [{"username": "@haru", "x": 0.5, "y": 1}, {"username": "bom.cafe", "media": 2, "x": 0, "y": 0.25}]
    post = await published(cafe, Format.CAROUSEL, kinds=["photo", "photo"], options={"user_tags": tags})
    assert [json.loads(file["user_tags"]) for file in post["file_extras"]] == [
        [{"username": "haru", "x": 0.5, "y": 1}],
        [{"username": "bom.cafe", "x": 0, "y": 0.25}],
    ]


async def test_on_a_video_people_have_no_place(cafe: InstagramStand) -> None:
    post = await published(
        cafe, Format.REEL, options={"user_tags": [{"username": "haru", "x": 0.5, "y": 0.5}]}
    )
    assert json.loads(post["extras"]["user_tags"]) == [{"username": "haru"}]


async def test_a_reel_says_everything_that_was_chosen(stand: InstagramStand) -> None:
    options = {
        "thumb_offset": 1500,
        "audio_name": "빗소리",
        "collaborators": ["haru", "@bom"],
        "is_ai_generated": True,
        "share_to_feed": False,
    }
    extras = (await published(stand, Format.REEL, options=options))["extras"]
    assert extras["audio_name"] == "빗소리"
    assert json.loads(extras["collaborators"]) == ["haru", "bom"]
    assert (extras["is_ai_generated"], extras["share_to_feed"]) == ("true", "false")


@pytest.mark.parametrize(("chosen", "sent"), [({}, "true"), ({"share_to_feed": "no"}, "false")])
async def test_whether_a_reel_is_in_the_feed_is_always_said(
    cafe: InstagramStand, chosen: dict[str, Any], sent: str
) -> None:
    assert (await published(cafe, Format.REEL, options=chosen))["extras"]["share_to_feed"] == sent


@pytest.mark.parametrize("format", [Format.FEED, Format.CAROUSEL, Format.REEL, Format.STORY])
async def test_what_ai_made_is_labelled_once_in_every_format(cafe: InstagramStand, format: Format) -> None:
    post = await published(cafe, format, options={"is_ai_generated": True})
    assert post["extras"]["is_ai_generated"] == "true"


def about(stand: InstagramStand, format: Format, **options: Any) -> list[tuple[str, str | None]]:
    return [(flaw.code, flaw.field) for flaw in stand.publisher.check(stand.draft(format, options=options))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("location_id", "seoul"),
        ("location_id", True),
        ("location_id", 1.5),
        ("user_tags", "haru"),
        ("user_tags", ["haru"]),
        ("user_tags", [{"username": "two words", "x": 0, "y": 0}]),
        ("user_tags", [{"username": "haru"}]),
        ("user_tags", [{"username": "haru", "x": 2, "y": 0}]),
        ("user_tags", [{"username": "haru", "x": True, "y": 0}]),
        ("user_tags", [{"username": "haru", "x": 0, "y": 0, "media": 2}]),
        ("user_tags", [{"x": 0, "y": 0}]),
        ("collaborators", 7),
        ("collaborators", [7]),
        ("collaborators", "한글"),
        ("is_ai_generated", "perhaps"),
    ],
)
def test_an_option_that_can_not_be_read_is_named(cafe: InstagramStand, name: str, value: Any) -> None:
    assert about(cafe, Format.FEED, **{name: value}) == [("setting_malformed", f"options.{name}")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thumb_offset", -1),
        ("thumb_offset", "soon"),
        ("thumb_offset", True),
        ("share_to_feed", "perhaps"),
        ("audio_name", " "),
        ("audio_name", "가" * 101),
    ],
)
def test_an_option_of_a_reel_that_can_not_be_read_is_named(
    cafe: InstagramStand, name: str, value: Any
) -> None:
    assert about(cafe, Format.REEL, **{name: value}) == [("setting_malformed", f"options.{name}")]


def test_the_cover_is_a_moment_of_the_video(cafe: InstagramStand) -> None:
    assert about(cafe, Format.REEL, thumb_offset=3999) == []
    assert about(cafe, Format.REEL, thumb_offset=4000) == [("thumb_offset_outside", "options.thumb_offset")]


def test_more_people_than_instagram_takes_are_too_many(cafe: InstagramStand) -> None:
    tags = [{"username": f"haru{n}", "x": 0, "y": 0} for n in range(21)]
    assert about(cafe, Format.FEED, user_tags=tags) == [("setting_too_many", "options.user_tags")]
    assert about(cafe, Format.FEED, user_tags=tags[:20]) == []
    assert about(cafe, Format.REEL, collaborators="a, b, c, d") == [
        ("setting_too_many", "options.collaborators")
    ]


@pytest.mark.parametrize(
    ("format", "options"),
    [
        (Format.FEED, {"thumb_offset": 5, "audio_name": "x", "share_to_feed": False, "cover_asset_id": "a"}),
        (Format.CAROUSEL, {"collaborators": ["haru"]}),
        (Format.STORY, {"location_id": "1", "user_tags": [{"username": "haru"}], "collaborators": ["haru"]}),
    ],
)
def test_what_a_format_does_not_know_is_said_instead_of_forgotten(
    cafe: InstagramStand, format: Format, options: dict[str, Any]
) -> None:
    found = about(cafe, format, **options)
    assert sorted(found) == sorted(("setting_misplaced", f"options.{name}") for name in options)


def test_what_a_form_sends_where_nothing_was_chosen_is_no_flaw(cafe: InstagramStand) -> None:
    untouched = {"location_id": "", "collaborators": "", "share_to_feed": "yes", "is_ai_generated": False}
    for format in cafe.publisher.limits.formats:
        assert about(cafe, format, **untouched) == []
