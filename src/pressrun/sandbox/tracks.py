"""What a video file really holds, by its own bytes."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymediainfo import MediaInfo

Track = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Tracks:
    """The file as a whole, its first picture track and its first sound track."""

    general: Track
    video: Track
    audio: Track | None


def read_tracks(source: Path | io.BytesIO) -> Tracks | None:
    """None for a file without a picture track."""
    parsed: Any = MediaInfo.parse(source)
    tracks = {track.track_type: track.to_data() for track in reversed(parsed.tracks)}
    if "Video" not in tracks:
        return None
    return Tracks(general=tracks["General"], video=tracks["Video"], audio=tracks.get("Audio"))


def number(track: Track, name: str) -> float:
    """Zero where the file does not tell."""
    return float(track.get(name) or 0)
