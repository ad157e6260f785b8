"""Good and broken files of every kind, each made when a test first asks for it and kept for the run (S2.9).

Nothing of it is committed or downloaded: pictures by Pillow, videos by ffmpeg, the rest byte by byte.
"""

import random
import struct
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from rendering import makers

Made = Callable[["Corpus", Path], None]
_REALTIME = ("-deadline", "realtime", "-cpu-used", "8")
_MAKERS: dict[str, Made] = {}


@dataclass(frozen=True)
class Corpus:
    """Answers where a file lies, by its name."""

    folder: Path
    _made: dict[str, Path] = field(default_factory=dict)

    def __call__(self, name: str) -> Path:
        if name not in self._made:
            path = self.folder / name
            _MAKERS[name](self, path)
            self._made[name] = path
        return self._made[name]


def names() -> list[str]:
    """All files there are."""
    return list(_MAKERS)


def _file(name: str) -> Callable[[Made], Made]:
    def remember(made: Made) -> Made:
        assert name not in _MAKERS, f"{name} is made twice"
        _MAKERS[name] = made
        return made

    return remember


def _picture(name: str, kind: str, width: int = 640, height: int = 480, **settings: object) -> None:
    mode = str(settings.pop("mode", "RGB"))

    def made(_: Corpus, path: Path) -> None:
        makers.saved(makers.photo(width, height, mode=mode), path, kind, **settings)

    _MAKERS[name] = made


def _moving(name: str, kind: str, width: int, height: int, frames: int = 3) -> None:
    def made(_: Corpus, path: Path) -> None:
        first, *rest = (makers.photo(width, height, seed=seed) for seed in range(frames))
        first.save(path, kind, save_all=True, append_images=rest, duration=200)

    _MAKERS[name] = made


def _bytes(name: str, content: bytes) -> None:
    def made(_: Corpus, path: Path) -> None:
        path.write_bytes(content)

    _MAKERS[name] = made


def _of(name: str, other: str, change: Callable[[bytes], bytes]) -> None:
    """A file made of another one's bytes."""

    def made(corpus: Corpus, path: Path) -> None:
        path.write_bytes(change(corpus(other).read_bytes()))

    _MAKERS[name] = made


def _film(
    name: str,
    *encoding: str,
    size: str = "90x160",
    rate: str = "30",
    seconds: float = 4,
    sound: bool = True,
    before: tuple[str, ...] = (),
) -> None:
    """A video; `encoding` is added to, and wins over, H.264 and AAC with the index in front."""

    def made(_: Corpus, path: Path) -> None:
        tone = ("-f", "lavfi", "-i", f"sine=d={seconds}:r=44100") if sound else ()
        source = f"testsrc2=s={size}:r={rate}:d={seconds}"
        usual = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
        front = ("-movflags", "+faststart") if path.suffix in (".mp4", ".mov") else ()
        ffmpeg(*before, "-f", "lavfi", "-i", source, *tone, *usual, *front, *encoding, str(path))

    _MAKERS[name] = made


