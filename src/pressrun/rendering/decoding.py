"""Whether a video can really be played: a few frames at its beginning, its middle and its end are decoded."""

from pathlib import Path

from pressrun.rendering import ffmpeg
from pressrun.rendering.ffmpeg import FfmpegFailed
from pressrun.rendering.recording import Recording

_SECONDS = 60.0
_FRAMES, _SOUNDS = "8", "20"
_MAX_ERRORS = "0.1"
"""The share of frames that may be damaged: ffmpeg itself conceals two thirds."""
_SHORT = 3.0


def is_playable(path: Path, film: Recording, *, program: str = "") -> bool:
    """Whether frames come out everywhere they were looked for."""
    return all(_decodes(path, at, program) for at in _spots(film))


def _spots(film: Recording) -> tuple[float, ...]:
    # Without an index to seek by, a look into the middle meets frames that lack those before them.
    if film.duration <= _SHORT or not film.is_seekable:
        return (0.0,)
    return 0.0, film.duration / 2, film.duration - 1


def _decodes(path: Path, at: float, program: str) -> bool:
    look = ["-max_error_rate", _MAX_ERRORS, "-threads", "2", "-ss", f"{at:.3f}", *ffmpeg.source(path)]
    tracks = ["-map", "0:v:0", "-map", "0:a:0?", "-frames:v", _FRAMES, "-frames:a", _SOUNDS]
    try:
        ran = ffmpeg.run([*look, *tracks, "-f", "framecrc", "-"], seconds=_SECONDS, program=program)
    except FfmpegFailed:
        return False
    has_pictures = any(line.startswith(b"0,") for line in ran.output.splitlines())
    # Where nothing moves for long, there is no frame to find, and nobody complains either.
    return has_pictures or (at > 0 and not ran.complaints)
