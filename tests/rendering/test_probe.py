"""A file is what it opens as; what can't be opened is named, with the remedy (S2.9)."""

import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pressrun.domain.media import MediaKind
from pressrun.domain.messages import full_text
from pressrun.domain.problems import Problem
from pressrun.rendering.probe import probe
from rendering import makers

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


def test_an_animation_is_an_image(tmp_path: Path) -> None:
    frames = [makers.photo(80, 60, seed=seed) for seed in range(3)]
    path = tmp_path / "dance.gif"
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])
    facts = probe(path, name="dance.gif")
    assert (facts.kind, facts.width, facts.height, facts.duration) == (MediaKind.IMAGE, 80, 60, None)


@pytest.mark.parametrize(
    ("turn", "size"), [(1, (640, 480)), (3, (640, 480)), (6, (480, 640)), (8, (480, 640))]
)
def test_sizes_are_those_a_viewer_shows(turn: int, size: tuple[int, int], tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = makers.saved(makers.photo(640, 480), tmp_path / "phone.jpg", "JPEG", exif=exif)
    facts = probe(path, name="phone.jpg")
    assert (facts.width, facts.height) == size


@pytest.mark.parametrize("index_first", [True, False])
def test_a_film_is_a_video_with_its_length(index_first: bool, tmp_path: Path) -> None:
    path = tmp_path / "film.jpg"
    path.write_bytes(makers.film(seconds=3, index_first=index_first))
    facts = probe(path, name="film.jpg")
    assert (facts.kind, facts.mime, facts.width, facts.height) == (MediaKind.VIDEO, "video/mp4", 320, 240)
    assert facts.duration == pytest.approx(3.0)


def test_a_film_held_upright_is_upright(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(makers.film(rotation=90))
    facts = probe(path, name="film.mp4")
    assert (facts.width, facts.height) == (240, 320)


def test_a_quicktime_film_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    path.write_bytes(makers.film(quicktime=True))
    assert probe(path, name="film.mov").mime == "video/quicktime"


@pytest.mark.parametrize("index_first", [True, False])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_film_cut_short_is_broken_even_where_its_index_is_whole(
    index_first: bool, kept: float, tmp_path: Path
) -> None:
    whole = makers.film(seconds=4, index_first=index_first)
    path = tmp_path / "film.mp4"
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert refused(path).code == "media_broken"


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


def test_many_threads_probe_at_once(tmp_path: Path) -> None:
    image = makers.saved(makers.photo(), tmp_path / "a.heic", "HEIF")
    film = tmp_path / "a.mp4"
    film.write_bytes(makers.film())
    with ThreadPoolExecutor(8) as pool:
        facts = list(pool.map(lambda path: probe(path, name="a"), [image, film] * 20))
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
