"""What Meta's Graph API says when something is wrong, translated (Instagram, Threads, Facebook).

HTTP statuses are not reliable there, and nearly every error has the type `OAuthException`: the sub-code
decides, then the code, then `is_transient`, then the words, then the status (Instagram "Error Codes").
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.fallback import by_status, by_words
from pressrun.domain.failures import (
    AccountSuspended,
    Answer,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    RateLimited,
    Refused,
    Transient,
)

CONTAINER_STAGES = ("container", "carousel", "polling")
MAYBE_GOOD = ("2207082", "1363008")
"""Said of files that could not be processed, and of good ones too: worth another container, once."""

_DAY = timedelta(hours=24)
_SOON = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(days=7)
_PAGE_CHECKS = re.compile(r"page publishing authori[sz]ation|\bppa\b|two[- ]factor|\b2fa\b")
"""Checks that Meta asks of the people behind some Pages before anything may be published for these."""

_SECRET = re.compile(r"[\w|.\-]{40,}", re.ASCII)
"""Meta quotes malformed tokens; no other word of its messages is as long."""


@dataclass(frozen=True)
class _Said:
    """What Meta said, as it is kept with the attempt, and what else it is known by."""

    kept: Answer
    headers: Mapping[str, str]
    words: str
    now: datetime


Make = Callable[[_Said], Failure]


@dataclass(kw_only=True, eq=False)
class ProcessingFailed(Transient):
    """File `which` could not be processed, and may be good all the same. Never leaves a connector."""

    which: int = 0
    container: str = ""

    def meant(self, *, before: bool) -> Failure:
        """Another container is worth a try once; `before` says that an earlier one failed like this too."""
        if before:
            return MediaBroken(answer=self.answer, start_over=self.start_over, which=self.which)
        return Transient(answer=self.answer, start_over=self.start_over)


def translate(answer: HttpAnswer, *, now: datetime) -> Failure:
    """The failure that an unsuccessful answer means."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return by_status(Answer(status=answer.status, message=without_secrets(answer.text)))
    said = _Said(_kept(answer.status, error), answer.headers, _words(error), now)
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    make = _BY_SUBCODE.get(subcode) or _BY_CODE.get(code) or _permission(code)
    if make is not None:
        return make(said)
    if error.get("is_transient"):
        return Transient(answer=said.kept)
    return _unlisted(said)


def of_container(status: str, kept: Answer, *, now: datetime) -> Failure:
    """Why a container failed, from the number or the word in its `status`. It takes a new one to go on."""
    failure = _made_by(status)(_Said(kept, {}, status.lower(), now))
    failure.start_over = CONTAINER_STAGES
    return failure


def _made_by(status: str) -> Make:
    found = re.search(r"2207\d{3}", status)
    if found is None:
        return next((make for sign, make in _BY_SIGN if sign in status), _transient)
    return _unprocessed if found[0] in MAYBE_GOOD else _BY_SUBCODE.get(int(found[0]), _transient)


def without_secrets(text: str) -> str:
    """What was said, without what can't be shown, and not too much of it."""
    return _SECRET.sub("…", text[:2000])[:500]


def _kept(status: int, error: Mapping[str, Any]) -> Answer:
    code = "/".join(str(error[key]) for key in ("code", "error_subcode") if error.get(key) is not None)
    message = str(error.get("error_user_msg") or error.get("message") or "")
    trace = error.get("fbtrace_id")
    return Answer(
        status=status,
        code=code or None,
        message=without_secrets(message),
        trace=str(trace) if trace else None,
    )


def _words(error: Mapping[str, Any]) -> str:
    """Every sentence of an error: those meant for a person may be in their language."""
    named = ("message", "error_user_title", "error_user_msg")
    return " ".join(str(error.get(name) or "") for name in named).lower()


def _number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _transient(said: _Said) -> Failure:
    return Transient(answer=said.kept)


def _new_container(said: _Said) -> Failure:
    return Transient(answer=said.kept, start_over=CONTAINER_STAGES)


def _poll_again(said: _Said) -> Failure:
    return Transient(answer=said.kept, after=_SOON, start_over=("polling",))


def _limited(said: _Said) -> Failure:
    return RateLimited(answer=said.kept, until=_access_regained_at(said))


def _app_limited(said: _Said) -> Failure:
    return RateLimited(answer=said.kept, until=_access_regained_at(said), whose="app")


def _day_limited(said: _Said) -> Failure:
    return RateLimited(answer=said.kept, until=said.now + _DAY)


def _expired(said: _Said) -> Failure:
    return LoginExpired(answer=said.kept)


def _unpermitted(said: _Said) -> Failure:
    is_checked = _PAGE_CHECKS.search(said.words) is not None
    return LoginExpired(
        answer=said.kept, reason="page_checks_missing" if is_checked else "permissions_missing"
    )


def _checked(said: _Said) -> Failure:
    return LoginExpired(answer=said.kept, reason="platform_checks_login")


def _suspended(said: _Said) -> Failure:
    return AccountSuspended(answer=said.kept)


def _broken(said: _Said) -> Failure:
    return MediaBroken(answer=said.kept)


def _unprocessed(said: _Said) -> Failure:
    return ProcessingFailed(answer=said.kept)


def _unreachable(said: _Said) -> Failure:
    return MediaUnreachable(answer=said.kept)


def _refused(said: _Said) -> Failure:
    return Refused(answer=said.kept)


def _too_long(said: _Said) -> Failure:
    return Refused(answer=said.kept, reason="text_too_long")


def _field(name: str) -> Make:
    return lambda said: Refused(answer=said.kept, reason="setting_refused", values={"field": name})


def _duplicate(said: _Said) -> Failure:
    return Duplicate(answer=said.kept)


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
    2207010: _too_long,
    2207018: _field("collaborators"),
    2207023: _field("media_type"),
    2207028: _field("carousel"),
    2207035: _field("product_tags"),
    2207036: _field("product_tags"),
    2207037: _field("product_tags"),
    2207038: _refused,
    2207039: _refused,
    2207040: _field("user_tags"),
    2207057: _field("thumb_offset"),
    2207081: _field("trial_params"),
    1609005: _field("link"),
    1609008: _field("link"),
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
    490: _checked,
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
    36004: _too_long,
}


def _permission(code: int | None) -> Make | None:
    return _unpermitted if code is not None and 200 <= code <= 299 else None


_BY_SIGN: tuple[tuple[str, Make], ...] = (
    ("FAILED_DOWNLOADING", _unreachable),
    ("FAILED_PROCESSING", _broken),
    ("INVALID_", _broken),
    ("LINK_LIMIT_EXCEEDED", _refused),
    ("UNKNOWN", _unprocessed),
)
"""How Threads says it, which has words in the place of numbers."""


def _unlisted(said: _Said) -> Failure:
    failure = by_words(said.kept, said.words) or by_status(said.kept)
    if isinstance(failure, RateLimited):
        failure.until = _access_regained_at(said)
    return failure


def _access_regained_at(said: _Said) -> datetime | None:
    """Meta's own estimate from `X-Business-Use-Case-Usage`, in minutes; None where it names none."""
    try:
        usage = json.loads(said.headers.get("x-business-use-case-usage", "{}"))
        named = [item.get("estimated_time_to_regain_access", 0) for items in usage.values() for item in items]
        minutes = max((int(estimate) for estimate in named), default=0)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    if minutes <= 0:
        return None
    return said.now + min(timedelta(minutes=min(minutes, 1_000_000)), _LONGEST_WAIT)
