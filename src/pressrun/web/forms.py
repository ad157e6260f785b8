"""Types of fields that people fill in: text that every database can hold, zones that exist."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from pressrun.domain.problems import Problem
from pressrun.domain.times import read_zone
from pressrun.web.errors import ProblemError


def _holdable(text: str) -> str:
    if "\0" in text:
        raise ProblemError("field_invalid", reason="NUL")
    return text


def _zone(name: str) -> str:
    try:
        return read_zone(name).key
    except Problem as problem:
        raise ProblemError("zone_unknown", **problem.flaws[0].values) from None


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_holdable)
]
"""A short text that must not be empty."""

Note = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_holdable)]
"""A longer text, perhaps empty."""

Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_holdable)]
"""A text whose real limit is a rule of the domain, which says more than `too long`."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_holdable)]
"""A short text, perhaps empty."""

Key = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_holdable)]
"""A key as a service gives it, perhaps empty."""

Zone = Annotated[str, AfterValidator(_zone)]
"""The name of an IANA time zone."""
