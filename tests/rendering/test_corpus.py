"""Every file of the corpus: what it is, and what each format makes of it (S2.9, S0.7).

`=` is taken as it is, words are what is changed (`FIXES`), `!` is why it is refused (`REFUSALS`).
"""

import asyncio
from pathlib import Path

import pytest

from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.mending import expected, mended, unmendable
from pressrun.domain.problems import Problem
from pressrun.rendering import images, videos
from pressrun.rendering.probe import probe
from rendering.corpus import Corpus, names
from rendering.rules import FORMATS

FIXES = {
    "fixed_format": "fmt",
    "fixed_ratio": "pad",
    "fixed_size": "size",
    "fixed_bytes": "bytes",
    "fixed_still": "still",
    "fixed_encoding": "enc",
    "fixed_fps": "fps",
    "fixed_sound": "snd",
    "fixed_start": "start",
}
REFUSALS = {"animation_too_large": "!large", "video_length": "!length", "media_kind": "!kind"}

BROKEN = """
cut.jpg               media_broken
cut.png               media_broken
cut.webp              media_broken
cut.heic              media_broken
rotten.gif            media_broken
empty.jpg             media_broken
text.jpg              media_broken
drawing.svg           media_unsupported
paper.pdf             media_unsupported
list.m3u8             media_unsupported
scan.tiff             media_unsupported
bitmap.bmp            media_unsupported
bitmap.jpg            media_broken
claims-a-lot.png      media_too_large
sixty-megapixels.jpg  media_too_large
cut.mp4               media_broken
cut-index-last.mp4    media_broken
cut.webm              media_broken
cut.mkv               media_broken
rotten.mp4            media_broken
rotten.mkv            media_broken
no-index.mp4          media_broken
windows.wmv           media_unsupported
flash.flv             media_unsupported
dvd.mpg               media_unsupported
"""

GOOD = """
file             | what it is              | feed, reel    | story         | tweet       | short
photo.jpg        | image/jpeg 640x480      | =             | =             | =           | =
progressive.jpg  | image/jpeg 640x480      | =             | =             | =           | =
grey.jpg         | image/jpeg 640x480      | =             | =             | =           | =
print.jpg        | image/jpeg 640x480      | =             | =             | =           | =
tall.jpg         | image/jpeg 300x900      | pad           | =             | =           | pad
panorama.jpg     | image/jpeg 1000x300     | pad           | =             | =           | pad
wide.jpg         | image/jpeg 2000x1400    | size          | size          | =           | size
lying.png        | image/jpeg 640x480      | =             | =             | =           | =
palette.png      | image/png 640x480       | fmt           | fmt           | =           | =
tiny.png         | image/png 1x1           | fmt           | fmt           | =           | =
lossy.webp       | image/webp 640x480      | fmt           | fmt           | =           | fmt
lossless.webp    | image/webp 640x480      | fmt           | fmt           | =           | fmt
photo.heic       | image/heic 640x480      | fmt           | fmt           | fmt         | fmt
still.gif        | image/gif 640x480       | fmt           | fmt           | fmt         | fmt
dance.gif        | image/gif 160x120       | still fmt     | still fmt     | =           | still fmt
dance-large.gif  | image/gif 1400x40       | still fmt pad | still fmt pad | !large      | still fmt pad
dance.webp       | image/webp 160x120      | still fmt     | still fmt     | still fmt   | still fmt
turned.jpg       | image/jpeg 480x640      | pad           | =             | =           | =
two-in-one.jpg   | image/jpeg 640x480      | =             | =             | =           | =
heavy.jpg        | image/jpeg 640x480      | bytes         | bytes         | bytes       | bytes
see-through.png  | image/png 640x480       | fmt           | fmt           | =           | =
deep.png         | image/png 640x480       | fmt           | fmt           | =           | =
interlaced.png   | image/png 64x48         | fmt           | fmt           | =           | =
tall.mp4         | video/mp4 90x160        | =             | =             | =           | =
wide.mp4         | video/mp4 160x90        | =             | =             | =           | =
square.mp4       | video/mp4 96x96         | =             | =             | =           | =
silent.mp4       | video/mp4 90x160        | =             | =             | =           | =
hevc.mp4         | video/mp4 90x160        | =             | =             | enc         | =
old.mp4          | video/mp4 90x160        | enc           | enc           | enc         | =
ten-bit.mp4      | video/mp4 90x160        | enc           | enc           | enc         | =
interlaced.mp4   | video/mp4 90x160        | enc           | enc           | enc         | enc
fast.mp4         | video/mp4 90x160        | fps           | fps           | fps         | =
slow.mp4         | video/mp4 90x160        | fps           | fps           | =           | =
telephone.mp4    | video/mp4 90x160        | =             | =             | =           | =
studio.mp4       | video/mp4 90x160        | snd           | snd           | snd         | =
cinema.mp4       | video/mp4 90x160        | snd           | snd           | snd         | =
mp3-inside.mp4   | video/mp4 90x160        | snd           | snd           | snd         | =
index-last.mp4   | video/mp4 90x160        | start         | start         | =           | =
second.mp4       | video/mp4 90x160        | !length       | !length       | =           | =
minute.mp4       | video/mp4 90x160        | =             | !length       | =           | =
cinema-wide.mp4  | video/mp4 3840x400      | size          | size          | pad size    | =
anamorphic.mp4   | video/mp4 175x96        | =             | =             | =           | =
uneven.mp4       | video/mp4 90x160        | =             | =             | =           | =
photo-film.mov   | video/quicktime 90x160  | fmt enc snd   | fmt enc snd   | fmt enc snd | fmt enc
editor.mov       | video/quicktime 90x160  | fmt enc snd   | fmt enc snd   | fmt enc snd | =
phone.mov        | video/quicktime 90x160  | =             | =             | =           | =
vp8.webm         | video/webm 90x160       | fmt enc snd   | fmt enc snd   | fmt enc snd | =
odd.webm         | video/webm 89x159       | fmt enc snd   | fmt enc snd   | fmt enc snd | =
rip.mkv          | video/x-matroska 90x160 | fmt           | fmt           | fmt         | =
camera.avi       | video/x-msvideo 90x160  | fmt enc snd   | fmt enc snd   | fmt enc snd | fmt
camcorder.ts     | video/mp2t 90x160       | fmt           | fmt           | fmt         | fmt
bright.mov       | video/quicktime 90x160  | fmt enc       | fmt enc       | fmt enc     | =
held-upright.mp4 | video/mp4 90x160        | =             | =             | =           | =
film.jpg         | video/mp4 90x160        | =             | =             | =           | =
only-sound.mp4   | audio/mp4               | !kind         | !kind         | !kind       | !kind
song.mp3         | audio/mpeg              | !kind         | !kind         | !kind       | !kind
note.wav         | audio/wav               | !kind         | !kind         | !kind       | !kind
"""


