"""Videos are changed as little as possible, never cropped, whole or not at all (S2.9)."""

import asyncio
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import psutil
import pytest
from PIL import Image

from pressrun.domain.media import MediaFacts, VideoFacts, VideoRules
from pressrun.domain.problems import Problem
from pressrun.rendering import ffmpeg, recording
from pressrun.rendering.ffmpeg import FfmpegFailed
from pressrun.rendering.probe import probe
from pressrun.rendering.videos import conform, poster
from rendering.corpus import Corpus
from rendering.rules import REEL

ENDLESS = ("-f", "lavfi", "-i", "testsrc2=s=320x180", "-f", "null", "-")


def made(path: Path, target: Path, rules: VideoRules) -> MediaFacts:
    facts = convert(path, target, rules)
    assert rules.accept(facts)
    assert facts == probe(target, name="made")
    return facts


def convert(path: Path, target: Path, rules: VideoRules) -> MediaFacts:
    return asyncio.run(conform(path, target, rules))


def inside(facts: MediaFacts) -> VideoFacts:
    assert facts.video is not None
    return facts.video


def pictures(path: Path) -> bytes:
    """The encoded pictures, as checksums."""
    copied = ["-map", "0:v:0", "-c", "copy", "-f", "framehash", "-"]
    lines = ffmpeg.run([*ffmpeg.source(path), *copied], seconds=20).output.splitlines()
    return b"\n".join(line.split(b",")[-1] for line in lines if not line.startswith(b"#"))


def shown(path: Path, folder: Path) -> Image.Image:
    """The picture in the middle of a video."""
    film = probe(path, name="film")
    at, still = (film.duration or 0) / 2, folder / "still.png"
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", "-y", "-ss", str(at), "-i", str(path), "-frames:v", "1"]
    subprocess.run([*command, "-update", "1", str(still)], check=True)
    with Image.open(still) as image:
        return image.convert("RGB")


def near(one: object, other: tuple[int, ...], tolerance: int = 40) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", ["index-last.mp4", "rip.mkv", "mp3-inside.mp4"])
def test_pictures_that_are_fine_stay_bit_by_bit(name: str, corpus: Corpus, tmp_path: Path) -> None:
    source, target = corpus(name), tmp_path / "made.mp4"
    made(source, target, REEL)
    assert pictures(target) == pictures(source)


def test_sound_that_is_fine_stays_where_pictures_are_made_anew(corpus: Corpus, tmp_path: Path) -> None:
    source, target = corpus("old.mp4"), tmp_path / "made.mp4"
    made(source, target, REEL)

    def sound(path: Path) -> int | None:
        return inside(probe(path, name="film")).audio_hertz

    assert sound(target) == sound(source) == 44_100


