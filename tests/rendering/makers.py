"""Media files made on the spot: photos, animations, and films of a few hundred bytes."""

import io
import math
import random
import struct
import wave
from pathlib import Path

from PIL import Image


def photo(width: int = 640, height: int = 480, *, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """A picture with detail everywhere, so that a file cut short really lacks something."""
    small = Image.frombytes("RGB", (64, 64), random.Random(seed).randbytes(64 * 64 * 3))
    return small.resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def saved(image: Image.Image, path: Path, kind: str, **settings: object) -> Path:
    image.save(path, kind, **settings)  # type: ignore[arg-type]
    return path


def encoded(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def film(
    *,
    width: int = 320,
    height: int = 240,
    seconds: int = 2,
    rotation: int = 0,
    quicktime: bool = False,
    index_first: bool = True,
    tracks: bool = True,
) -> bytes:
    """An MP4 or MOV with one video track of `seconds` frames; the frames themselves are noise."""
    brand = b"qt  " if quicktime else b"isom"
    head = _box(b"ftyp", brand, struct.pack(">I", 512), brand)
    frames = random.Random(5).randbytes(400 * seconds)
    movie = _movie(width, height, seconds, rotation, tracks=tracks)
    payload = _box(b"mdat", frames)
    return head + (movie + payload if index_first else payload + movie)


def tone(path: Path, *, seconds: float = 1.0, rate: int = 8000) -> Path:
    """A WAV file of one note."""
    samples = (int(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(seconds * rate)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


def _movie(width: int, height: int, seconds: int, rotation: int, *, tracks: bool) -> bytes:
    length = seconds * 1000
    unity = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    header = _box(
        b"mvhd",
        struct.pack(">IIIIIIHH8x", 0, 0, 0, 1000, length, 0x10000, 0x100, 0),
        unity,
        struct.pack(">24xI", 2),
    )
    return _box(b"moov", header, _track(width, height, seconds, rotation) if tracks else b"")


def _track(width: int, height: int, seconds: int, rotation: int) -> bytes:
    turn = {
        0: (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000),
        90: (0, 0x10000, 0, -0x10000, 0, 0, height << 16, 0, 0x40000000),
    }[rotation]
    header = _box(
        b"tkhd",
        struct.pack(">IIIIII8xHHHH", 3, 0, 0, 1, 0, seconds * 1000, 0, 0, 0, 0),
        struct.pack(">9i", *turn),
        struct.pack(">II", width << 16, height << 16),
    )
    entry = _box(
        b"mp4v",
        struct.pack(">6xH16xHHII4xH32xHh", 1, width, height, 0x480000, 0x480000, 1, 24, -1),
    )
    table = _box(
        b"stbl",
        _box(b"stsd", struct.pack(">II", 0, 1), entry),
        _box(b"stts", struct.pack(">IIII", 0, 1, seconds, 1000)),
        _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, seconds, 1)),
        _box(b"stsz", struct.pack(">III", 0, 400, seconds)),
        _box(b"stco", struct.pack(">III", 0, 1, 700)),
    )
    data = _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1), _box(b"url ", struct.pack(">I", 1))))
    media = _box(
        b"mdia",
        _box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 1000, seconds * 1000, 0x55C4, 0)),
        _box(b"hdlr", struct.pack(">I4x4s12x", 0, b"vide"), b"video\0"),
        _box(b"minf", _box(b"vmhd", struct.pack(">I8x", 1)), data, table),
    )
    return _box(b"trak", header, media)


def _box(name: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return struct.pack(">I4s", len(inside) + 8, name) + inside
