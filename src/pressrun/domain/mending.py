"""What is changed in a file so that a platform takes it, and what no change would mend (S2.9, S0.7)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from pressrun.domain.framing import Size, canvas_for, fitted
from pressrun.domain.media import ImageRules, MediaFacts, MediaKind, VideoRules
from pressrun.domain.problems import Flaw

JPEG, PNG, WEBP, MP4 = "image/jpeg", "image/png", "image/webp", "video/mp4"
LEAST_BITS_PER_SECOND = 150_000
"""A video with less than this for pictures and sound together is not worth looking at."""

_MEGABYTE = 1_000_000
_LIGHTER = 0.95
_SAME_RATIO = 0.01
_USUAL_FPS = 30.0
_NAMES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WebP", MP4: "MP4", "video/quicktime": "MOV"}


@dataclass(frozen=True)
class Fix:
    """One thing that was changed; `values` fill the message of `code` in `domain.messages`."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def mended(before: MediaFacts, after: MediaFacts) -> tuple[Fix, ...]:
    """What was done to a file, told from what it was and what it is now; nothing where it is the same."""
    if before == after:
        return ()
    told = [*_shape(before, after), *_inside(before, after)]
    if told:
        return tuple(told)
    if before.video and not before.video.starts_fast:
        return (Fix("fixed_start"),)
    if after.size < before.size * _LIGHTER and before.size > _MEGABYTE:
        return (Fix("fixed_bytes", {"megabytes": round(after.size / _MEGABYTE, 1)}),)
    return (Fix("fixed_resaved"),)


def expected(facts: MediaFacts, image: ImageRules, video: VideoRules | None) -> MediaFacts:
    """What conversion will make of a file, as far as that is known before it is done."""
    if facts.kind is MediaKind.IMAGE:
        return _expected_image(facts, image)
    if facts.kind is MediaKind.VIDEO and video is not None:
        return _expected_video(facts, video)
    return facts


def unmendable(
    facts: MediaFacts, image: ImageRules, video: VideoRules | None, *, which: int = 1
) -> Flaw | None:
    """Why no conversion makes this file, the `which`th, one that the rules take; None where one can."""
    if facts.kind is MediaKind.IMAGE:
        return image_flaw(facts, image, which=which)
    if facts.kind is MediaKind.VIDEO and video is not None:
        return video_flaw(facts, video, which=which)
    return Flaw("media_kind", "asset_ids", {"kind": facts.kind.value})


def made_image(facts: MediaFacts, rules: ImageRules) -> str:
    """What kind of image conversion makes: JPEG, unless lines and transparency can stay as they are.

    Raises `ValueError` where the rules take none that can be made.
    """
    stays = facts.mime == PNG and facts.size <= rules.max_bytes
    preferred = [PNG, JPEG, WEBP] if stays else [JPEG, PNG, WEBP]
    for mime in preferred:
        if mime in rules.mimes:
            return mime
    raise ValueError(f"none of {sorted(rules.mimes)} can be made")


def frame_of(size: Size, rules: VideoRules) -> tuple[Size, Size]:
    """The sizes of a video's own picture and of the canvas around it, as the rules want them, both even."""
    inner = fitted(size, rules.ratio, rules.room, step=2)
    return inner, canvas_for(inner, rules.ratio, step=2)


def steady_fps(fps: float, rules: VideoRules) -> float:
    """A rate that the rules take: every second or third picture, or each one twice, so that none stutters."""
    slowest, fastest = rules.fps
    if rules.takes_fps(fps):
        return fps
    if fps <= 0:
        steady = _USUAL_FPS
    elif fps > fastest:
        steady = fps / math.ceil(fps / fastest)
    else:
        steady = fps * math.ceil(slowest / max(fps, 0.01))
    return min(max(steady, slowest), fastest)


def _expected_image(facts: MediaFacts, rules: ImageRules) -> MediaFacts:
    if rules.accept(facts) or not (facts.width and facts.height) or rules.keeps_moving(facts):
        return facts
    inner = fitted((facts.width, facts.height), rules.ratio, rules.room)
    width, height = canvas_for(inner, rules.ratio)
    mime, size = made_image(facts, rules), min(facts.size, rules.max_bytes)
    return MediaFacts(MediaKind.IMAGE, mime, size, width, height)


