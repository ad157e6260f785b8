"""Media: what one file is, and what a platform accepts."""

import math
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
    """What is inside a video or an animation: codecs by common names (`h264`), rates as they are.

    `aac` is the common kind of it (LC); `he_aac` is another one, which not every platform plays.
    """

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
    """What probing a file found: pixels as displayed, `duration` in seconds, `size` in bytes.

    An image with a duration is an animation.
    """

    kind: MediaKind
    mime: str
    size: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    video: VideoFacts | None = None
    """None where nothing moves, or the file was taken in before Pressrun looked inside videos."""

    @property
    def is_animation(self) -> bool:
        """Whether it is an image that moves."""
        return self.kind is MediaKind.IMAGE and self.duration is not None

    @property
    def frames(self) -> int:
        """How many pictures it holds, as far as that is known."""
        return round(self.video.fps * self.duration) if self.video and self.duration else 1


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
class AnimationRules:
    """Which animated images a platform shows as such; `max_pixels` counts those of all frames together."""

    max_bytes: int
    max_width: int
    max_height: int
    max_frames: int
    max_pixels: int
    mimes: frozenset[str] = frozenset({"image/gif"})

    def accept(self, facts: MediaFacts) -> bool:
        """Whether an animation can be sent unchanged."""
        width, height = facts.width or 0, facts.height or 0
        return (
            facts.size <= self.max_bytes
            and width <= self.max_width
            and height <= self.max_height
            and facts.frames <= self.max_frames
            and width * height * facts.frames <= self.max_pixels
        )


@dataclass(frozen=True)
class ImageRules:
    """Which images a platform takes as they are; `ratio` is width divided by height, lowest and highest."""

    mimes: frozenset[str]
    max_bytes: int
    ratio: tuple[float, float]
    max_width: int
    max_height: int | None = None
    animation: AnimationRules | None = None
    """Given where animated images stay animated; elsewhere their first frame is shown."""

    def keeps_moving(self, facts: MediaFacts) -> bool:
        """Whether an image is an animation of a kind that stays one here."""
        return facts.is_animation and self.animation is not None and facts.mime in self.animation.mimes

    def accept(self, facts: MediaFacts) -> bool:
        """Whether an image can be sent unchanged."""
        if self.animation is not None and self.keeps_moving(facts):
            return self.animation.accept(facts)
        if facts.width is None or facts.height is None or facts.mime not in self.mimes:
            return False
        lowest, highest = self.ratio
        return (
            not facts.is_animation
            and facts.size <= self.max_bytes
            and self.room((facts.width, facts.height)) >= 1
            and lowest <= facts.width / facts.height <= highest
        )

    def room(self, size: tuple[int, int]) -> float:
        """By what sides of this size must be multiplied to fit; 1 or more where they do."""
        return min(self.max_width / size[0], (self.max_height or math.inf) / size[1])


_SECONDS_SLACK = 0.05
_FPS_SLACK = 0.1
"""A video is cut to whole frames, and rates are measured: neither is exactly what was asked for."""


@dataclass(frozen=True)
class VideoRules:
    """Which videos a platform takes as they are: pairs are lowest and highest, `seconds` the length."""

    max_bytes: int
    seconds: tuple[float, float]
    mimes: frozenset[str] = frozenset({"video/mp4", "video/quicktime"})
    ratio: tuple[float, float] = (0.01, 10.0)
    max_width: int = 1920
    max_height: int | None = None
    max_short_side: int | None = None
    """The longest that the shorter of both sides may be."""
    min_side: int = 2
    fps: tuple[float, float] = (1.0, 60.0)
    max_bits_per_second: int | None = None
    codecs: frozenset[str] = frozenset({"h264"})
    pixel_formats: frozenset[str] = frozenset({"yuv420p"})
    audio_codecs: frozenset[str] = frozenset({"aac"})
    max_audio_hertz: int = 48_000
    max_audio_channels: int = 2
    needs_fast_start: bool = False

    def fits(self, facts: MediaFacts) -> bool:
        """Whether its length is right, which no conversion mends."""
        shortest, longest = self.seconds
        return (
            facts.duration is not None
            and shortest - _SECONDS_SLACK <= facts.duration <= longest + _SECONDS_SLACK
        )

    def accept(self, facts: MediaFacts) -> bool:
        """Whether a video can be sent unchanged."""
        return self.fits(facts) and facts.mime in self.mimes and self.takes_all_of(facts)

    def takes_all_of(self, facts: MediaFacts) -> bool:
        """Whether everything but its container and its length is right."""
        video = facts.video
        return self.takes_size(facts) and (
            video is None
            or (
                self.takes_picture(video)
                and self.takes_sound(video)
                and (video.starts_fast or not self.needs_fast_start)
            )
        )

    def takes_size(self, facts: MediaFacts) -> bool:
        """Whether bytes and sides are right."""
        if not (facts.width and facts.height) or facts.size > self.max_bytes:
            return False
        lowest, highest = self.ratio
        return (
            self.room((facts.width, facts.height)) >= 1
            and min(facts.width, facts.height) >= self.min_side
            and lowest <= facts.width / facts.height <= highest
        )

    def takes_picture(self, video: VideoFacts) -> bool:
        """Whether the way its pictures are encoded is right."""
        rate = video.bits_per_second
        return (
            video.codec in self.codecs
            and video.pixel_format in self.pixel_formats
            and video.is_progressive
            and self.takes_fps(video.fps)
            and (rate is None or self.max_bits_per_second is None or rate <= self.max_bits_per_second)
        )

    def takes_fps(self, fps: float) -> bool:
        """Whether so many pictures a second are right."""
        slowest, fastest = self.fps
        return slowest - _FPS_SLACK <= fps <= fastest + _FPS_SLACK

    def takes_sound(self, video: VideoFacts) -> bool:
        """Whether its sound is right; a video may have none."""
        return video.audio_codec is None or (
            video.audio_codec in self.audio_codecs
            and (video.audio_channels or 0) <= self.max_audio_channels
            and (video.audio_hertz or 0) <= self.max_audio_hertz
        )

    def room(self, size: tuple[int, int]) -> float:
        """By what sides of this size must be multiplied to fit; 1 or more where they do."""
        return min(
            self.max_width / size[0],
            (self.max_height or math.inf) / size[1],
            (self.max_short_side or math.inf) / min(size),
        )
