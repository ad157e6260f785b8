"""What a file is, from its bytes and not from its name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, UnidentifiedImageError
from pymediainfo import MediaInfo

from pressrun.sandbox.cloudinary.errors import CloudinaryError, bad

pillow_heif.register_heif_opener()

_IMAGES = {
    "JPEG": ("jpg", "image/jpeg"),
    "MPO": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "GIF": ("gif", "image/gif"),
    "WEBP": ("webp", "image/webp"),
    "HEIF": ("heic", "image/heic"),
    "AVIF": ("avif", "image/avif"),
    "BMP": ("bmp", "image/bmp"),
    "TIFF": ("tiff", "image/tiff"),
}
_VIDEOS = {
    "MPEG-4": ("mp4", "video/mp4"),
    "QuickTime": ("mov", "video/quicktime"),
    "WebM": ("webm", "video/webm"),
    "Matroska": ("mkv", "video/x-matroska"),
    "MPEG Audio": ("mp3", "audio/mpeg"),
    "Wave": ("wav", "audio/wav"),
    "Ogg": ("ogg", "audio/ogg"),
    "FLAC": ("flac", "audio/flac"),
    "ADTS": ("aac", "audio/aac"),
}
FORMATS = dict([*_IMAGES.values(), *_VIDEOS.values()]) | {
    "jpeg": "image/jpeg",
    "m4a": "audio/mp4",
}


@dataclass(frozen=True)
class Nature:
    """What the service says of a file. Raw files have no format."""

    resource_type: str
    format: str = ""
    mime: str = "application/octet-stream"
    width: int | None = None
    height: int | None = None
    duration: float | None = None


def inspect(path: Path, asked: str) -> Nature:
    """What a file is, if it is what was asked for (`image`, `video`, `raw` or `auto`)."""
    if asked == "raw":
        return Nature("raw")
    nature = (_image(path) if asked in ("image", "auto") else None) or (
        _video(path) if asked in ("video", "auto") else None
    )
    if nature is None and asked == "auto":
        return Nature("raw")
    if nature is None:
        raise bad("Invalid image file" if asked == "image" else "Unsupported video format or file")
    return nature


def check_asked(resource_type: str) -> None:
    if resource_type not in ("image", "video", "raw", "auto"):
        raise CloudinaryError(404, f"Unknown resource type {resource_type}")


def _image(path: Path) -> Nature | None:
    try:
        with Image.open(path) as image:
            known = _IMAGES.get(image.format or "")
            image.load()
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return Nature("image", *known, width=width, height=height) if known else None


def _video(path: Path) -> Nature | None:
    parsed: Any = MediaInfo.parse(path)
    tracks = {track.track_type: track.to_data() for track in reversed(parsed.tracks)}
    general = tracks.get("General", {})
    if "Video" not in tracks and "Audio" not in tracks:
        return None
    named = "QuickTime" if general.get("commercial_name") == "QuickTime" else general.get("format", "")
    known = _VIDEOS.get(named)
    if known is None:
        return None
    picture = tracks.get("Video", {})
    seconds = float(general.get("duration") or 0) / 1000
    return Nature("video", *known, width=picture.get("width"), height=picture.get("height"), duration=seconds)
