"""What a media file really is: decided by opening and decoding it, never by its name."""

from pathlib import Path

from PIL import Image

from pressrun.domain.media import MediaFacts, MediaKind, VideoFacts
from pressrun.domain.problems import Problem
from pressrun.rendering import recording
from pressrun.rendering.decoding import is_playable
from pressrun.rendering.opening import (
    DECODING,
    MIMES,
    UNREADABLE,
    broken,
    displayed_size,
    open_image,
    orientation,
)
from pressrun.rendering.recording import Recording

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
        ".webm",
        ".mkv",
        ".avi",
        ".mp3",
        ".m4a",
        ".wav",
    }
)
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")
_MOVING = frozenset({"GIF", "PNG", "WEBP"})
_MAX_FRAMES = 1000
"""More frames of an animation are not looked at one by one."""
_FRAME_MILLISECONDS = 100
"""How long browsers show a frame that does not say so."""


def probe(path: Path, *, name: str, ffmpeg: str = "") -> MediaFacts:
    """What the file at `path` is; `name` is what people call it in messages, `ffmpeg` which one to use.

    Raises `Problem` for `field="file"`: `media_broken`, `media_unsupported`, `media_too_large`.
    """
    size = path.stat().st_size
    if size == 0:
        raise broken(name)
    image = open_image(path, name=name)
    if image is not None:
        with image:
            return _image_facts(image, size, name)
    found = recording.read(path)
    if found is None:
        raise _no_media(path, name)
    if not found.mime:
        raise Problem.invalid("media_unsupported", field="file", name=name)
    if not _is_good(found, path, ffmpeg):
        raise broken(name)
    kind = MediaKind.VIDEO if found.video else MediaKind.AUDIO
    return MediaFacts(kind, found.mime, size, found.width, found.height, found.duration, found.video)


def _image_facts(image: Image.Image, size: int, name: str) -> MediaFacts:
    mime = MIMES[image.format or ""]
    try:
        with DECODING:
            width, height = displayed_size(image.size, orientation(image))
            # An eighth of the size in each direction reads a JPEG to its last byte all the same.
            image.draft(None, (image.width // 8 or 1, image.height // 8 or 1))
            image.load()
            moving = _animation(image)
    except UNREADABLE as error:
        raise broken(name) from error
    return MediaFacts(MediaKind.IMAGE, mime, size, width, height, *moving)


def _animation(image: Image.Image) -> tuple[float, VideoFacts] | tuple[None, None]:
    """How long an image moves, and at what rate; every frame that is looked at is decoded."""
    frames = getattr(image, "n_frames", 1)
    if frames < 2 or image.format not in _MOVING:
        return None, None
    looked_at = min(frames, _MAX_FRAMES)
    milliseconds = 0.0
    for frame in range(looked_at):
        image.seek(frame)
        image.load()
        milliseconds += image.info.get("duration") or _FRAME_MILLISECONDS
    seconds = milliseconds / 1000 * frames / looked_at
    return seconds, VideoFacts(image.format.lower(), fps=frames / seconds, pixel_format="")


def _is_good(found: Recording, path: Path, ffmpeg: str) -> bool:
    if not (found.is_whole and found.duration):
        return False
    if found.video is None:
        return True
    return bool(found.width and found.height) and is_playable(path, found, program=ffmpeg)


def _no_media(path: Path, name: str) -> Problem:
    """A file that calls itself a photo is broken to its owner; any other is unsupported."""
    with path.open("rb") as file:
        start = file.read(12)
    claims = start.startswith(_SIGNATURES) or recording.starts_like_media(start)
    if claims or Path(name).suffix.lower() in _NAMED_LIKE_MEDIA:
        return broken(name)
    return Problem.invalid("media_unsupported", field="file", name=name)
