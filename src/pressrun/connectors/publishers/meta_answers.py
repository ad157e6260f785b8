"""What Meta's Graph API says when something is wrong, translated (Instagram, Threads, Facebook).

HTTP statuses are not reliable there, and nearly every error has the type `OAuthException`: the sub-code
decides, then the code, then `is_transient`, then the words, then the status (Instagram "Error Codes").
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.http import HttpAnswer
from pressrun.domain.failures import (
    AccountSuspended,
    Answer,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
)

CONTAINER_STAGES = ("container", "carousel", "polling")
_DAY = timedelta(hours=24)
_SOON = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(days=7)
_SECRET = re.compile(r"[\w|.\-]{40,}", re.ASCII)
"""Meta quotes malformed tokens; no other word of its messages is as long."""

Make = Callable[[Answer, HttpAnswer, datetime], Failure]


def translate(answer: HttpAnswer, *, now: datetime) -> Failure:
    """The failure that an unsuccessful answer means."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return _by_status(answer, Answer(status=answer.status, message=without_secrets(answer.text)))
    said = _said(answer, error)
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    make = _BY_SUBCODE.get(subcode) or _BY_CODE.get(code) or _permission(code)
    if make is not None:
        return make(said, answer, now)
    if error.get("is_transient"):
        return Transient(answer=said)
    return _by_words(answer, said, now) or _by_status(answer, said)


def of_container(status: str, said: Answer) -> Failure:
    """Why a container failed, from the sub-code in its `status`. What may work needs a new container."""
    found = re.search(r"2207\d{3}", status)
    make = _BY_SUBCODE.get(int(found[0])) if found else _by_sign(status)
    if make is _broken:
        return MediaBroken(answer=said)
    if make is _unreachable:
        return MediaUnreachable(answer=said, start_over=CONTAINER_STAGES)
    if make is _refused:
        return Refused(answer=said)
    return Transient(answer=said, start_over=CONTAINER_STAGES)


def _by_sign(status: str) -> Make | None:
    return next((make for sign, make in _BY_SIGN if sign in status), None)


def _said(answer: HttpAnswer, error: Mapping[str, Any]) -> Answer:
    code = "/".join(str(error[key]) for key in ("code", "error_subcode") if error.get(key) is not None)
    message = str(error.get("error_user_msg") or error.get("message") or "")
    trace = error.get("fbtrace_id")
    return Answer(
        status=answer.status,
        code=code or None,
        message=without_secrets(message),
        trace=str(trace) if trace else None,
    )


def without_secrets(text: str) -> str:
    """What was said, without what can't be shown, and not too much of it."""
    return _SECRET.sub("…", text[:2000])[:500]