def _expected_video(facts: MediaFacts, rules: VideoRules) -> MediaFacts:
    if rules.accept(facts) or facts.video is None or not (facts.width and facts.height):
        return facts
    video = replace(facts.video, starts_fast=True)
    if not rules.takes_sound(video):
        hertz, channels = video.audio_hertz or 0, video.audio_channels or 0
        video = replace(
            video,
            audio_codec="aac",
            audio_hertz=min(hertz, rules.max_audio_hertz),
            audio_channels=min(channels, rules.max_audio_channels),
        )
    width, height = facts.width, facts.height
    if not (rules.takes_size(facts) and rules.takes_picture(video)):
        width, height = frame_of((width, height), rules)[1]
        fps = steady_fps(video.fps, rules)
        video = replace(video, codec="h264", pixel_format="yuv420p", is_progressive=True, fps=fps)
    size = min(facts.size, rules.max_bytes)
    return replace(facts, mime=MP4, size=size, width=width, height=height, video=video)


def image_flaw(facts: MediaFacts, rules: ImageRules, *, which: int = 1) -> Flaw | None:
    """Why no conversion makes this image one that the rules take; None where one can."""
    kept = rules.animation
    if kept is None or not rules.keeps_moving(facts) or kept.accept(facts):
        return None
    values = {
        "which": which,
        "megabytes": round(kept.max_bytes / _MEGABYTE),
        "width": kept.max_width,
        "height": kept.max_height,
        "frames": kept.max_frames,
    }
    return Flaw("animation_too_large", "asset_ids", values)


def video_flaw(facts: MediaFacts, rules: VideoRules, *, which: int = 1) -> Flaw | None:
    """Why no conversion makes this video one that the rules take; None where one can."""
    seconds, width, height = facts.duration or 0, facts.width or 0, facts.height or 0
    if not rules.fits(facts):
        shortest, longest = (_tidy(limit) for limit in rules.seconds)
        lengths = {"which": which, "seconds": round(seconds, 1), "shortest": shortest, "longest": longest}
        return Flaw("video_length", "asset_ids", lengths)
    if min(width, height) < rules.min_side:
        sides = {"which": which, "width": width, "height": height, "limit": rules.min_side}
        return Flaw("video_too_small", "asset_ids", sides)
    if facts.size > rules.max_bytes and rules.max_bytes * 8 < LEAST_BITS_PER_SECOND * seconds:
        most = {"which": which, "megabytes": round(rules.max_bytes / _MEGABYTE)}
        return Flaw("video_too_heavy", "asset_ids", most)
    return None


def _shape(before: MediaFacts, after: MediaFacts) -> Iterator[Fix]:
    if before.is_animation and not after.is_animation:
        yield Fix("fixed_still")
    if before.mime != after.mime:
        yield Fix("fixed_format", {"format": _NAMES.get(after.mime, after.mime)})
    if not (before.width and before.height and after.width and after.height):
        return
    if abs(after.width / after.height / (before.width / before.height) - 1) > _SAME_RATIO:
        yield Fix("fixed_ratio", {"ratio": ratio_name(after.width / after.height)})
    if after.width < before.width - 1 or after.height < before.height - 1:
        yield Fix("fixed_size", {"width": after.width, "height": after.height})


def _inside(before: MediaFacts, after: MediaFacts) -> Iterator[Fix]:
    was, now = before.video, after.video
    if was is None or now is None:
        return
    if (was.codec, was.pixel_format, was.is_progressive) != (now.codec, now.pixel_format, now.is_progressive):
        yield Fix("fixed_encoding")
    if was.fps and abs(was.fps - now.fps) > 1:
        yield Fix("fixed_fps", {"fps": round(now.fps)})
    if (was.audio_codec, was.audio_channels, was.audio_hertz) != (
        now.audio_codec,
        now.audio_channels,
        now.audio_hertz,
    ):
        yield Fix("fixed_sound")


def ratio_name(ratio: float) -> str:
    """A ratio as people write it: `4:5`, or `1.91:1` where no small numbers name it."""
    near = Fraction(ratio).limit_denominator(16)
    is_small = near.numerator <= 16 and abs(float(near) / ratio - 1) < _SAME_RATIO
    return f"{near.numerator}:{near.denominator}" if is_small else f"{ratio:.2f}:1"


def _tidy(seconds: float) -> float | int:
    return int(seconds) if seconds == int(seconds) else seconds
