"""What is changed in a file is told ahead and afterwards by the same rules; what nothing mends, precisely."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.framing import canvas_for, fitted
from pressrun.domain.media import AnimationRules, ImageRules, MediaFacts, MediaKind, VideoFacts, VideoRules
from pressrun.domain.mending import expected, frame_of, made_image, mended, ratio_name, steady_fps, unmendable
from pressrun.domain.messages import what_happened

PHOTO = MediaFacts(MediaKind.IMAGE, "image/jpeg", 400_000, 1200, 900)
FILM = MediaFacts(
    MediaKind.VIDEO,
    "video/mp4",
    5_000_000,
    1080,
    1920,
    12.0,
    VideoFacts(
        "h264", 30.0, bits_per_second=3_000_000, audio_codec="aac", audio_channels=2, audio_hertz=44_100
    ),
)
GIF = MediaFacts(
    MediaKind.IMAGE, "image/gif", 900_000, 480, 270, 4.0, VideoFacts("gif", 12.5, pixel_format="")
)
DANCING = AnimationRules(
    max_bytes=15_000_000, max_width=1280, max_height=1080, max_frames=350, max_pixels=300_000_000
)
IMAGE = ImageRules(frozenset({"image/jpeg"}), 8_000_000, (0.8, 1.91), 1440)
VIDEO = VideoRules(300_000_000, (3.0, 90.0), fps=(23.0, 60.0), needs_fast_start=True)


def inside(facts: MediaFacts, **changes: Any) -> MediaFacts:
    assert facts.video is not None
    return replace(facts, video=replace(facts.video, **changes))


def told(before: MediaFacts, after: MediaFacts) -> dict[str, dict[str, Any]]:
    return {fix.code.removeprefix("fixed_"): dict(fix.values) for fix in mended(before, after)}


@pytest.mark.parametrize(
    ("before", "fixes"),
    [
        (PHOTO, {}),
        (replace(PHOTO, mime="image/png"), {"format": {"format": "JPEG"}}),
        (replace(PHOTO, width=4000, height=3000), {"size": {"width": 1440, "height": 1080}}),
        (replace(PHOTO, width=400, height=1600), {"ratio": {"ratio": "4:5"}}),
        (replace(PHOTO, width=1200, height=400), {"ratio": {"ratio": "1.91:1"}}),
        (
            replace(PHOTO, width=4000, height=1000),
            {"ratio": {"ratio": "1.91:1"}, "size": {"width": 1440, "height": 754}},
        ),
        (replace(PHOTO, size=20_000_000), {"bytes": {"megabytes": 8.0}}),
        (GIF, {"still": {}, "format": {"format": "JPEG"}}),
        (FILM, {}),
        (replace(FILM, mime="video/webm"), {"format": {"format": "MP4"}}),
        (inside(FILM, codec="vp9"), {"encoding": {}}),
        (inside(FILM, pixel_format="yuv422p"), {"encoding": {}}),
        (inside(FILM, is_progressive=False), {"encoding": {}}),
        (inside(FILM, fps=120.0), {"fps": {"fps": 60}}),
        (inside(FILM, fps=15.0), {"fps": {"fps": 30}}),
        (inside(FILM, audio_channels=6), {"sound": {}}),
        (inside(FILM, audio_codec="opus"), {"sound": {}}),
        (inside(FILM, audio_hertz=96_000), {"sound": {}}),
        (inside(FILM, audio_codec=None, audio_channels=None, audio_hertz=None), {}),
        (inside(FILM, starts_fast=False), {"start": {}}),
        (replace(FILM, width=2160, height=3840), {"size": {"width": 1920, "height": 3412}}),
        (replace(FILM, size=400_000_000), {"bytes": {"megabytes": 300.0}}),
        (inside(replace(FILM, mime="video/webm"), starts_fast=False), {"format": {"format": "MP4"}}),
    ],
)
def test_each_change_is_told_ahead(before: MediaFacts, fixes: dict[str, dict[str, Any]]) -> None:
    assert told(before, expected(before, IMAGE, VIDEO)) == fixes


def test_a_film_from_before_pressrun_looked_inside_is_not_guessed_about() -> None:
    old = replace(FILM, video=None, mime="video/webm")
    assert expected(old, IMAGE, VIDEO) == old


def test_what_was_only_saved_anew_is_told_as_that() -> None:
    assert told(PHOTO, replace(PHOTO, size=399_000)) == {"resaved": {}}
    assert told(PHOTO, PHOTO) == {}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_change_has_its_sentence(language: str) -> None:
    before = inside(replace(GIF, width=4000, height=1000), codec="vp9", fps=144.0)
    after = inside(replace(FILM, width=1920), audio_codec=None)
    changed = mended(before, replace(after, kind=MediaKind.IMAGE, duration=None))
    assert len(changed) >= 5
    for fix in changed:
        assert "{" not in what_happened(fix.code, language, fix.values)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (PHOTO, None),
        (FILM, None),
        (replace(FILM, duration=2.97), None),
        (replace(FILM, duration=2.9), "video_length"),
        (replace(FILM, duration=90.04), None),
        (replace(FILM, duration=90.2), "video_length"),
        (replace(FILM, duration=None), "video_length"),
        (replace(FILM, width=30), "video_too_small"),
        (replace(FILM, kind=MediaKind.AUDIO), "media_kind"),
        (GIF, None),
        (replace(GIF, width=1281), "animation_too_large"),
        (replace(GIF, height=1081), "animation_too_large"),
        (replace(GIF, size=15_000_001), "animation_too_large"),
        (replace(GIF, duration=28.1), "animation_too_large"),
        (replace(GIF, width=1280, height=1080, duration=20.0), "animation_too_large"),
        (replace(GIF, mime="image/webp", width=5000), None),
    ],
)
def test_what_nothing_mends_is_said_precisely(facts: MediaFacts, code: str | None) -> None:
    flaw = unmendable(facts, replace(IMAGE, animation=DANCING), replace(VIDEO, min_side=32), which=3)
    assert (flaw and flaw.code) == code
    if flaw is not None and code != "media_kind":
        assert flaw.field == "asset_ids"
        assert "3" in what_happened(flaw.code, "ko", flaw.values)


def test_a_long_film_is_not_squeezed_into_nothing() -> None:
    hour = replace(FILM, duration=3600.0, size=2_000_000_000)
    rules = replace(VIDEO, seconds=(3.0, 4000.0), max_bytes=60_000_000)
    flaw = unmendable(hour, IMAGE, rules)
    assert flaw is not None
    assert flaw.code == "video_too_heavy"
    assert unmendable(replace(hour, size=50_000_000), IMAGE, rules) is None


def test_where_no_video_is_taken_its_kind_is_what_is_wrong() -> None:
    flaw = unmendable(FILM, IMAGE, None)
    assert flaw is not None
    assert (flaw.code, flaw.values) == ("media_kind", {"kind": "video"})


def test_an_animation_stays_one_only_where_the_rules_know_animations() -> None:
    mimes = frozenset({"image/jpeg", "image/gif"})
    moving = replace(IMAGE, mimes=mimes, animation=DANCING)
    assert moving.accept(GIF)
    assert not replace(moving, animation=None).accept(GIF)
    assert moving.accept(replace(GIF, duration=None, video=None))
    assert expected(GIF, moving, None) == GIF


@pytest.mark.parametrize(
    ("mimes", "source", "made"),
    [
        ({"image/jpeg", "image/png"}, "image/png", "image/png"),
        ({"image/jpeg", "image/png"}, "image/webp", "image/jpeg"),
        ({"image/png", "image/webp"}, "image/jpeg", "image/png"),
        ({"image/webp"}, "image/png", "image/webp"),
    ],
)
def test_lines_and_transparency_stay_where_they_can(mimes: set[str], source: str, made: str) -> None:
    rules = replace(IMAGE, mimes=frozenset(mimes))
    assert made_image(replace(PHOTO, mime=source), rules) == made


@pytest.mark.parametrize(
    ("fps", "steady"),
    [(29.97, 29.97), (60.0, 60.0), (120.0, 60.0), (144.0, 48.0), (240.0, 60.0), (15.0, 30.0), (10.0, 30.0)],
)
def test_rates_are_divided_or_multiplied_whole(fps: float, steady: float) -> None:
    assert steady_fps(fps, VIDEO) == pytest.approx(steady)


def test_an_unknown_rate_becomes_a_usual_one() -> None:
    assert steady_fps(0.0, VIDEO) == 30.0
    assert steady_fps(0.0, replace(VIDEO, fps=(50.0, 60.0))) == 50.0


@given(fps=st.floats(0, 1000), slowest=st.floats(1, 50), more=st.floats(0, 100))
def test_every_rate_becomes_one_that_is_taken(fps: float, slowest: float, more: float) -> None:
    rules = replace(VIDEO, fps=(slowest, slowest + more))
    assert rules.takes_fps(steady_fps(fps, rules))


SIZES = st.tuples(st.integers(2, 8000), st.integers(2, 8000))
SIDES = st.one_of(st.none(), st.integers(200, 2000))


@given(
    size=SIZES,
    ratio=st.sampled_from([(0.01, 10.0), (1 / 3, 3.0), (0.8, 1.91), (0.5625, 0.5625), (1.0, 1.0)]),
    max_width=st.integers(200, 2000),
    max_height=SIDES,
    max_short_side=SIDES,
)
def test_a_video_s_frame_fits_and_is_even(
    size: tuple[int, int],
    ratio: tuple[float, float],
    max_width: int,
    max_height: int | None,
    max_short_side: int | None,
) -> None:
    rules = replace(
        VIDEO, ratio=ratio, max_width=max_width, max_height=max_height, max_short_side=max_short_side
    )
    inner, canvas = frame_of(size, rules)
    assert rules.room(canvas) >= 1
    assert ratio[0] <= canvas[0] / canvas[1] <= ratio[1]
    assert all(side % 2 == 0 for side in (*inner, *canvas))
    assert inner[0] <= canvas[0]
    assert inner[1] <= canvas[1]


@given(size=SIZES)
def test_what_fits_already_keeps_its_size(size: tuple[int, int]) -> None:
    assert fitted(size, (0.0001, 10_000.0), lambda canvas: 1.0) == size
    assert canvas_for(size, (0.0001, 10_000.0)) == size


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        (0.8, "4:5"),
        (1.91, "1.91:1"),
        (1.0, "1:1"),
        (0.5625, "9:16"),
        (16 / 9, "16:9"),
        (3.0, "3:1"),
        (2.35, "2.35:1"),
    ],
)
def test_ratios_are_named_as_people_name_them(ratio: float, name: str) -> None:
    assert ratio_name(ratio) == name
