"""What a media file really is: decided by opening and decoding it, never by its name."""

import struct
import threading
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image
from pymediainfo import MediaInfo

from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.problems import Problem
from pressrun.rendering.opening import (
    DECODING,
    MIMES,
    UNREADABLE,
    broken,
    displayed_size,
    open_image,
    orientation,
)

_NAMED_LIKE_MEDIA = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".png",
        ".webp",
        ".heic",
        ".heif",
        ".gif",
        ".mp4",
        ".mov",
        ".m4v",
        ".mp3",
        ".m4a",
        ".wav",
    }
)
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")
_AUDIO_MIMES = {
    "MPEG-4": "audio/mp4",
    "MPEG Audio": "audio/mpeg",
    "Wave": "audio/wav",
    "ADTS": "audio/aac",
    "FLAC": "audio/flac",
    "Ogg": "audio/ogg",
}

# The native library reads its settings while another thread may be writing them.
_MEDIAINFO = threading.Lock()


def probe(path: Path, *, name: str) -> MediaFacts:
    """What the file at `path` is; `name` is what people call it in messages.

    Raises `Problem` for `field="file"`: `media_broken`, `media_unsupported`, `media_too_large`.
    """
    size = path.stat().st_size
    if size == 0:
        raise broken(name)
    image = open_image(path, name=name)
    if image is not None:
        with image:
            return _image_facts(image, size, name)
    return _recording_facts(path, size, name)


def _image_facts(image: Image.Image, size: int, name: str) -> MediaFacts:
    mime = MIMES[image.format or ""]
    try:
        with DECODING:
            width, height = displayed_size(image.size, orientation(image))
            # An eighth of the size in each direction reads a JPEG to its last byte all the same.
            image.draft(None, (image.width // 8 or 1, image.height // 8 or 1))
            image.load()
    except UNREADABLE as error:
        raise broken(name) from error
    return MediaFacts(MediaKind.IMAGE, mime, size, width, height)


def _recording_facts(path: Path, size: int, name: str) -> MediaFacts:
    with _MEDIAINFO:
        found = MediaInfo.parse(path)
    assert isinstance(found, MediaInfo)
    if not (found.video_tracks or found.audio_tracks):
        raise _no_media(path, name)
    container = str(found.general_tracks[0].format)
    if container == "MPEG-4" and not _is_whole(path, size):
        raise broken(name)
    if found.video_tracks:
        return _video_facts(container, found, size, name)
    return _audio_facts(container, found, size, name)


def _video_facts(container: str, found: MediaInfo, size: int, name: str) -> MediaFacts:
    if container != "MPEG-4":
        raise Problem.invalid("media_unsupported", field="file", name=name)
    track = found.video_tracks[0]
    duration = _seconds(track.duration or found.general_tracks[0].duration)
    if not (track.width and track.height and duration):
        raise broken(name)
    width, height = int(track.width), int(track.height)
    if round(float(track.rotation or 0)) % 180 == 90:
        width, height = height, width
    is_quicktime = found.general_tracks[0].format_profile == "QuickTime"
    mime = "video/quicktime" if is_quicktime else "video/mp4"
    return MediaFacts(MediaKind.VIDEO, mime, size, width, height, duration)


def _audio_facts(container: str, found: MediaInfo, size: int, name: str) -> MediaFacts:
    mime = _AUDIO_MIMES.get(container)
    if mime is None:
        raise Problem.invalid("media_unsupported", field="file", name=name)
    duration = _seconds(found.audio_tracks[0].duration or found.general_tracks[0].duration)
    if not duration:
        raise broken(name)
    return MediaFacts(MediaKind.AUDIO, mime, size, duration=duration)


def _seconds(milliseconds: Any) -> float:
    return float(milliseconds or 0) / 1000


def _no_media(path: Path, name: str) -> Problem:
    """A file that calls itself a photo is broken to its owner; any other is unsupported."""
    with path.open("rb") as file:
        start = file.read(12)
    claims = start.startswith(_SIGNATURES) or start[4:8] == b"ftyp" or start[:4] == b"RIFF"
    if claims or Path(name).suffix.lower() in _NAMED_LIKE_MEDIA:
        return broken(name)
    return Problem.invalid("media_unsupported", field="file", name=name)


def _is_whole(path: Path, size: int) -> bool:
    """Whether the top-level boxes of an MP4 or MOV fill the file and an index (`moov`) is among them.

    The index often stands first, so a file cut in half still looks healthy to everyone who reads only that.
    """
    names = set()
    with path.open("rb") as file:
        at = 0
        while at < size:
            length, box = _box_at(file, at, size)
            if length < 8 or at + length > size:
                return False
            names.add(box)
            at += length
    return b"moov" in names


def _box_at(file: BinaryIO, at: int, size: int) -> tuple[int, bytes]:
    file.seek(at)
    head = file.read(16)
    if len(head) < 8:
        return 0, b""
    length, box = struct.unpack(">I4s", head[:8])
    if length == 1 and len(head) == 16:
        length = struct.unpack(">Q", head[8:])[0]
    return (size - at if length == 0 else length), box
