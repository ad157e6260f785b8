"""Fetches the media a container names and checks its real bytes against the platform's specifications."""

import asyncio
import functools
import io
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
from PIL import Image, UnidentifiedImageError

from pressrun.sandbox.instagram.errors import GraphError, refused
from pressrun.sandbox.tracks import Track, number, read_tracks

MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_VIDEO_BYTES = {"REELS": 300_000_000, "STORIES": 100_000_000, "VIDEO": 300_000_000}
VIDEO_SECONDS = {"REELS": (3.0, 900.0), "STORIES": (3.0, 60.0), "VIDEO": (3.0, 60.0)}
FETCH_SECONDS = 20.0

# 4:5 and 1.91:1, with room for the rounding of whole pixels.
_MIN_RATIO, _MAX_RATIO = 0.8 - 0.0005, 1.91 + 0.0005


@dataclass(frozen=True, kw_only=True)
class FetchedMedia:
    content: bytes
    mime: str


async def fetch(url: str, *, max_bytes: int) -> FetchedMedia:
    """The bytes behind a public URL, at most a piece more than `max_bytes`; raises GraphError."""
    content = io.BytesIO()
    mime = await fetch_into(content, url, max_bytes=max_bytes)
    return FetchedMedia(content=content.getvalue(), mime=mime)


async def fetch_into(file: IO[bytes], url: str, *, max_bytes: int) -> str:
    """Writes the bytes behind a public URL to `file` as they come, and answers their media type."""
    try:
        async with (
            asyncio.timeout(FETCH_SECONDS),
            _client() as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise refused(2207052, uri=url)
            async for part in response.aiter_bytes():
                file.write(part)
                if file.tell() > max_bytes:
                    break
            return response.headers.get("content-type", "")
    except (TimeoutError, httpx.TimeoutException) as late:
        raise refused(2207003) from late
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise refused(2207052, uri=url) from failed


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        follow_redirects=True, timeout=FETCH_SECONDS, trust_env=False, verify=_trusted_authorities()
    )


@functools.cache
def _trusted_authorities() -> ssl.SSLContext:
    """Read once: it takes longer than a whole fetch."""
    return httpx.create_ssl_context()


async def fetch_image(url: str, *, accept_png: bool, any_ratio: bool) -> FetchedMedia:
    """An image that the platform takes; raises GraphError with the platform's code otherwise."""
    media = await fetch(url, max_bytes=MAX_IMAGE_BYTES)
    if len(media.content) > MAX_IMAGE_BYTES:
        raise refused(2207004)
    if media.mime.startswith(("text/", "application/json")):
        raise refused(2207052, uri=url)
    mime = await asyncio.to_thread(check_image, media.content, accept_png=accept_png, any_ratio=any_ratio)
    return FetchedMedia(content=media.content, mime=mime)


def check_image(content: bytes, *, accept_png: bool, any_ratio: bool) -> str:
    """The media type of acceptable bytes; raises GraphError."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            kind, (width, height) = image.format, image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise refused(2207005) from broken
    if kind != "JPEG" and not (kind == "PNG" and accept_png):
        raise refused(2207005)
    if not any_ratio and not _MIN_RATIO <= width / height <= _MAX_RATIO:
        raise refused(2207009)
    return f"image/{kind.lower()}"


def check_video(file: Path, *, media_type: str, thumb_offset_ms: int | None) -> str:
    """The media type of an acceptable video; raises GraphError. `media_type` is REELS, STORIES or VIDEO."""
    if file.stat().st_size > MAX_VIDEO_BYTES[media_type] or not _index_comes_first(file):
        raise refused(2207026)
    tracks = read_tracks(file)
    if tracks is None or tracks.general.get("format") not in ("MPEG-4", "QuickTime"):
        raise refused(2207026)
    seconds = number(tracks.general, "duration") / 1000
    shortest, longest = VIDEO_SECONDS[media_type]
    # A video cut to whole frames may miss its nominal length by a frame at either end.
    if not shortest - 0.05 <= seconds <= longest + 0.05:
        raise refused(2207026)
    if _picture_refused(tracks.video) or (tracks.audio is not None and _sound_refused(tracks.audio)):
        raise refused(2207026)
    if number(tracks.video, "bit_rate") > 25_000_000:
        raise refused(2207026)
    if thumb_offset_ms is not None and not 0 <= thumb_offset_ms < seconds * 1000:
        raise refused(2207057)
    return "video/quicktime" if tracks.general.get("commercial_name") == "QuickTime" else "video/mp4"


def _picture_refused(video: Track) -> bool:
    width, height = number(video, "width"), number(video, "height")
    return (
        video.get("format") not in ("AVC", "HEVC")
        or not 22.9 <= number(video, "frame_rate") <= 60.1
        or not 0 < width <= 1920
        or not 0.01 <= width / max(height, 1) <= 10
        or video.get("chroma_subsampling", "4:2:0") != "4:2:0"
        or video.get("scan_type", "Progressive") != "Progressive"
    )


def _sound_refused(audio: Track) -> bool:
    return (
        audio.get("format") != "AAC"
        or number(audio, "sampling_rate") > 48_000
        or number(audio, "channel_s") > 2
    )


def _index_comes_first(file: Path) -> bool:
    """Whether the MP4 box `moov` lies before the media data."""
    with file.open("rb") as video:
        while len(head := video.read(16)) >= 8:
            size, name = int.from_bytes(head[:4], "big"), head[4:8]
            if name in (b"moov", b"mdat"):
                return name == b"moov"
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            if size < 8:
                return False
            video.seek(size - len(head), os.SEEK_CUR)
    return False


def failure_text(failure: GraphError) -> str:
    """The `status` text of a container that failed this way."""
    if failure.subcode in (2207003, 2207052, 2207077):
        return f"Error: Media download has failed with error code {failure.subcode}"
    return f"Error: Media upload has failed with error code {failure.subcode}"