@pytest.mark.parametrize(("ratio", "size"), [((0.5, 0.6), (160, 268)), ((2.0, 3.0), (180, 90))])
def test_a_ratio_is_padded_to_and_nothing_is_cut_off(
    ratio: tuple[float, float], size: tuple[int, int], tmp_path: Path
) -> None:
    source, target = tmp_path / "film.mp4", tmp_path / "made.mp4"
    framed = "color=c=red:s=160x90:r=24:d=3.2,drawbox=0:0:160:90:blue:8"
    program = imageio_ffmpeg.get_ffmpeg_exe()
    encoded = ["-pix_fmt", "yuv420p", "-preset", "ultrafast", str(source)]
    subprocess.run([program, "-v", "error", "-f", "lavfi", "-i", framed, *encoded], check=True)
    facts = made(source, target, replace(REEL, ratio=ratio))
    assert (facts.width, facts.height) == size
    image = shown(target, tmp_path)
    left, top = (image.width - 160) // 2, (image.height - 90) // 2
    for corner in ((left + 3, top + 3), (left + 156, top + 3), (left + 3, top + 86), (left + 156, top + 86)):
        assert near(image.getpixel(corner), (0, 0, 255), 70)
    assert near(image.getpixel((image.width // 2, image.height // 2)), (255, 0, 0))


def test_what_is_too_large_in_bytes_is_given_fewer_bits(corpus: Corpus, tmp_path: Path) -> None:
    source = corpus("tall.mp4")
    facts = made(source, tmp_path / "made.mp4", replace(REEL, max_bytes=110_000))
    assert facts.size <= 110_000 < source.stat().st_size
    assert (facts.width, facts.height) == (90, 160)


def test_where_fewer_bits_do_not_do_it_the_pictures_get_smaller_too(tmp_path: Path) -> None:
    """Noise has more in each picture than so few bits can hold, however coarse."""
    source = tmp_path / "noise.mp4"
    program = imageio_ffmpeg.get_ffmpeg_exe()
    noise = ["-f", "lavfi", "-i", "color=gray:s=240x136:r=24:d=3.2,noise=alls=100:allf=t", "-crf", "40"]
    subprocess.run([program, "-v", "error", *noise, "-pix_fmt", "yuv420p", str(source)], check=True)
    rules = replace(REEL, max_bytes=150_000)
    facts = made(source, tmp_path / "made.mp4", rules)
    assert (facts.width, facts.height) == (168, 94)


def test_a_rate_above_the_limit_is_lowered(corpus: Corpus, tmp_path: Path) -> None:
    rules = replace(REEL, max_bits_per_second=160_000)
    rate = inside(made(corpus("wide.mp4"), tmp_path / "made.mp4", rules)).bits_per_second
    assert rate is not None
    assert rate <= 160_000


@pytest.mark.parametrize(("name", "fps"), [("fast.mp4", 60), ("slow.mp4", 30)])
def test_rates_become_whole_multiples_so_that_nothing_stutters(
    name: str, fps: int, corpus: Corpus, tmp_path: Path
) -> None:
    facts = made(corpus(name), tmp_path / "made.mp4", REEL)
    assert inside(facts).fps == pytest.approx(fps, abs=0.1)
    assert facts.duration == pytest.approx(4.0, abs=0.05)


def test_a_film_held_upright_stays_upright(corpus: Corpus, tmp_path: Path) -> None:
    target = tmp_path / "made.mp4"
    facts = made(corpus("held-upright.mp4"), target, replace(REEL, max_width=60))
    assert (facts.width, facts.height) == (60, 106)
    assert shown(target, tmp_path).size == (60, 106)


def test_pixels_become_square(corpus: Corpus, tmp_path: Path) -> None:
    target = tmp_path / "made.mp4"
    facts = made(corpus("anamorphic.mp4"), target, replace(REEL, max_width=140))
    assert shown(target, tmp_path).size == (facts.width, facts.height) == (140, 76)


def test_more_light_than_a_screen_has_is_brought_down_to_it(corpus: Corpus, tmp_path: Path) -> None:
    source, target = corpus("bright.mov"), tmp_path / "made.mp4"
    found = recording.read(source)
    assert found is not None
    assert found.is_hdr
    made(source, target, REEL)
    after = recording.read(target)
    assert after is not None
    assert not after.is_hdr


def test_new_pictures_need_no_edit_list_and_tell_no_place(corpus: Corpus, tmp_path: Path) -> None:
    source, target = tmp_path / "film.mov", tmp_path / "made.mp4"
    program = imageio_ffmpeg.get_ffmpeg_exe()
    copied = ["-i", str(corpus("photo-film.mov")), "-c", "copy", "-metadata", "location=+37.5+127.0/"]
    subprocess.run([program, "-v", "error", *copied, str(source)], check=True)
    assert b"+37.5" in source.read_bytes()
    made(source, target, REEL)
    whole = target.read_bytes()
    assert b"+37.5" not in whole
    assert b"elst" not in whole


@pytest.mark.parametrize(("name", "code"), [("second.mp4", "video_length"), ("cut.mp4", "media_broken")])
def test_what_can_not_be_mended_leaves_nothing_behind(
    name: str, code: str, corpus: Corpus, tmp_path: Path
) -> None:
    with pytest.raises(Problem) as refused:
        convert(corpus(name), tmp_path / "made.mp4", REEL)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_rules_that_no_video_satisfies_are_said_to_be_so(corpus: Corpus, tmp_path: Path) -> None:
    impossible = replace(REEL, codecs=frozenset({"av1"}))
    with pytest.raises(Problem) as refused:
        convert(corpus("tall.mp4"), tmp_path / "made.mp4", impossible)
    assert refused.value.code == "media_unmendable"
    assert list(tmp_path.iterdir()) == []


async def test_a_cancelled_conversion_takes_ffmpeg_along(tmp_path: Path) -> None:
    encoding = asyncio.create_task(ffmpeg.encode(ENDLESS, seconds=60))
    encoders = await asyncio.to_thread(_encoders, at_least=1)
    encoding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await encoding
    assert not any(child.is_running() for child in encoders)


async def test_a_conversion_that_takes_too_long_is_ended() -> None:
    with pytest.raises(FfmpegFailed, match="time"):
        await ffmpeg.encode(ENDLESS, seconds=0.3)
    with pytest.raises(FfmpegFailed, match="time"):
        await asyncio.to_thread(ffmpeg.run, ENDLESS, seconds=0.3)


async def test_what_ffmpeg_says_last_is_kept(tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed, match="No such file"):
        await ffmpeg.encode([*ffmpeg.source(tmp_path / "none.mp4"), "-f", "null", "-"], seconds=20)


async def test_no_more_than_two_conversions_run_at_once() -> None:
    going = [asyncio.create_task(ffmpeg.encode(ENDLESS, seconds=60)) for _ in range(4)]
    await asyncio.to_thread(_encoders, at_least=ffmpeg.ENCODES_AT_ONCE)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(_encoders()) == ffmpeg.ENCODES_AT_ONCE
    for each in going:
        each.cancel()
    ended = await asyncio.gather(*going, return_exceptions=True)
    assert [type(outcome) for outcome in ended] == [asyncio.CancelledError] * 4


@pytest.mark.parametrize(
    ("name", "size"), [("tall.mp4", (90, 160)), ("cinema-wide.mp4", (120, 12)), ("anamorphic.mp4", (120, 66))]
)
def test_a_poster_is_a_small_picture_of_what_is_seen(
    name: str, size: tuple[int, int], corpus: Corpus, tmp_path: Path
) -> None:
    target = tmp_path / "poster.jpg"
    poster(corpus(name), target, seconds=4, width=120)
    with Image.open(target) as image:
        assert (image.format, image.size) == ("JPEG", size)
        assert len(image.convert("RGB").getcolors(maxcolors=100_000) or []) > 100
    assert list(tmp_path.iterdir()) == [target]


def test_what_is_no_video_has_no_poster(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(Problem) as refused:
        poster(tmp_path / "film.mp4", tmp_path / "poster.jpg", seconds=1, width=120)
    assert refused.value.code == "media_broken"


def _encoders(*, at_least: int = 0) -> list[psutil.Process]:
    """The ffmpegs that run for this process, which has a browser and a server too, once there are so many."""
    while len(found := [each for each in psutil.Process().children() if "ffmpeg" in each.name()]) < at_least:
        time.sleep(0.01)
    return found