def ffmpeg(*arguments: str) -> None:
    """Runs ffmpeg, which must not complain."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-v", "error", "-nostdin", "-y", *arguments], check=True, timeout=120)


def _half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _rotten(whole: bytes) -> bytes:
    """Its middle is noise, while everything that says how to read it is whole."""
    begin, end = len(whole) // 5, len(whole) * 9 // 10
    return whole[:begin] + random.Random(3).randbytes(end - begin) + whole[end:]


# Pictures that can be used

_picture("photo.jpg", "JPEG")
_picture("progressive.jpg", "JPEG", progressive=True)
_picture("grey.jpg", "JPEG", mode="L")
_picture("print.jpg", "JPEG", mode="CMYK")
_picture("tall.jpg", "JPEG", 300, 900)
_picture("panorama.jpg", "JPEG", 1000, 300)
_picture("wide.jpg", "JPEG", 2000, 1400)
_picture("lying.png", "JPEG")
_picture("palette.png", "PNG", mode="P")
_picture("tiny.png", "PNG", 1, 1)
_picture("lossy.webp", "WEBP")
_picture("lossless.webp", "WEBP", lossless=True)
_picture("photo.heic", "HEIF")
_picture("still.gif", "GIF")
_moving("dance.gif", "GIF", 160, 120)
_moving("dance-large.gif", "GIF", 1400, 40)
_moving("dance.webp", "WEBP", 160, 120)


@_file("turned.jpg")
def _turned(_: Corpus, path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    makers.saved(makers.photo(640, 480), path, "JPEG", exif=exif)


@_file("two-in-one.jpg")
def _two_in_one(_: Corpus, path: Path) -> None:
    makers.photo().save(path, "MPO", save_all=True, append_images=[makers.photo(seed=2)])


@_file("heavy.jpg")
def _heavy(_: Corpus, path: Path) -> None:
    """Nine megabytes of comments in front of a small picture: heavy, and made at once."""
    whole = makers.encoded(makers.photo(), "JPEG")
    comment = b"\xff\xfe" + struct.pack(">H", 65_002) + bytes(65_000)
    path.write_bytes(whole[:2] + comment * 140 + whole[2:])


@_file("see-through.png")
def _see_through(_: Corpus, path: Path) -> None:
    image = makers.photo().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(path)


@_file("deep.png")
def _deep(_: Corpus, path: Path) -> None:
    image = Image.new("I;16", (640, 480))
    image.putdata([(n * 97) % 65_536 for n in range(640 * 480)])
    image.save(path)


@_file("interlaced.png")
def _interlaced(_: Corpus, path: Path) -> None:
    """Pillow reads Adam7 and never writes it."""
    width, height = 64, 48
    passes = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    pixels = bytearray()
    for left, top, across, down in passes:
        for y in range(top, height, down):
            pixels += b"\0" + bytes(x * 3 + y for x in range(left, width, across))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(pixels))), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


# Pictures that can't

_of("cut.jpg", "photo.jpg", _half)
_of("cut.png", "palette.png", _half)
_of("cut.webp", "lossy.webp", _half)
_of("cut.heic", "photo.heic", _half)
_of("rotten.gif", "dance.gif", _half)
_bytes("empty.jpg", b"")
_bytes("text.jpg", b"this is no photo")
_bytes("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
_bytes("paper.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
_bytes("list.m3u8", b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
_picture("scan.tiff", "TIFF")
_picture("bitmap.bmp", "BMP")
_picture("bitmap.jpg", "BMP")


@_file("claims-a-lot.png")
def _claims_a_lot(_: Corpus, path: Path) -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    )


@_file("sixty-megapixels.jpg")
def _sixty_megapixels(_: Corpus, path: Path) -> None:
    """A small JPEG whose header says that it is not."""
    whole = makers.encoded(makers.photo(64, 48), "JPEG")
    at = whole.index(b"\xff\xc0") + 5
    path.write_bytes(whole[:at] + struct.pack(">HH", 6_000, 10_000) + whole[at + 4 :])


# Videos that can be used

_film("tall.mp4")
_film("wide.mp4", size="160x90")
_film("square.mp4", size="96x96")
_film("silent.mp4", sound=False)
_film("hevc.mp4", "-c:v", "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1")
_film("old.mp4", "-c:v", "mpeg4")
_film("ten-bit.mp4", "-pix_fmt", "yuv420p10le")
_film("interlaced.mp4", "-flags", "+ildct+ilme", "-x264opts", "tff=1")
_film("fast.mp4", rate="120")
_film("slow.mp4", rate="10")
_film("telephone.mp4", "-ar", "8000")
_film("studio.mp4", "-ar", "96000")
_film("cinema.mp4", "-ac", "6", "-ar", "48000")
_film("mp3-inside.mp4", "-c:a", "libmp3lame")
_film("index-last.mp4", "-movflags", "0")
_film("second.mp4", seconds=1)
_film("minute.mp4", "-crf", "50", rate="24", seconds=61)
_film("cinema-wide.mp4", size="3840x400", rate="24", seconds=3.2)
_film("anamorphic.mp4", "-vf", "setsar=16/11", size="120x96", rate="25")
_film("uneven.mp4", "-vf", "select='mod(n,7)'", "-fps_mode", "vfr")
_film("photo-film.mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")
_film("editor.mov", "-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s16le")
_film("phone.mov")
_film("vp8.webm", "-c:v", "libvpx", *_REALTIME, "-c:a", "libopus")
_film("odd.webm", "-vf", "format=yuv444p,crop=89:159", "-c:v", "libvpx-vp9", *_REALTIME, "-c:a", "libopus")
_film("rip.mkv")
_film("camera.avi", "-c:v", "mpeg4", "-c:a", "libmp3lame")
_film("camcorder.ts")
_film(
    "bright.mov",
    *("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params"),
    "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
)


@_file("held-upright.mp4")
def _held_upright(corpus: Corpus, path: Path) -> None:
    wide = str(corpus("wide.mp4"))
    ffmpeg("-display_rotation", "90", "-i", wide, "-c", "copy", "-movflags", "+faststart", str(path))


# Videos that can't

_of("cut.mp4", "tall.mp4", _half)
_of("cut-index-last.mp4", "index-last.mp4", _half)
_of("cut.webm", "vp8.webm", _half)
_of("cut.mkv", "rip.mkv", _half)
_of("rotten.mp4", "tall.mp4", _rotten)
_of("rotten.mkv", "rip.mkv", _rotten)
_of("film.jpg", "tall.mp4", lambda whole: whole)
_film("windows.wmv", "-c:v", "wmv2", "-c:a", "wmav2")
_film("flash.flv")
_film("dvd.mpg", "-c:v", "mpeg2video", "-c:a", "mp2")


@_file("only-sound.mp4")
def _only_sound(_: Corpus, path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=d=2:r=44100", "-c:a", "aac", str(path))


@_file("song.mp3")
def _song(_: Corpus, path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=d=2:r=44100", "-c:a", "libmp3lame", str(path))


@_file("note.wav")
def _note(_: Corpus, path: Path) -> None:
    makers.tone(path)


@_file("no-index.mp4")
def _no_index(corpus: Corpus, path: Path) -> None:
    """What a camera leaves whose battery fell out: pictures, and nothing that leads to them."""
    whole = corpus("index-last.mp4").read_bytes()
    path.write_bytes(whole[: whole.rindex(b"moov") - 4])