def good() -> list[tuple[str, str, dict[str, str]]]:
    """Name, what it is, and the outcome for each format."""
    lines = [[cell.strip() for cell in line.split("|")] for line in GOOD.strip().split("\n")[1:]]
    return [(name, what, dict(zip(FORMATS, cells, strict=True))) for name, what, *cells in lines]


def changed() -> list[tuple[str, str, str]]:
    """Name, format and outcome: each picture for every format, each video for the first that changes it."""
    wanted = []
    for name, what, outcomes in good():
        differing = [(format, outcome) for format, outcome in outcomes.items() if outcome[0] not in "=!"]
        wanted += [(name, *each) for each in (differing[:1] if what.startswith("video") else differing)]
    return wanted


@pytest.mark.parametrize(("name", "code"), [line.split() for line in BROKEN.strip().split("\n")])
def test_what_can_not_be_used_is_refused(corpus: Corpus, name: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        probe(corpus(name), name=name)
    assert (refused.value.code, refused.value.flaws[0].field) == (code, "file")
    assert refused.value.flaws[0].values["name"] == name


@pytest.mark.parametrize(("name", "what", "outcomes"), good(), ids=[row[0] for row in good()])
def test_it_is_known_ahead_what_each_format_makes_of_a_file(
    corpus: Corpus, name: str, what: str, outcomes: dict[str, str]
) -> None:
    facts = probe(corpus(name), name=name)
    assert f"{facts.mime} {facts.width}x{facts.height}".removesuffix(" NonexNone") == what
    assert {format: outcome(facts, format) for format in FORMATS} == outcomes


@pytest.mark.parametrize(("name", "format", "told"), changed(), ids=lambda value: str(value))
def test_what_is_made_is_taken_and_is_what_was_foretold(
    corpus: Corpus, name: str, format: str, told: str, tmp_path: Path
) -> None:
    image, video = FORMATS[format]
    before, target = probe(corpus(name), name=name), tmp_path / "made"
    if before.kind is MediaKind.IMAGE:
        after = images.conform(corpus(name), target, image)
        assert image.accept(after)
    else:
        assert video is not None
        after = asyncio.run(videos.conform(corpus(name), target, video))
        assert video.accept(after)
    assert after == probe(target, name="made")
    assert words(before, after) == told
    assert list(tmp_path.iterdir()) == [target]


def test_the_tables_name_every_file() -> None:
    told = [line.split()[0] for line in BROKEN.strip().split("\n")] + [row[0] for row in good()]
    assert sorted(told) == sorted(set(names()))
    assert len(told) >= 40


def outcome(facts: MediaFacts, format: str) -> str:
    image, video = FORMATS[format]
    flaw = unmendable(facts, image, video)
    if flaw is not None:
        return REFUSALS[flaw.code]
    return words(facts, expected(facts, image, video)) or "="


def words(before: MediaFacts, after: MediaFacts) -> str:
    return " ".join(FIXES[fix.code] for fix in mended(before, after))
