"""How much is tried: enough for each day, or everything, which PRESSRUN_CRASH=full asks for."""

import itertools
import os
from collections.abc import Sequence
from typing import TypeVar

EVERYTHING = os.environ.get("PRESSRUN_CRASH") == "full"

T = TypeVar("T")


def in_turn(cases: Sequence[T]) -> list[tuple[str, T]]:
    """One case with a single image, the next with a carousel; each with both where everything is wanted."""
    formats = ("feed", "carousel")
    if EVERYTHING:
        return [(format, case) for case in cases for format in formats]
    return list(zip(itertools.cycle(formats), cases, strict=False))


def one_in(so_many: int, cases: Sequence[T]) -> Sequence[T]:
    """One of so many cases, or all of them where everything is wanted."""
    return cases if EVERYTHING else cases[::so_many]
