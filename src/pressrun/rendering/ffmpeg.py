"""ffmpeg, always a program of its own: within time, without a network, ended with whoever asked for it."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import imageio_ffmpeg

from pressrun.domain.problems import Flaw, Problem

DECODES_AT_ONCE = 2
ENCODES_AT_ONCE = 2
"""Each encoder fills every core and takes some hundred megabytes."""

_ALWAYS = ("-nostdin", "-hide_banner", "-loglevel", "error", "-y")
_FORMATS = "mov,matroska,avi,mpegts"
_VERSION_SECONDS = 20.0
_SAID_BYTES = 2000
_DECODING = threading.BoundedSemaphore(DECODES_AT_ONCE)
_ENCODING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class FfmpegFailed(Exception):
    """ffmpeg ended with an error, or not in time; the text is the end of what it said."""


@dataclass(frozen=True)
class Ran:
    """What ffmpeg gave out, and whether it complained on the way."""

    output: bytes
    complaints: str


def source(path: Path) -> tuple[str, ...]:
    """A file as input. What it contains is a stranger's: it may name no addresses and no other files."""
    return ("-protocol_whitelist", "file,pipe", "-format_whitelist", _FORMATS, "-i", f"file:{path}")


def run(arguments: Sequence[str], *, seconds: float, program: str = "") -> Ran:
    """Runs ffmpeg and waits. Raises `FfmpegFailed`, and `Problem` `ffmpeg_missing` where there is none."""
    command = _command(arguments, seconds, program)
    with _DECODING:
        try:
            done = subprocess.run(  # noqa: S603
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, env={}
            )
        except subprocess.TimeoutExpired as late:
            raise FfmpegFailed("not done in time") from late
        except OSError as error:
            raise _missing(command[0]) from error
    said = done.stderr[-_SAID_BYTES:].decode(errors="replace")
    if done.returncode != 0:
        raise FfmpegFailed(said)
    return Ran(done.stdout, said)


async def encode(arguments: Sequence[str], *, seconds: float, program: str = "") -> None:
    """Runs ffmpeg beside everything else; a cancelled caller takes it along. Raises as `run` does."""
    command = _command(arguments, seconds, program)
    async with _place():
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env={},
            )
        except OSError as error:
            raise _missing(command[0]) from error
        try:
            async with asyncio.timeout(seconds):
                said = await _last_words(process)
                code = await process.wait()
        except TimeoutError as late:
            raise FfmpegFailed("not done in time") from late
        finally:
            await _end(process)
    if code != 0:
        raise FfmpegFailed(said)


def version(program: str = "") -> str:
    """Which ffmpeg it is. Raises as `run` does."""
    said = run(["-version"], seconds=_VERSION_SECONDS, program=program).output.decode(errors="replace")
    return said.partition(" Copyright")[0]


def _command(arguments: Sequence[str], seconds: float, program: str) -> list[str]:
    # Should this process be killed, nobody is left to end the child: then its own limit does, in CPU seconds.
    limit = str(int(seconds * (os.cpu_count() or 1)) + 1)
    return [_found(program), *_ALWAYS, "-timelimit", limit, *arguments]


def _found(program: str) -> str:
    if program:
        return shutil.which(program) or program
    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise _missing("ffmpeg") from error


def _missing(program: str) -> Problem:
    return Problem(Flaw("ffmpeg_missing", None, {"program": program}), status=503)


def _place() -> asyncio.Semaphore:
    # One for each loop, since a semaphore belongs to the loop that first waited for it.
    return _ENCODING.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(ENCODES_AT_ONCE))


async def _last_words(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None, "it was asked for"
    said = b""
    while chunk := await process.stderr.read(1 << 16):
        said = (said + chunk)[-_SAID_BYTES:]
    return said.decode(errors="replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        # Shielded: a second cancellation must not leave a zombie behind.
        await asyncio.shield(process.wait())
