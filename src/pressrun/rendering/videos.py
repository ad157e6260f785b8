"""Videos as platforms take them: H.264 and AAC in an MP4, within all limits; what is fine stays as it is."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pressrun.domain.framing import Size, scaled
from pressrun.domain.media import MediaFacts, VideoFacts, VideoRules
from pressrun.domain.mending import LEAST_BITS_PER_SECOND, frame_of, steady_fps, video_flaw
from pressrun.domain.problems import Problem
from pressrun.rendering import ffmpeg, recording
from pressrun.rendering.ffmpeg import FfmpegFailed
from pressrun.rendering.opening import broken
from pressrun.rendering.probe import probe

_SOUND_BITS = 128_000
_ROOM = 0.94
"""Of the bits allowed, for pictures and sound: the rest is the container, and what an encoder overdraws."""
_SHRINK = 0.7
_CRF = 20
_KEYFRAME_SECONDS = 2
_SECONDS_FOR_EACH = 30
"""How long a second of video may take to encode: a slow machine with large pictures needs it."""
_LEAST_TIMEOUT = 120.0
_POSTER_FRAMES = 25
_COPIED_PICTURES = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video"})
_COPIED_SOUNDS = frozenset({"aac", "he_aac", "mp3", "ac3", "eac3", "alac", "opus"})
"""What an MP4 may hold."""
_SDR = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)


@dataclass(frozen=True)
class _Plan:
    """How one file is made. `sizes` are those of the picture and of its canvas; None: pictures stay as is."""

    inside: VideoFacts
    sizes: tuple[Size, Size] | None
    fps: float
    bits: int
    is_hdr: bool
    sound: tuple[int, int] | None
    """Channels and hertz of a new sound; None: it stays as it is."""


async def conform(
    source: Path, target: Path, rules: VideoRules, *, before: MediaFacts | None = None, program: str = ""
) -> MediaFacts:
    """Writes to `target` a video of `source` that `rules` accept; padded to the ratio, never cropped.

    `before` is what `probe` said of it, where that is known. Raises `Problem` as `probe` does, what
    `video_flaw` finds, and `media_unmendable` where no try was good.
    """
    if before is None or before.video is None:
        before = await asyncio.to_thread(probe, source, name=source.name, ffmpeg=program)
    if flaw := video_flaw(before, rules):
        raise Problem(flaw)
    film = await asyncio.to_thread(recording.read, source)
    assert film is not None, "it was just read"
    assert film.video is not None, "only a video has no flaw by then"
    timeout = max(_LEAST_TIMEOUT, film.duration * _SECONDS_FOR_EACH)
    for plan in _plans(before, film.video, rules, is_hdr=film.is_hdr):
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            arguments = [*ffmpeg.source(source), *_arguments(plan), f"file:{part}"]
            await ffmpeg.encode(arguments, seconds=timeout, program=program)
            after = await asyncio.to_thread(probe, part, name=source.name, ffmpeg=program)
            if rules.accept(after):
                part.replace(target)
                return after
        except FfmpegFailed as failed:
            raise broken(source.name) from failed
        finally:
            part.unlink(missing_ok=True)
    raise Problem.invalid("media_unmendable", field="file", name=source.name)


def poster(source: Path, target: Path, *, seconds: float, width: int, program: str = "") -> None:
    """Writes a JPEG of a video that lasts `seconds`, of a moment when something is to be seen.

    Raises `Problem` `media_broken`.
    """
    shown = f"thumbnail={_POSTER_FRAMES},scale=iw*sar:ih,scale='min({width},iw)':-2,setsar=1,format=yuvj420p"
    arguments = [
        *("-threads", "2", "-ss", f"{min(1.0, seconds / 3):.3f}", *ffmpeg.source(source), "-map", "0:v:0"),
        *("-frames:v", "1", "-vf", shown, "-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe", "-"),
    ]
    try:
        picture = ffmpeg.run(arguments, seconds=_LEAST_TIMEOUT, program=program).output
    except FfmpegFailed as failed:
        raise broken(source.name) from failed
    if not picture:
        raise broken(source.name)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    part.write_bytes(picture)
    part.replace(target)


def _plans(before: MediaFacts, inside: VideoFacts, rules: VideoRules, *, is_hdr: bool) -> Iterator[_Plan]:
    """The least that must be done, and then everything, smaller."""
    keeps = rules.takes_size(before) and rules.takes_picture(inside) and inside.codec in _COPIED_PICTURES
    yield _plan(before, inside, rules, is_hdr=is_hdr, shrink=None if keeps else 1.0)
    yield _plan(before, inside, rules, is_hdr=is_hdr, shrink=_SHRINK)


def _plan(
    before: MediaFacts, inside: VideoFacts, rules: VideoRules, *, is_hdr: bool, shrink: float | None
) -> _Plan:
    size = before.width or 0, before.height or 0
    sizes = None if shrink is None else frame_of(scaled(size, shrink, step=2), rules)
    keeps_sound = rules.takes_sound(inside) and inside.audio_codec in (*_COPIED_SOUNDS, None)
    channels = min(inside.audio_channels or 2, rules.max_audio_channels)
    hertz = min(inside.audio_hertz or 48_000, rules.max_audio_hertz)
    return _Plan(
        inside=inside,
        sizes=sizes,
        fps=steady_fps(inside.fps, rules),
        bits=int(_budget(before.duration or 1, inside, rules) * (shrink or 1)),
        is_hdr=is_hdr,
        sound=None if keeps_sound else (channels, hertz),
    )


def _budget(seconds: float, inside: VideoFacts, rules: VideoRules) -> float:
    """Bits a second that the pictures may have."""
    pictures = rules.max_bytes * 8 * _ROOM / seconds - (_SOUND_BITS if inside.audio_codec else 0)
    allowed = min(pictures, (rules.max_bits_per_second or pictures) * _ROOM)
    return max(allowed, LEAST_BITS_PER_SECOND / 3)


def _arguments(plan: _Plan) -> list[str]:
    return [*_pictures(plan), *_sound(plan), *_container(plan)]


def _pictures(plan: _Plan) -> list[str]:
    if plan.sizes is None:
        # Apple's players, and whoever builds on them, know HEVC by this name only.
        tag = ["-tag:v", "hvc1"] if plan.inside.codec == "hevc" else []
        return ["-map", "0:v:0", "-c:v", "copy", *tag]
    return [
        *("-filter_complex", _filters(plan, *plan.sizes), "-map", "[out]"),
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", str(_CRF)),
        *("-maxrate", str(plan.bits), "-bufsize", str(plan.bits * 2)),
        *("-g", str(round(plan.fps * _KEYFRAME_SECONDS)), "-x264-params", "open-gop=0"),
    ]


def _filters(plan: _Plan, inner: Size, canvas: Size) -> str:
    (width, height), (wide, tall) = inner, canvas
    steps = [
        *(() if plan.inside.is_progressive else ("bwdif=mode=send_frame",)),
        f"fps={plan.fps:.5f}",
        f"scale={width}:{height}:out_range=tv,setsar=1",
        _SDR if plan.is_hdr else "format=yuv420p",
    ]
    picture = "[0:v:0]" + ",".join(steps)
    if inner == canvas:
        return f"{picture}[out]"
    # The picture itself, small and out of focus, fills what the ratio leaves empty.
    small = scaled(canvas, 0.125, step=2)
    cover = f"scale={small[0]}:{small[1]}:force_original_aspect_ratio=increase,crop={small[0]}:{small[1]}"
    blurred = f"[back]{cover},gblur=sigma=6,scale={wide}:{tall},setsar=1[ground]"
    laid = f"[ground][front]overlay={(wide - width) // 2}:{(tall - height) // 2}:format=yuv420[out]"
    return f"{picture},split[back][front];{blurred};{laid}"


def _sound(plan: _Plan) -> list[str]:
    if plan.inside.audio_codec is None:
        return ["-an"]
    if plan.sound is None:
        return ["-map", "0:a:0", "-c:a", "copy"]
    channels, hertz = plan.sound
    bits = str(_SOUND_BITS)
    return ["-map", "0:a:0", "-c:a", "aac", "-b:a", bits, "-ac", str(channels), "-ar", str(hertz)]


def _container(plan: _Plan) -> list[str]:
    """An MP4 whose index comes first, and which tells nobody where it was filmed."""
    # Some platforms do not follow edit lists. New pictures do not need any; copied ones may.
    flags = "+faststart" if plan.sizes is None else "+faststart+negative_cts_offsets"
    lists = [] if plan.sizes is None else ["-use_editlist", "0"]
    return ["-map_metadata", "-1", "-map_chapters", "-1", "-movflags", flags, *lists, "-f", "mp4"]
