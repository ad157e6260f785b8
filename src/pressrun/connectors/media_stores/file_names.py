"""What stores share: keys that can stand in any path, and the ending that tells what a file is."""

import re

LONGEST_NAME = 32
"""Of a store, as it is written beside what lies there."""

_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{2,127}")
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "video/mp2t": "ts",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
}


def check_key(key: str) -> None:
    """Raises `ValueError` for a key that could lead anywhere else."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key for a file: {key!r}")


def ending(mime: str) -> str:
    """The usual ending of such files, without its dot."""
    return _ENDINGS.get(mime, "bin")
