"""The programs that media work needs, and whether they really work here."""

import io
import json
import wave
from collections.abc import Callable
from dataclasses import dataclass

from pymediainfo import MediaInfo

from pressrun.domain.problems import Problem
from pressrun.rendering import ffmpeg
from pressrun.rendering.ffmpeg import FfmpegFailed


@dataclass(frozen=True)
class Tool:
    """A program or library; `version` is empty where it does not work, and `trouble` says why then."""

    name: str
    version: str = ""
    trouble: str = ""


def versions(program: str = "") -> tuple[Tool, ...]:
    """Every tool; `program` is another ffmpeg than the one in the package."""
    return (
        _tried("ffmpeg", lambda: ffmpeg.version(program)),
        _tried("mediainfo", _mediainfo_version),
    )


def _tried(name: str, version: Callable[[], str]) -> Tool:
    try:
        return Tool(name, version())
    except Problem as problem:
        return Tool(name, trouble=f"no program at {problem.flaws[0].values.get('program', '')}")
    except (FfmpegFailed, OSError, RuntimeError, ValueError, LookupError) as error:
        return Tool(name, trouble=str(error).strip().partition("\n")[0] or type(error).__name__)


def _mediainfo_version() -> str:
    if not MediaInfo.can_parse():
        raise RuntimeError("libmediainfo can't be loaded")
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16))
    sound.seek(0)
    told = json.loads(str(MediaInfo.parse(sound, output="JSON")))
    return f"MediaInfoLib {told['creatingLibrary']['version']}"