def _number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _transient(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return Transient(answer=said)


def _new_container(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return Transient(answer=said, start_over=CONTAINER_STAGES)


def _poll_again(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return Transient(answer=said, after=_SOON, start_over=("polling",))


def _limited(said: Answer, answer: HttpAnswer, now: datetime) -> Failure:
    return RateLimited(answer=said, until=_access_regained_at(answer, now))


def _app_limited(said: Answer, answer: HttpAnswer, now: datetime) -> Failure:
    return RateLimited(answer=said, until=_access_regained_at(answer, now), whose="app")


def _day_limited(said: Answer, _answer: HttpAnswer, now: datetime) -> Failure:
    return RateLimited(answer=said, until=now + _DAY)


def _expired(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return LoginExpired(answer=said)


def _unpermitted(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return LoginExpired(answer=said, reason="permissions_missing")


def _checked(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return LoginExpired(answer=said, reason="platform_checks_login")


def _suspended(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return AccountSuspended(answer=said)


def _broken(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return MediaBroken(answer=said)


def _unreachable(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return MediaUnreachable(answer=said)


def _refused(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return Refused(answer=said)


def _duplicate(said: Answer, _answer: HttpAnswer, _now: datetime) -> Failure:
    return Duplicate(answer=said)


_BY_SUBCODE: dict[int | None, Make] = {
    2207001: _transient,
    2207003: _new_container,
    2207020: _new_container,
    2207032: _new_container,
    2207053: _new_container,
    2207006: _new_container,
    2207008: _poll_again,
    2207027: _poll_again,
    2207082: _new_container,
    1363008: _new_container,
    2207042: _day_limited,
    1390008: _limited,
    2207050: _suspended,
    2207051: _suspended,
    1346003: _suspended,
    1404006: _suspended,
    1404078: _suspended,
    1404102: _suspended,
    2207026: _broken,
    2207004: _broken,
    2207005: _broken,
    2207009: _broken,
    2207076: _broken,
    2207085: _broken,
    1366046: _broken,
    2207052: _unreachable,
    2207077: _unreachable,
    33: _new_container,
    459: _checked,
    464: _checked,
    2207010: _refused,
    2207018: _refused,
    2207023: _refused,
    2207028: _refused,
    2207035: _refused,
    2207036: _refused,
    2207037: _refused,
    2207038: _refused,
    2207039: _refused,
    2207040: _refused,
    2207057: _refused,
    2207081: _refused,
    1609005: _refused,
    1609008: _refused,
}

_BY_CODE: dict[int | None, Make] = {
    -2: _new_container,
    -1: _new_container,
    1: _transient,
    2: _transient,
    4: _app_limited,
    17: _limited,
    32: _limited,
    341: _app_limited,
    613: _limited,
    80001: _limited,
    80002: _limited,
    9: _day_limited,
    24: _new_container,
    25: _suspended,
    102: _expired,
    190: _expired,
    490: _expired,
    3: _unpermitted,
    10: _unpermitted,
    2500: _expired,
    368: _suspended,
    506: _duplicate,
    100: _refused,
    352: _broken,
    9004: _unreachable,
    9007: _poll_again,
    36000: _broken,
    36001: _broken,
    36003: _broken,
    36004: _refused,
}


def _permission(code: int | None) -> Make | None:
    return _unpermitted if code is not None and 200 <= code <= 299 else None


_BY_SIGN: tuple[tuple[str, Make], ...] = (
    ("FAILED_DOWNLOADING", _unreachable),
    ("FAILED_PROCESSING", _broken),
    ("INVALID_", _broken),
    ("LINK_LIMIT_EXCEEDED", _refused),
)
"""How Threads says it, which has words in the place of numbers."""

_BY_WORDS: tuple[tuple[tuple[str, ...], Make], ...] = (
    (("suspend", "locked", "restricted"), _suspended),
    (("duplicate",), _duplicate),
    (("rate limit",), _limited),
)


def _by_words(answer: HttpAnswer, said: Answer, now: datetime) -> Failure | None:
    words = said.message.lower()
    for signs, make in _BY_WORDS:
        if answer.status < 500 and any(sign in words for sign in signs):
            return make(said, answer, now)
    return None


def _by_status(answer: HttpAnswer, said: Answer) -> Failure:
    match answer.status:
        case 420 | 429:
            return RateLimited(answer=said)
        case 401 | 403:
            return LoginExpired(answer=said)
        case 402:
            return Misconfigured(answer=said)
        case 413 | 415:
            return MediaBroken(answer=said)
        case status if status < 400 or status >= 500 or status in (408, 409, 425):
            # Below 400 it is an answer that can't be read: nothing is wrong with what was sent.
            return Transient(answer=said)
    return Refused(answer=said)


def _access_regained_at(answer: HttpAnswer, now: datetime) -> datetime | None:
    """Meta's own estimate from `X-Business-Use-Case-Usage`, in minutes; None where it names none."""
    try:
        usage = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
        named = [item.get("estimated_time_to_regain_access", 0) for items in usage.values() for item in items]
        minutes = max((int(estimate) for estimate in named), default=0)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    if minutes <= 0:
        return None
    return now + min(timedelta(minutes=min(minutes, 1_000_000)), _LONGEST_WAIT)
