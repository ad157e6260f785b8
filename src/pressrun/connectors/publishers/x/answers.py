"""What X says when something is wrong, translated.

There are two shapes: problems of v2, told apart by their `type` and by their words, and the older list of
numbered errors. A number decides first, then what the problem's type says, then the words, then the status.
A success without data is judged by the errors it carries.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pressrun.connectors.http import HttpAnswer
from pressrun.domain.failures import (
    AccountSuspended,
    Answer,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
)

MEDIA_STAGES = ("media", "polling", "alt_text")
"""Their results are worthless once X has forgotten the media they are about."""

NO_CREDITS = "credits_depleted"
NO_PERMISSION = "permissions_missing"
NOT_ALLOWED = "not_permitted"
TOO_LONG = "text_too_long"
SETTING = "setting_refused"
MISSING = "thing_missing"

_LONGEST_WAIT = timedelta(days=7)
_SECRET = re.compile(r"[\w.\-]{40,}", re.ASCII)
"""No other word of an answer is as long as a token."""
_THE_FILE = "media"
_MEDIA_NAMES = ("media_id", "media_ids", "media.media_ids")


@dataclass(frozen=True)
class _Said:
    """What one answer says."""

    answer: HttpAnswer
    now: datetime
    kept: Answer
    number: int | None = None
    kind: str = ""
    """The last part of a problem's type, such as `invalid-request`; empty for `about:blank`."""
    title: str = ""
    words: str = ""
    """Everything it says, in lower case."""
    parameters: tuple[str, ...] = field(default=())
    """The names of what was asked for and can't be."""


_Make = Callable[[_Said], Failure]


def translate(answer: HttpAnswer, *, now: datetime) -> Failure:
    """The failure that an answer of the API without the data it should have means."""
    said = _read(answer, now)
    if said.title == "CreditsDepleted" or "creditsdepleted" in said.words.replace(" ", ""):
        return _no_credits(said)
    make = _BY_NUMBER.get(said.number) or _BY_KIND.get(said.kind)
    return make(said) if make is not None else _by_words(said) or _by_status(said)


def translate_login(answer: HttpAnswer, *, now: datetime) -> Failure:
    """The failure that an answer of the token endpoint means. What passes must not disconnect an account."""
    body = answer.body if isinstance(answer.body, dict) else {}
    error, words = body.get("error"), str(body.get("error_description") or "")
    code = error if isinstance(error, str) else None
    kept = Answer(answer.status, code, without_secrets(words or answer.text), _trace(answer))
    if answer.status == 429:
        return RateLimited(answer=kept, until=_resets_at(answer, now))
    if answer.status >= 500 or code is None:
        return Transient(answer=kept)
    is_dead = code == "invalid_grant" or (code == "invalid_request" and _OF_A_TOKEN.search(words))
    if is_dead:
        return LoginExpired(answer=kept)
    if code == "access_denied":
        return LoginExpired(answer=kept, reason=NO_PERMISSION)
    if code in ("temporarily_unavailable", "server_error"):
        return Transient(answer=kept)
    return Misconfigured(answer=kept)


def is_gone(answer: HttpAnswer, *, now: datetime) -> bool:
    """Whether X says that what was asked for does not exist."""
    said = _read(answer, now)
    return said.kind == "resource-not-found" or said.number in _NOT_FOUND


def without_secrets(text: str) -> str:
    """What may be kept of a text: short, and without tokens."""
    return _SECRET.sub("…", text[:2000])[:500]


_OF_A_TOKEN = re.compile(r"for the (token|authorization code)\b", re.IGNORECASE)


def _read(answer: HttpAnswer, now: datetime) -> _Said:
    problems = list(_problems(answer.body))
    first = problems[0] if problems else {}
    number = next((code for problem in problems if (code := _number(problem.get("code"))) is not None), None)
    kind = _kind_of(first)
    message = " ".join(dict.fromkeys(text for problem in problems for text in _texts(problem)))
    code = str(number) if number is not None else kind or None
    return _Said(
        answer=answer,
        now=now,
        kept=Answer(answer.status, code, without_secrets(message or answer.text), _trace(answer)),
        number=number,
        kind=kind,
        title=str(first.get("title") or ""),
        words=message.lower(),
        parameters=tuple(name for problem in problems for name in _parameters(problem)),
    )


def _problems(body: Any) -> Iterator[Mapping[str, Any]]:
    """The problem itself and the errors it lists, or the list alone."""
    if not isinstance(body, dict):
        return
    if "title" in body or "detail" in body:
        yield body
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            yield error


def _kind_of(problem: Mapping[str, Any]) -> str:
    kind = problem.get("type")
    return kind.rpartition("/problems/")[2] if isinstance(kind, str) and "/problems/" in kind else ""


def _texts(problem: Mapping[str, Any]) -> Iterator[str]:
    for name in ("detail", "message", "title"):
        if isinstance(problem.get(name), str) and problem[name]:
            yield problem[name]
            # The title says less than the sentence it heads.
            return


def _parameters(problem: Mapping[str, Any]) -> Iterator[str]:
    named = problem.get("parameters")
    yield from (str(name) for name in named) if isinstance(named, dict) else ()
    if isinstance(problem.get("parameter"), str):
        yield problem["parameter"]


def _number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if re.fullmatch(r"\d{1,6}", str(value)) else None


def _trace(answer: HttpAnswer) -> str | None:
    return answer.headers.get("x-transaction-id") or answer.headers.get("x-request-id")


def _transient(said: _Said) -> Failure:
    return Transient(answer=said.kept)


def _upload_again(said: _Said) -> Failure:
    return Transient(answer=said.kept, start_over=MEDIA_STAGES)


