"""Types of fields that people fill in: text that every database can hold, zones that exist."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

from pressrun.web.errors import ProblemError


def _holdable(text: str) -> str:
    if "\0" in text:
        raise ProblemError("field_invalid", reason="NUL")
    return text


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise ProblemError("zone_unknown", zone=name[:64]) from None


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_holdable)
]
"""A short text that must not be empty."""

Note = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_holdable)]
"""A longer text, perhaps empty."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_holdable)]
"""A short text, perhaps empty."""

Zone = Annotated[str, AfterValidator(_zone)]
"""The name of an IANA time zone."""
