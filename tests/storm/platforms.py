"""What the storm must know of a platform: one row of a table for each."""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clips import MakeVideo, padded
from crash.house import House
from makers import make_image
from storm.weather import Asked

PIECES = 300_000
_MARK = re.compile(r"\bstorm-(\d{4,})\.(\d)\b")


@dataclass(frozen=True, order=True)
class Mark:
    """What tells one part of one post from all others, wherever its text is seen."""

    number: int
    part: int = 1

    def __str__(self) -> str:
        return f"storm-{self.number:04}.{self.part}"

    @classmethod
    def of(cls, text: str) -> "Mark | None":
        """The mark in a text, if there is one."""
        found = _MARK.search(text)
        return cls(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True)
class Supplies:
    """Files that were uploaded once and are posted again and again."""

    pictures: Sequence[str]
    clip: str
    wide_clip: str

    def picture(self, number: int) -> str:
        """One of the pictures; three in a row differ."""
        return self.pictures[number % len(self.pictures)]

    @classmethod
    def uploaded(cls, house: House) -> "Supplies":
        """Makes them all."""
        with tempfile.TemporaryDirectory() as folder:
            video = MakeVideo(Path(folder))
            # More than one piece of an upload.
            clip, wide = (padded(video(5, size=size), PIECES) for size in ("180x320", "320x180"))
        return cls(
            pictures=[_uploaded(house, make_image(800, 800)) for _ in range(4)],
            clip=_uploaded(house, clip, "clip.mp4"),
            wide_clip=_uploaded(house, wide, "wide.mp4"),
        )


@dataclass(frozen=True)
class Written:
    """A post as `POST /api/workflow/publish` takes it, without its account; of how many parts it is."""

    asked: dict[str, Any]
    parts: int = 1


@dataclass(frozen=True)
class Platform:
    """`quota` is how many posts an account may publish in 24 hours; `publishing` matches the paths of calls
    that are made only then; `write` makes the nth post out of supplies and a text that holds its mark;
    `state` is how the stand-in is set up for each account."""

    name: str
    weather: Sequence[Asked]
    publishing: str
    quota: int
    write: Callable[[Supplies, int, str], Written]
    state: Mapping[str, Any] = field(default_factory=dict)


def _uploaded(house: House, file: bytes, name: str = "photo.jpg") -> str:
    return house.made("/api/assets", files={"file": (name, file)})["id"]
