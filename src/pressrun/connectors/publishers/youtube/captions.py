"""Caption tracks of a video: the option `captions`, a list of `{language, name, text}` in SRT or VTT."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pressrun.domain.problems import Flaw

MAX_TRACKS = 20
MAX_NAME = 150
MAX_CHARACTERS = 500_000
FIELD = "options.captions"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,1}")
_TIMED = re.compile(r"^\s*(\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->\s+(\d+:)?\d{1,2}:\d{2}[.,]\d{3}", re.MULTILINE)


@dataclass(frozen=True)
class Track:
    """One caption track. A video has one for each language and name."""

    language: str
    name: str
    text: str


def read_tracks(value: Any) -> tuple[tuple[Track, ...], list[Flaw]]:
    """The tracks of the option, and what is wrong with them."""
    if value is None:
        return (), []
    if not isinstance(value, list) or len(value) > MAX_TRACKS:
        return (), [Flaw("captions_malformed", FIELD, {"limit": MAX_TRACKS})]
    read = [_track(item) for item in value]
    flaws = [flaw for which, track in enumerate(read, start=1) for flaw in _flaws(track, which)]
    tracks = tuple(track for track in read if track is not None)
    if len({(track.language.lower(), track.name) for track in tracks}) < len(tracks):
        flaws.append(Flaw("captions_twice", FIELD))
    return tracks, flaws


def as_upload(track: Track, video_id: str) -> tuple[bytes, str]:
    """The body of `captions.insert` and its content type: metadata and text as multipart/related."""
    described = {
        "snippet": {"videoId": video_id, "language": track.language, "name": track.name, "isDraft": False}
    }
    boundary = secrets.token_hex(16)
    parts = (
        ("application/json; charset=UTF-8", json.dumps(described)),
        ("application/octet-stream", track.text),
    )
    body = "".join(f"--{boundary}\r\nContent-Type: {mime}\r\n\r\n{text}\r\n" for mime, text in parts)
    return f"{body}--{boundary}--\r\n".encode(), f"multipart/related; boundary={boundary}"


def _track(item: Any) -> Track | None:
    if not isinstance(item, Mapping):
        return None
    language, name, text = item.get("language"), item.get("name", ""), item.get("text")
    if not (isinstance(language, str) and isinstance(name, str) and isinstance(text, str)):
        return None
    return Track(language, name, text)


def _flaws(track: Track | None, which: int) -> Iterator[Flaw]:
    if track is None or len(track.name) > MAX_NAME:
        yield Flaw("caption_track_malformed", FIELD, {"which": which})
        return
    if not _LANGUAGE.fullmatch(track.language):
        yield Flaw("caption_track_language", FIELD, {"which": which, "language": track.language})
    if not _TIMED.search(track.text):
        yield Flaw("caption_track_untimed", FIELD, {"which": which})
    if len(track.text) > MAX_CHARACTERS:
        yield Flaw("caption_track_too_long", FIELD, {"which": which, "limit": MAX_CHARACTERS})