def _limited(said: _Said) -> Failure:
    whose = "app" if _is_full(said.answer, "x-app-limit-24hour") else "account"
    return RateLimited(answer=said.kept, until=_resets_at(said.answer, said.now), whose=whose)


def _app_limited(said: _Said) -> Failure:
    return RateLimited(answer=said.kept, until=_resets_at(said.answer, said.now), whose="app")


def _expired(said: _Said) -> Failure:
    return LoginExpired(answer=said.kept)


def _no_permission(said: _Said) -> Failure:
    return LoginExpired(answer=said.kept, reason=NO_PERMISSION)


def _suspended(said: _Said) -> Failure:
    return AccountSuspended(answer=said.kept)


def _misconfigured(said: _Said) -> Failure:
    return Misconfigured(answer=said.kept)


def _no_credits(said: _Said) -> Failure:
    return Misconfigured(answer=said.kept, reason=NO_CREDITS)


def _broken(said: _Said) -> Failure:
    return MediaBroken(answer=said.kept)


def _duplicate(said: _Said) -> Failure:
    return Duplicate(answer=said.kept)


def _too_long(said: _Said) -> Failure:
    return Refused(answer=said.kept, reason=TOO_LONG)


def _not_allowed(said: _Said) -> Failure:
    return Refused(answer=said.kept, reason=NOT_ALLOWED)


def _invalid(said: _Said) -> Failure:
    """A field that X does not take. An id of media that it does not know is one that it has forgotten."""
    if "too long" in said.words:
        return _too_long(said)
    if any(name in _MEDIA_NAMES for name in said.parameters) or "media id" in said.words:
        return _upload_again(said)
    if _THE_FILE in said.parameters:
        return _broken(said)
    if not said.parameters:
        return Refused(answer=said.kept)
    named = ", ".join(dict.fromkeys(said.parameters))
    return Refused(answer=said.kept, reason=SETTING, values={"field": without_secrets(named)})


def _missing(said: _Said) -> Failure:
    if any(name in _MEDIA_NAMES for name in said.parameters):
        return _upload_again(said)
    if not said.parameters:
        return Refused(answer=said.kept)
    what = ", ".join(dict.fromkeys(said.parameters))
    return Refused(answer=said.kept, reason=MISSING, values={"what": without_secrets(what)})


def _access(said: _Said) -> Failure:
    """The app's plan lacks this; the same number stands for a second cashtag."""
    return _not_allowed(said) if "cashtag" in said.words else _misconfigured(said)


_NOT_FOUND = (34, 144)
_BY_NUMBER: dict[int | None, _Make] = {
    32: _expired,
    89: _expired,
    99: _expired,
    215: _expired,
    63: _suspended,
    64: _suspended,
    226: _suspended,
    326: _suspended,
    88: _limited,
    185: _limited,
    187: _duplicate,
    130: _transient,
    131: _transient,
    93: _no_permission,
    220: _no_permission,
    261: _no_permission,
    416: _misconfigured,
    453: _access,
    323: _broken,
    324: _broken,
    325: _upload_again,
    186: _too_long,
    38: _invalid,
    44: _invalid,
    386: _invalid,
    **dict.fromkeys(_NOT_FOUND, _missing),
    385: _not_allowed,
    433: _not_allowed,
}

_BY_KIND: dict[str, _Make] = {
    "invalid-request": _invalid,
    "resource-not-found": _missing,
    "resource-unavailable": _missing,
    "disallowed-resource": _not_allowed,
    "not-authorized-for-resource": _not_allowed,
    "not-authorized-for-field": _no_permission,
    "unsupported-authentication": _no_permission,
    "client-forbidden": _misconfigured,
    "usage-capped": _app_limited,
    "rate-limit-exceeded": _limited,
    "internal-error": _transient,
}

_BY_WORDS: tuple[tuple[re.Pattern[str], _Make], ...] = (
    (re.compile(r"\bapp(lication)?\b[^.]*suspend"), _misconfigured),
    (re.compile(r"duplicate content|status is a duplicate"), _duplicate),
    (re.compile(r"suspend|\blocked\b|restricted|automated"), _suspended),
    (re.compile(r"daily (status|post)|rate limit|usage cap"), _limited),
    (re.compile(r"cashtag|\breply|\bquot(e|ing)\b"), _not_allowed),
    (re.compile(r"too long"), _too_long),
)


def _by_words(said: _Said) -> Failure | None:
    if said.answer.status in (401, 402) or said.answer.status >= 500:
        return None
    return next((make(said) for words, make in _BY_WORDS if words.search(said.words)), None)


def _by_status(said: _Said) -> Failure:
    match said.answer.status:
        case 401:
            return _expired(said)
        case 402:
            return _no_credits(said)
        case 403:
            return _no_permission(said)
        case 404 | 410:
            return _missing(said)
        case 413 | 415:
            return _broken(said)
        case 420 | 429:
            return _limited(said)
        case status if status < 400 or status >= 500 or status in (408, 409, 425):
            # Below 400 it is an answer that can't be read: nothing is wrong with what was sent.
            return _transient(said)
    return _invalid(said)


_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")


def _is_full(answer: HttpAnswer, window: str) -> bool:
    return answer.headers.get(f"{window}-remaining", "").strip() == "0"


def _resets_at(answer: HttpAnswer, now: datetime) -> datetime | None:
    """When the last of the full windows opens again; None where X names no time."""
    resets = [answer.headers.get(f"{window}-reset", "") for window in _WINDOWS if _is_full(answer, window)]
    seconds = [int(reset) for reset in resets if re.fullmatch(r"\d{1,12}", reset)]
    if not seconds:
        return None
    return min(datetime.fromtimestamp(max(seconds), UTC), now + _LONGEST_WAIT)
