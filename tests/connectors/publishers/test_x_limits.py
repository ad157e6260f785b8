"""What X's `check` refuses, how a text becomes a thread, and what a person may choose for a post."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pressrun.connectors.base import Draft, DraftMedia
from pressrun.connectors.publishers.x import options
from pressrun.connectors.publishers.x.limits import check, limits_of
from pressrun.connectors.publishers.x.options import PostOptions, post_id_in
from pressrun.connectors.publishers.x.thread import parts_of
from pressrun.domain.media import MediaFacts, MediaKind, VideoFacts
from pressrun.domain.post import Format

LIMITS = limits_of(280)
PHOTO = MediaFacts(MediaKind.IMAGE, "image/jpeg", 100_000, 1080, 1350)
GIF = MediaFacts(MediaKind.IMAGE, "image/gif", 100_000, 640, 480, 2.0, VideoFacts("gif", 10.0))
VIDEO = MediaFacts(
    MediaKind.VIDEO, "video/mp4", 1_000_000, 1280, 720, 30.0, VideoFacts("h264", 30.0, audio_codec="aac")
)


def draft(caption: str = "글", *files: MediaFacts, format: Format = Format.TWEET, **changes: Any) -> Draft:
    media = tuple(DraftMedia(f"a{place}", facts, "", path=Path("a")) for place, facts in enumerate(files))
    return Draft("p", format, caption, (), media, **changes)


def codes(it: Draft, max_length: int = 280) -> list[str]:
    return [flaw.code for flaw in check(it, limits_of(max_length))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("하나", ["하나"]),
        ("하나\n---\n둘", ["하나", "둘"]),
        ("하나\r\n---\r\n둘\r\n----- \n셋", ["하나", "둘", "셋"]),
        ("---\n\n하나\n\n---\n---\n 둘 \n---", ["하나", "둘"]),
        ("하나 --- 둘\n--\n-- -\n---셋", ["하나 --- 둘\n--\n-- -\n---셋"]),
        ("하나\n---\n\n#하루", ["하나", "#하루"]),
        ("", [""]),
        ("---\n---", [""]),
    ],
)
def test_a_line_of_hyphens_divides_a_thread(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts


def test_each_part_has_the_length_for_itself_and_hashtags_stand_in_the_last() -> None:
    full, other = "가" * 140, "나" * 140
    thread = replace(draft(f"{full}\n---\n{other}", format=Format.THREAD), hashtags=())
    assert codes(thread) == []
    (flaw,) = check(replace(thread, hashtags=("하루",)), LIMITS)
    assert (flaw.code, flaw.values) == ("part_too_long", {"which": 2, "limit": 280, "length": 287})
    assert codes(replace(thread, caption=f"{full}\n---\n{other}\n---", hashtags=("하루",))) == []


def test_a_post_that_weighs_too_much_is_told_how_x_counts() -> None:
    (flaw,) = check(draft("가" * 141), LIMITS)
    assert (flaw.code, flaw.field, flaw.values) == (
        "weighted_too_long",
        "caption",
        {"limit": 280, "length": 282},
    )
    assert codes(draft("가" * 141), max_length=4000) == []


@pytest.mark.parametrize(
    ("it", "expected"),
    [
        (draft(""), ["text_missing"]),
        (draft(" \n"), ["text_missing"]),
        (draft("", PHOTO), []),
        (draft("---", format=Format.THREAD), ["text_missing"]),
        (draft("\n---\n".join(map(str, range(25))), format=Format.THREAD), []),
        (draft("\n---\n".join(map(str, range(26))), format=Format.THREAD), ["too_many_parts"]),
        (draft("하나 둘\n---\n셋\n---\n하나  둘", format=Format.THREAD), ["parts_alike"]),
        (draft("글\ufeff"), ["characters_forbidden"]),
        (draft("$TSLA $AAPL"), ["too_many_cashtags"]),
        (draft("$TSLA\n---\n$AAPL", format=Format.THREAD), []),
        (draft("글", PHOTO, PHOTO, PHOTO, PHOTO), []),
        (draft("글", GIF), []),
        (draft("글", VIDEO), []),
        (draft("글", GIF, PHOTO), ["media_mixed"]),
        (draft("글", replace(GIF, size=15_000_000)), []),
        (draft("글", replace(GIF, size=16_000_000)), ["animation_too_large"]),
        (draft("글", replace(GIF, width=1281)), ["animation_too_large"]),
        (draft("글", replace(GIF, duration=35.1)), ["animation_too_large"]),
        (draft("글", replace(VIDEO, width=720, height=1280)), []),
        (draft("글", replace(VIDEO, width=1024, height=1024)), []),
        (draft("글", replace(VIDEO, width=1080, height=1080)), ["video_unusable"]),
        (draft("글", replace(VIDEO, width=30, height=60)), ["video_too_small"]),
        (draft("글", VIDEO, VIDEO), ["media_mixed"]),
        (draft("글", PHOTO, VIDEO), ["media_mixed"]),
        (draft("글", replace(VIDEO, duration=0.2)), ["video_length"]),
        (draft("글", replace(VIDEO, duration=141.0)), ["video_length"]),
        (draft("글", replace(VIDEO, width=1920, height=1080)), ["video_unusable"]),
        (draft("글", replace(PHOTO, size=6_000_000)), ["media_unusable"]),
        (draft("글", replace(PHOTO, mime="image/heic")), ["media_unusable"]),
        (draft("글", options={"quote": "1"}), []),
        (draft("글", PHOTO, options={"quote": "1"}), ["quote_with_media"]),
        (draft("글", options={"reply_settings": "nobody"}), ["setting_choice"]),
        (draft("글", options={"made_with_ai": "yes"}), ["setting_malformed"]),
    ],
)
def test_what_x_would_refuse_is_said_before(it: Draft, expected: list[str]) -> None:
    assert codes(it) == expected


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({}, PostOptions()),
        (
            {"reply_settings": "everyone", "made_with_ai": False, "in_reply_to": "", "quote": None},
            PostOptions(),
        ),
        ({"reply_settings": "verified", "made_with_ai": True}, PostOptions("verified", made_with_ai=True)),
        ({"in_reply_to": "123", "quote": 456}, PostOptions(in_reply_to="123", quote="456")),
        ({"in_reply_to": " https://x.com/haru/status/123?s=20 "}, PostOptions(in_reply_to="123")),
    ],
)
def test_options_are_read_as_people_give_them(given: dict[str, Any], chosen: PostOptions) -> None:
    assert options.read(given) == (chosen, [])


@pytest.mark.parametrize("said", ["haru", "https://x.com/haru", "1" * 20, "-1", True, 1.5, ["1"]])
@pytest.mark.parametrize("name", ["in_reply_to", "quote"])
def test_what_names_no_post_is_a_flaw_of_its_option(name: str, said: Any) -> None:
    chosen, (flaw,) = options.read({name: said})
    assert chosen == PostOptions()
    assert (flaw.code, flaw.field) == ("setting_malformed", f"options.{name}")


@pytest.mark.parametrize(
    ("address", "post_id"),
    [
        ("https://x.com/haru/status/12", "12"),
        ("https://twitter.com/haru/statuses/12/photo/1", "12"),
        ("https://x.com/i/web/status/12#m", "12"),
        ("http://127.0.0.1:9100/feed/x/1745/12/", "12"),
        ("https://x.com/haru", ""),
        ("", ""),
    ],
)
def test_the_id_is_found_in_an_address(address: str, post_id: str) -> None:
    assert post_id_in(address) == post_id
