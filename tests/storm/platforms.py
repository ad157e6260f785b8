"""What the storm must know of a platform: one row of a table for each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crash.house import House
from makers import make_image
from storm.weather import Asked

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

    def picture(self, number: int) -> str:
        """One of the pictures; three in a row differ."""
        return self.pictures[number % len(self.pictures)]

    @classmethod
    def uploaded(cls, house: House) -> "Supplies":
        """Makes them all."""
        return cls(pictures=[_uploaded(house, make_image(800, 800)) for _ in range(4)])


@dataclass(frozen=True)
class Written:
    """A post as `POST /api/workflow/publish` takes it, without its account; of how many parts it is."""

    asked: dict[str, Any]
    parts: int = 1


@dataclass(frozen=True)
class Platform:
    """`quota` is how many posts an account may publish in 24 hours. `publishing` matches the paths of calls
    that can't be undone. `write` makes the nth post out of supplies and a text that holds its mark."""

    name: str
    weather: Sequence[Asked]
    publishing: str
    quota: int
    write: Callable[[Supplies, int, str], Written]


def _uploaded(house: House, picture: bytes) -> str:
    return house.made("/api/assets", files={"file": ("photo.jpg", picture)})["id"]
