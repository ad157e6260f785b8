"""What a video file is, from its own bytes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymediainfo import MediaInfo

SHORT_SECONDS = 180.0
"""The longest Short, with no room: a file cut to whole frames stays below it."""


@dataclass(frozen=True, kw_only=True)
class VideoFacts:
    seconds: float
    width: int
    height: int
    frame_rate: float
    container: str
    codec: str

    @property
    def is_short(self) -> bool:
        return self.height >= self.width and self.seconds <= SHORT_SECONDS


def measure(file: Path) -> VideoFacts | None:
    """None for a file that holds no moving picture."""
    parsed: Any = MediaInfo.parse(file)
    tracks = {track.track_type: track.to_data() for track in reversed(parsed.tracks)}
    picture = tracks.get("Video")
    if picture is None or not picture.get("width"):
        return None
    general = tracks["General"]
    turned = str(picture.get("rotation", "0")).startswith(("90", "270"))
    width, height = int(picture["width"]), int(picture["height"])
    return VideoFacts(
        seconds=float(general.get("duration") or picture.get("duration") or 0) / 1000,
        width=height if turned else width,
        height=width if turned else height,
        frame_rate=float(picture.get("frame_rate") or 0),
        container=str(general.get("format", "")).lower(),
        codec=str(picture.get("format", "")).lower(),
    )
