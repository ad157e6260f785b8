"""A failure as a person reads it: what happened, why, what to do (S0.7, S2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from pressrun.domain.failures import Failure, message_code, message_values
from pressrun.domain.persona import Language
from pressrun.domain.texts import MESSAGES
from pressrun.web import wording


@dataclass(frozen=True)
class FailureText:
    """`happened` ends with the platform's number in brackets; `said` is the platform's own sentence."""

    code: str
    happened: str
    todo: str
    said: str


def failure_text(failure: Failure, language: Language, *, persona: str) -> FailureText:
    """The texts of a failure of `persona`'s account."""
    values = {"persona": persona, **message_values(failure)}
    code = message_code(failure)
    if not _fits(code, values):
        code = "refused"
    number = failure.answer.code or failure.answer.status
    happened = wording.what_happened(code, language, values)
    return FailureText(
        code=code,
        happened=f"{happened.rstrip('.')} ({number})" if number else happened,
        todo=wording.what_to_do(code, language, values),
        said=failure.answer.message,
    )


def _fits(code: str, values: Mapping[str, Any]) -> bool:
    """Whether the message is known and needs no value that a failure does not have."""
    if code not in MESSAGES:
        return False
    message = MESSAGES[code]
    named = {name for text in (message.ko, message.todo_ko) for _, name, _, _ in Formatter().parse(text)}
    return named - {None} <= set(values)
