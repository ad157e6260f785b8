"""What `pressrun doctor` finds: for each part whether it is well, and which text says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How it is with one part."""

    OK = "ok"
    """Nothing is to be done."""
    WARN = "warn"
    """It works, or may; somebody should know."""
    FAIL = "fail"
    """Posts will not go out before somebody acts."""


@dataclass(frozen=True)
class Finding:
    """One part that was looked at. `check` and `code` are codes of `domain.texts`."""

    check: str
    level: Level
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def ok(check: str, code: str, **values: Any) -> Finding:
    """It is well."""
    return Finding(check, Level.OK, code, values)


def warn(check: str, code: str, **values: Any) -> Finding:
    """Somebody should know."""
    return Finding(check, Level.WARN, code, values)


def fail(check: str, code: str, **values: Any) -> Finding:
    """Somebody must act."""
    return Finding(check, Level.FAIL, code, values)
