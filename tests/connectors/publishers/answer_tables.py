"""What the tables of the platforms' answers share: how answers arrive, what is done, what people read."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pressrun.connectors.http import HttpAnswer
from pressrun.domain.decisions import Decision, Hold, RetryAt, RetryPolicy, Tried, decide
from pressrun.domain.failures import Failure, LoginExpired, Reach, message_code, message_values
from pressrun.domain.messages import what_happened, what_to_do
from pressrun.domain.persona import Language
from pressrun.domain.post import HeldReason

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
IN_5_MINUTES = RetryAt(NOW + timedelta(minutes=5), spends=True)
IN_AN_HOUR = RetryAt(NOW + timedelta(hours=1), spends=False)
IN_A_DAY = RetryAt(NOW + timedelta(days=1), spends=False)
RENEW = RetryAt(NOW, spends=False, renew_login=True)
PAUSE = Hold(HeldReason.ACCOUNT_SUSPENDED, pauses_persona=True)
NO_PERMISSION = LoginExpired(reason="permissions_missing")


def said(body: Any, status: int = 400, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """An answer with a JSON body, or with this text where no JSON came."""
    is_json = not isinstance(body, str)
    content = json.dumps(body) if is_json else body
    return HttpAnswer(status, headers or {}, body if is_json else None, content.encode())


def each_row(columns: str, table: Sequence[tuple[Any, ...]]) -> pytest.MarkDecorator:
    """One test for each row, called by the row's first column."""
    return pytest.mark.parametrize(columns.split(), [row[1:] for row in table], ids=[row[0] for row in table])


def assert_same(met: Failure, expected: Failure) -> None:
    """The same kind with the same values, whatever the platform's own words are."""
    assert type(met) is type(expected)
    assert vars(met) | {"answer": None} == vars(expected) | {"answer": None}


def assert_means(met: Failure, expected: Failure, decision: Decision) -> None:
    """A failure that was answered, what is done about it the first time, and texts in both languages."""
    assert_same(met, expected)
    assert met.reach is Reach.ANSWERED
    assert decide(met, tried=Tried(), now=NOW, policy=RetryPolicy()) == decision
    for language in Language:
        for text in read_by(met, language):
            assert text
            assert "{" not in text


def read_by(failure: Failure, language: Language) -> tuple[str, str]:
    """What happened and what to do, as a person reads it."""
    code, values = message_code(failure), message_values(failure) | {"persona": "하루"}
    return what_happened(code, language, values), what_to_do(code, language, values)
