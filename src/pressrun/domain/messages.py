"""What a person reads, by code, in Korean and English: what happened → why → what to do (S0.7).

Placeholders are filled by the values of a `Flaw` or a failure. The texts stand in `domain.texts`;
a test holds that table complete.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pressrun.domain.persona import Language
from pressrun.domain.texts import MESSAGES


def what_happened(code: str, language: str, values: Mapping[str, Any] | None = None) -> str:
    """The sentence for `code`, filled."""
    message = MESSAGES[code]
    return _fill(message.ko if language == Language.KO else message.en, values)


def what_to_do(code: str, language: str, values: Mapping[str, Any] | None = None) -> str:
    """What the reader can do about `code`; empty where nothing is to be done."""
    message = MESSAGES[code]
    return _fill(message.todo_ko if language == Language.KO else message.todo_en, values)


def full_text(code: str, language: str, values: Mapping[str, Any] | None = None) -> str:
    """What happened and what to do, in one line."""
    return f"{what_happened(code, language, values)} {what_to_do(code, language, values)}".strip()


def _fill(text: str, values: Mapping[str, Any] | None) -> str:
    return text.format_map({name: _readable(value) for name, value in (values or {}).items()})


def _readable(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
