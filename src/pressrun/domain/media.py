"""Media: what one file is, and what a platform accepts."""

from dataclasses import dataclass
from enum import StrEnum


class MediaKind(StrEnum):
    """What a person would call the file."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True)
class MediaFacts:
    """What probing a file found: pixels as displayed, `duration` in seconds, `size` in bytes."""

    kind: MediaKind
    mime: str
    size: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None


@dataclass(frozen=True)
class ImageRules:
    """Which images a platform takes as they are; `ratio` is width divided by height, lowest and highest."""

    mimes: frozenset[str]
    max_bytes: int
    ratio: tuple[float, float]
    max_width: int

    def accept(self, facts: MediaFacts) -> bool:
        """Whether an image can be sent unchanged."""
        if facts.width is None or facts.height is None or facts.mime not in self.mimes:
            return False
        lowest, highest = self.ratio
        return (
            facts.size <= self.max_bytes
            and facts.width <= self.max_width
            and lowest <= facts.width / facts.height <= highest
        )
