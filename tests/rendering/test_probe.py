"""A file is what it opens as; what can't be opened is named, with the remedy (S2.9)."""

import random
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pressrun.domain.media import MediaKind, VideoFacts, facts_from_json, facts_to_json
from pressrun.domain.messages import full_text
from pressrun.domain.problems import Problem
from pressrun.rendering import ffmpeg
from pressrun.rendering.ffmpeg import FfmpegFailed
from pressrun.rendering.probe import probe
from rendering import makers
from rendering.corpus import Corpus

KINDS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "HEIF": "image/heic",
}


def refused(path: Path, name: str | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        probe(path, name=name or path.name)
    assert caught.value.flaws[0].field == "file"
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_every_supported_image_is_recognised_whatever_it_is_called(kind: str, tmp_path: Path) -> None:
    path = makers.saved(makers.photo(640, 480), tmp_path / "holiday.mp4", kind)
    facts = probe(path, name="holiday.mp4")
    assert (facts.kind, facts.mime) == (MediaKind.IMAGE, KINDS[kind])
    assert (facts.width, facts.height, facts.size) == (640, 480, path.stat().st_size)


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_cut_in_half_is_broken(kind: str, tmp_path: Path) -> None:
    whole = makers.encoded(makers.photo(), kind)
    path = tmp_path / "half"
    path.write_bytes(whole[: len(whole) // 2])
    problem = refused(path, "half.jpg")
    assert problem.code == "media_broken"
    assert "half.jpg" in full_text(problem.code, "ko", problem.flaws[0].values)


def test_a_jpeg_that_lost_only_its_last_rows_is_broken(tmp_path: Path) -> None:
    whole = makers.encoded(makers.photo(1200, 900), "JPEG")
    path = tmp_path / "tail.jpg"
    path.write_bytes(whole[:-600])
    assert refused(path).code == "media_broken"


def test_a_text_file_called_jpg_is_a_broken_photo_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_text("this is not a photo")
    assert refused(path).code == "media_broken"


def test_a_text_file_called_txt_is_unsupported(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread")
    assert refused(path).code == "media_unsupported"


@pytest.mark.parametrize("name", ["empty.jpg", "empty.txt"])
def test_an_empty_file_is_broken(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    assert refused(path).code == "media_broken"


def test_an_image_kind_that_no_message_offers_is_unsupported(tmp_path: Path) -> None:
    path = makers.saved(makers.photo(), tmp_path / "scan.tiff", "TIFF")
    assert refused(path).code == "media_unsupported"


def test_sixty_megapixels_are_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    path = makers.saved(Image.new("L", (10_000, 6_000)), tmp_path / "huge.png", "PNG")
    problem = refused(path)
    assert problem.code == "media_too_large"
    assert problem.flaws[0].values == {"name": "huge.png", "megapixels": 60, "limit": 50}
    assert _memory_used_to_probe(path) < 20_000_000


def test_a_header_that_promises_too_many_pixels_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_that_claims(60_000, 60_000))
    assert refused(path).code == "media_too_large"


def test_exactly_fifty_megapixels_are_taken(tmp_path: Path) -> None:
    path = makers.saved(Image.new("L", (10_000, 5_000)), tmp_path / "large.jpg", "JPEG")
    assert probe(path, name="large.jpg").width == 10_000


@pytest.mark.parametrize(("kind", "milliseconds"), [("GIF", 40), ("WEBP", 40), ("PNG", 40), ("GIF", None)])
def test_an_animation_is_an_image_that_lasts(kind: str, milliseconds: int | None, tmp_path: Path) -> None:
    frames = [makers.photo(80, 60, seed=seed) for seed in range(3)]
    path = tmp_path / "dance"
    told = {} if milliseconds is None else {"duration": milliseconds}
    frames[0].save(path, kind, save_all=True, append_images=frames[1:], **told)
    facts = probe(path, name="dance")
    assert (facts.kind, facts.width, facts.height) == (MediaKind.IMAGE, 80, 60)
    assert facts.is_animation
    assert facts.frames == 3
    assert facts.duration == pytest.approx(3 * (milliseconds or 100) / 1000)


def test_a_picture_that_stands_still_is_no_animation(tmp_path: Path) -> None:
    facts = probe(makers.saved(makers.photo(), tmp_path / "a.gif", "GIF"), name="a.gif")
    assert (facts.is_animation, facts.duration, facts.frames) == (False, None, 1)


@pytest.mark.parametrize(
    ("turn", "size"), [(1, (640, 480)), (3, (640, 480)), (6, (480, 640)), (8, (480, 640))]
)
def test_sizes_are_those_a_viewer_shows(turn: int, size: tuple[int, int], tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = makers.saved(makers.photo(640, 480), tmp_path / "phone.jpg", "JPEG", exif=exif)
    facts = probe(path, name="phone.jpg")
    assert (facts.width, facts.height) == size


@pytest.mark.parametrize("name", ["tall.mp4", "index-last.mp4", "film.jpg"])
def test_a_film_is_a_video_with_its_length_whatever_it_is_called(name: str, corpus: Corpus) -> None:
    facts = probe(corpus(name), name=name)
    assert (facts.kind, facts.mime, facts.width, facts.height) == (MediaKind.VIDEO, "video/mp4", 90, 160)
    assert facts.duration == pytest.approx(4.0)


def test_what_is_inside_a_film_is_told(corpus: Corpus) -> None:
    facts = probe(corpus("tall.mp4"), name="tall.mp4")
    assert facts.video is not None
    assert facts.video.bits_per_second == pytest.approx(facts.size * 8 / 4, rel=0.3)
    assert replace(facts.video, bits_per_second=None) == VideoFacts(
        codec="h264", fps=30.0, audio_codec="aac", audio_channels=1, audio_hertz=44_100
    )
    assert facts_from_json(facts_to_json(facts)) == facts


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        ("silent.mp4", {"audio_codec": None, "audio_channels": None, "audio_hertz": None}),
        ("hevc.mp4", {"codec": "hevc"}),
        ("old.mp4", {"codec": "mpeg4"}),
        ("ten-bit.mp4", {"pixel_format": "yuv420p10le"}),
        ("interlaced.mp4", {"is_progressive": False}),
        ("fast.mp4", {"fps": 120.0}),
        ("telephone.mp4", {"audio_hertz": 8_000}),
        ("cinema.mp4", {"audio_channels": 6, "audio_hertz": 48_000}),
        ("mp3-inside.mp4", {"audio_codec": "mp3"}),
        ("index-last.mp4", {"starts_fast": False}),
        ("editor.mov", {"codec": "prores", "pixel_format": "yuv422p", "audio_codec": "pcm_s16le"}),
        ("odd.webm", {"codec": "vp9", "audio_codec": "opus", "audio_hertz": 48_000}),
    ],
)
def test_each_difference_inside_is_seen(name: str, differs: dict[str, object], corpus: Corpus) -> None:
    usual = VideoFacts(codec="h264", fps=30.0, audio_codec="aac", audio_channels=1, audio_hertz=44_100)
    inside = probe(corpus(name), name=name).video
    assert inside is not None
    assert asdict(replace(inside, bits_per_second=None)) == {**asdict(usual), **differs}


def test_a_film_held_upright_is_upright(corpus: Corpus) -> None:
    facts = probe(corpus("held-upright.mp4"), name="film.mp4")
    assert (facts.width, facts.height) == (90, 160)


def test_pixels_that_are_not_square_count_as_they_are_shown(corpus: Corpus) -> None:
    facts = probe(corpus("anamorphic.mp4"), name="film.mp4")
    assert (facts.width, facts.height) == (round(120 * 16 / 11), 96)


def test_a_quicktime_film_is_told_apart(corpus: Corpus) -> None:
    assert probe(corpus("phone.mov"), name="film.mov").mime == "video/quicktime"


@pytest.mark.parametrize("name", ["tall.mp4", "index-last.mp4", "vp8.webm", "rip.mkv", "camera.avi"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_film_cut_short_is_broken_even_where_its_index_is_whole(
    name: str, kept: float, corpus: Corpus, tmp_path: Path
) -> None:
    whole = corpus(name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert refused(path).code == "media_broken"


@pytest.mark.parametrize(("begin", "end"), [(0.05, 0.2), (0.45, 0.6), (0.8, 0.95)])
def test_a_film_of_which_a_part_is_noise_is_broken(
    begin: float, end: float, corpus: Corpus, tmp_path: Path
) -> None:
    film = bytearray(corpus("silent.mp4").read_bytes())
    first, last = int(len(film) * begin), int(len(film) * end)
    film[first:last] = random.Random(1).randbytes(last - first)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(film))
    assert refused(path).code == "media_broken"


def test_a_playlist_leads_nowhere(corpus: Corpus, tmp_path: Path) -> None:
    """Neither MediaInfo nor ffmpeg may open what a file names."""
    path = tmp_path / "film.mp4"
    path.write_text(f"#EXTM3U\n#EXTINF:4,\nfile://{corpus('camcorder.ts')}\n#EXT-X-ENDLIST\n")
    assert refused(path).code == "media_broken"
    with pytest.raises(FfmpegFailed):
        ffmpeg.run([*ffmpeg.source(path), "-f", "null", "-"], seconds=20)


def test_without_ffmpeg_it_is_said_what_is_missing(corpus: Corpus) -> None:
    with pytest.raises(Problem) as caught:
        probe(corpus("tall.mp4"), name="tall.mp4", ffmpeg="/nowhere/ffmpeg")
    assert (caught.value.code, caught.value.status) == ("ffmpeg_missing", 503)
    assert "/nowhere/ffmpeg" in full_text("ffmpeg_missing", "ko", caught.value.flaws[0].values)


def test_a_film_without_tracks_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(makers.film(tracks=False))
    assert refused(path).code == "media_broken"


def test_sound_is_audio_with_its_length(tmp_path: Path) -> None:
    path = makers.tone(tmp_path / "note.wav", seconds=1.5)
    facts = probe(path, name="note.wav")
    assert (facts.kind, facts.mime, facts.width) == (MediaKind.AUDIO, "audio/wav", None)
    assert facts.duration == pytest.approx(1.5)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([*KINDS, "film"]),
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12),
    kept=st.floats(0.01, 1.0),
)
def test_no_damage_raises_anything_but_a_problem(
    kind: str, damage: list[tuple[float, int]], kept: float, tmp_path: Path
) -> None:
    whole = makers.film() if kind == "film" else makers.encoded(makers.photo(96, 64), kind)
    spoiled = bytearray(whole[: max(1, int(len(whole) * kept))])
    for where, value in damage:
        spoiled[int(where * len(spoiled))] = value
    path = tmp_path / "spoiled"
    path.write_bytes(bytes(spoiled))
    outcome = _outcome(path)
    assert outcome in {len(spoiled), "media_broken", "media_unsupported", "media_too_large"}


def test_many_threads_probe_at_once(corpus: Corpus, tmp_path: Path) -> None:
    image = makers.saved(makers.photo(), tmp_path / "a.heic", "HEIF")
    film = corpus("silent.mp4")
    with ThreadPoolExecutor(8) as pool:
        facts = list(pool.map(lambda path: probe(path, name="a"), [image, film] * 6))
    assert {fact.mime for fact in facts[::2]} == {"image/heic"}
    assert {fact.mime for fact in facts[1::2]} == {"video/mp4"}


def _outcome(path: Path) -> int | str:
    """The size where the file is taken, else the code of the problem."""
    try:
        return probe(path, name="spoiled.bin").size
    except Problem as problem:
        return problem.code


def _memory_used_to_probe(path: Path) -> int:
    """By how many bytes a fresh process grows at its peak while it refuses a file."""
    script = (
        "import resource, sys; from pathlib import Path; from pressrun.rendering.probe import probe\n"
        "from pressrun.domain.problems import Problem\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: probe(Path(sys.argv[1]), name='huge.png')\n"
        "except Problem: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    run = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    return int(run.stdout) * 1024


def _png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than its few bytes hold."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
