"""Captions and hashtags: how they join, and how long they may be (S2.11)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pressrun.domain.problems import Flaw

_TAG = re.compile(r"[#＃][\w·]+")
_SPLIT = re.compile(r"[\s,]+")


@dataclass(frozen=True)
class TextRules:
    """What a platform accepts as text; lengths as the platform counts them. None: as many as one likes."""

    max_length: int
    max_hashtags: int | None
    max_mentions: int | None
    length: Callable[[str], int] = len
    """How the platform counts a text."""


def normal_hashtags(tags: Sequence[str]) -> tuple[str, ...]:
    """Hashtags as they are kept: without `#`, without blanks, each once, in the order given."""
    words = [word.lstrip("#") for tag in tags for word in _SPLIT.split(tag.strip())]
    return tuple(dict.fromkeys(word for word in words if word))


def full_text(caption: str, hashtags: Sequence[str]) -> str:
    """What is sent: the caption with its hashtags appended at the end (S2.11)."""
    tags = " ".join(f"#{tag}" for tag in hashtags)
    return f"{caption.rstrip()}\n\n{tags}" if tags and caption.strip() else tags or caption.rstrip()


def whole(text: str) -> Sequence[str]:
    """The one part of a text that is not divided."""
    return (text,)


def text_flaws(
    caption: str, hashtags: Sequence[str], rules: TextRules, *, parts: Callable[[str], Sequence[str]] = whole
) -> list[Flaw]:
    """Everything in a text that the platform would refuse. Each of its parts has the length for itself."""
    text = full_text(caption, hashtags)
    flaws = list(_length_flaws(parts(text), rules))
    tags, most = len(_TAG.findall(text)), rules.max_hashtags
    if most is not None and tags > most:
        flaws.append(Flaw("too_many_hashtags", "hashtags", {"limit": most, "count": tags}))
    mentions, most = len(re.findall(r"(?<!\w)@\w", text)), rules.max_mentions
    if most is not None and mentions > most:
        flaws.append(Flaw("too_many_mentions", "caption", {"limit": most, "count": mentions}))
    return flaws


def _length_flaws(parts: Sequence[str], rules: TextRules) -> Iterator[Flaw]:
    lengths = [rules.length(part) for part in parts]
    limit = rules.max_length
    for which, length in enumerate(lengths, start=1):
        if length > limit and len(parts) == 1:
            yield Flaw("caption_too_long", "caption", {"limit": limit, "length": length})
        elif length > limit:
            yield Flaw("part_too_long", "caption", {"which": which, "limit": limit, "length": length})
