"""Media: what one file is, and what a platform accepts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class MediaKind(StrEnum):
    """What a person would call the file."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True)
class VideoFacts:
    """What is inside a video: codecs by their common names (`h264`, `hevc`, `aac`), rates as they are."""

    codec: str
    fps: float
    pixel_format: str = "yuv420p"
    bits_per_second: int | None = None
    is_progressive: bool = True
    starts_fast: bool = True
    """Whether the index stands before the pictures, so that a player can begin at once."""
    audio_codec: str | None = None
    audio_channels: int | None = None
    audio_hertz: int | None = None


@dataclass(frozen=True)
class MediaFacts:
    """What probing a file found: pixels as displayed, `duration` in seconds, `size` in bytes."""

    kind: MediaKind
    mime: str
    size: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    video: VideoFacts | None = None
    """None where the file is no video, or was taken in before Pressrun looked inside videos."""


def facts_to_json(facts: MediaFacts) -> dict[str, Any]:
    """Facts as plain data for the database; `facts_from_json` reads them back."""
    return asdict(facts)


def facts_from_json(plain: Mapping[str, Any]) -> MediaFacts:
    """The facts that `facts_to_json` wrote."""
    inside = plain.get("video")
    return MediaFacts(
        **{**plain, "kind": MediaKind(plain["kind"]), "video": VideoFacts(**inside) if inside else None}
    )


@dataclass(frozen=True)
class ImageRules:
    """Which images a platform takes as they are; `ratio` is width divided by height, lowest and highest."""

    mimes: frozenset[str]
    max_bytes: int
    ratio: tuple[float, float]
    max_width: int

    def accept(self, facts: MediaFacts) -> bool:
        """Whether an image can be sent unchanged."""
        if facts.width is None or facts.height is None or facts.mime not in self.mimes:
            return False
        lowest, highest = self.ratio
        return (
            facts.size <= self.max_bytes
            and facts.width <= self.max_width
            and lowest <= facts.width / facts.height <= highest
        )


@dataclass(frozen=True)
class VideoRules:
    """Which videos a platform takes as they are: pairs are lowest and highest, `seconds` the length."""

    max_bytes: int
    seconds: tuple[float, float]
    mimes: frozenset[str] = frozenset({"video/mp4", "video/quicktime"})
    ratio: tuple[float, float] = (0.01, 10.0)
    max_width: int = 1920
    fps: tuple[float, float] = (1.0, 60.0)
    max_bits_per_second: int | None = None
    codecs: frozenset[str] = frozenset({"h264"})
    pixel_formats: frozenset[str] = frozenset({"yuv420p"})
    audio_codecs: frozenset[str] = frozenset({"aac"})
    max_audio_hertz: int = 48_000
    max_audio_channels: int = 2
    needs_fast_start: bool = False

    def fits(self, facts: MediaFacts) -> bool:
        """Whether its length is right: the one thing that no conversion mends."""
        shortest, longest = self.seconds
        return facts.duration is not None and shortest <= facts.duration <= longest

    def accept(self, facts: MediaFacts) -> bool:
        """Whether a video can be sent unchanged."""
        if not self.fits(facts) or facts.width is None or facts.height is None:
            return False
        lowest, highest = self.ratio
        return (
            facts.mime in self.mimes
            and facts.size <= self.max_bytes
            and facts.width <= self.max_width
            and lowest <= facts.width / facts.height <= highest
            and (facts.video is None or self._takes(facts.video))
        )

    def _takes(self, video: VideoFacts) -> bool:
        slowest, fastest = self.fps
        rate = video.bits_per_second
        return (
            video.codec in self.codecs
            and video.pixel_format in self.pixel_formats
            and video.is_progressive
            and slowest <= video.fps <= fastest
            and (rate is None or self.max_bits_per_second is None or rate <= self.max_bits_per_second)
            and (video.starts_fast or not self.needs_fast_start)
            and self._takes_sound(video)
        )

    def _takes_sound(self, video: VideoFacts) -> bool:
        return video.audio_codec is None or (
            video.audio_codec in self.audio_codecs
            and (video.audio_channels or 0) <= self.max_audio_channels
            and (video.audio_hertz or 0) <= self.max_audio_hertz
        )
