"""What an outside service may answer, in ten words named by what must happen next (DESIGN.md 6).

Connectors translate every answer into one of these; `domain.decisions` says what follows.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pressrun.domain.media import MediaKind


class Reach(StrEnum):
    """How far the request got before it failed; decides whether its effect may still come."""

    NOT_SENT = "not_sent"
    """It never left: the connection was refused."""
    SENT = "sent"
    """It left and no answer came: it may still be on its way."""
    ANSWERED = "answered"
    """The platform answered: whatever it did is done."""


@dataclass(frozen=True)
class Answer:
    """What the platform said, kept with the attempt. Never holds a secret."""

    status: int | None = None
    code: str | None = None
    message: str = ""
    trace: str | None = None


@dataclass(kw_only=True, eq=False)
class Failure(Exception):
    """Something outside did not work. Raise one of the kinds below."""

    answer: Answer = field(default_factory=Answer)
    reach: Reach = Reach.ANSWERED
    start_over: tuple[str, ...] = ()
    """Stages whose kept results are worthless now, such as a container that failed or expired."""

    def __str__(self) -> str:
        said = " ".join(
            str(part) for part in (self.answer.status, self.answer.code, self.answer.message) if part
        )
        return f"{kind(self)}: {said}" if said else kind(self)


@dataclass(kw_only=True, eq=False)
class Transient(Failure):
    """It may work unchanged a little later."""

    after: timedelta | None = None


@dataclass(kw_only=True, eq=False)
class RateLimited(Failure):
    """A quota or a speed limit; uses up no retry (S2.7)."""

    until: datetime | None = None
    whose: str = "account"
    """`account`, or `app` where everyone who uses the same app must wait."""


@dataclass(kw_only=True, eq=False)
class LoginExpired(Failure):
    """The token is dead or lacks a permission; a person must connect the account again (S2.7)."""

    reason: str = "login_expired"
    """A code of `domain.messages` that says what to do differently, such as choosing another account."""


@dataclass(kw_only=True, eq=False)
class AccountSuspended(Failure):
    """The platform blocked the account; the persona pauses (S2.8)."""


@dataclass(kw_only=True, eq=False)
class Refused(Failure):
    """The platform will not take this text or setting; `reason` is a code of `domain.messages`."""

    reason: str = "refused"
    values: dict[str, Any] = field(default_factory=dict)
    """What fills the placeholders of the text for `reason`."""


@dataclass(kw_only=True, eq=False)
class MediaBroken(Failure):
    """A file can't be used and must be made again (S2.9); `which` counts from 1, 0 where unknown."""

    which: int = 0
    is_video: bool = False
    """What people are asked to make again; filled in by `of_files`, so that connectors need not."""


@dataclass(kw_only=True, eq=False)
class MediaUnreachable(Failure):
    """The platform could not fetch the media from `url` (S2.9)."""

    url: str = ""
    after: timedelta | None = None


@dataclass(kw_only=True, eq=False)
class Misconfigured(Failure):
    """The operator must act: wrong key, billing, an API that is switched off."""

    reason: str = "misconfigured"
    """A code of `domain.messages` that names the matter, where the platform does."""


@dataclass(kw_only=True, eq=False)
class Duplicate(Failure):
    """The platform says it already has this."""


@dataclass(kw_only=True, eq=False)
class OutcomeUnknown(Failure):
    """A call that can't be undone may or may not have worked."""

    reach: Reach = Reach.SENT


KINDS: dict[str, type[Failure]] = {
    "transient": Transient,
    "rate_limited": RateLimited,
    "login_expired": LoginExpired,
    "account_suspended": AccountSuspended,
    "refused": Refused,
    "media_broken": MediaBroken,
    "media_unreachable": MediaUnreachable,
    "misconfigured": Misconfigured,
    "duplicate": Duplicate,
    "outcome_unknown": OutcomeUnknown,
}

PASSING = (Transient, RateLimited, OutcomeUnknown)
"""They say nothing against what was asked: it may work unchanged at another time."""

_NAMES = {failure_type: name for name, failure_type in KINDS.items()}


def kind(failure: Failure) -> str:
    """The stable name of a failure's kind, such as `rate_limited`."""
    return _NAMES.get(type(failure), "failure")


def message_code(failure: Failure) -> str:
    """The code of the text a person reads: the reason where one is named, else the kind."""
    if isinstance(failure, Refused | LoginExpired | Misconfigured):
        return failure.reason
    if isinstance(failure, MediaBroken):
        # A file that can't be taken in is `media_broken` too, and is called by its name instead of its place.
        return unusable(is_video=failure.is_video, which=failure.which)
    return kind(failure)


def unusable(*, is_video: bool, which: int) -> str:
    """The code of the text that asks for another file; `which` counts from 1, 0 where unknown."""
    code = "video_unusable" if is_video else "media_unusable"
    return code if which else f"some_{code}"


def exact_code(failure: Failure) -> str | None:
    """The code of a text that says more than that of the failure's kind; None where there is none."""
    code = message_code(failure)
    return None if code == kind(failure) or isinstance(failure, MediaBroken) else code


def message_values(failure: Failure) -> dict[str, Any]:
    """What fills the placeholders of that text, but for the persona's name."""
    match failure:
        case Refused(values=values):
            return values
        case MediaBroken(which=which):
            return {"which": which}
        case MediaUnreachable(url=url):
            return {"url": url}
    return {}


def of_files(failure: MediaBroken, kinds: Sequence[MediaKind]) -> MediaBroken:
    """The failure of a post with these files: the broken one is called a video where it is one (S2.9)."""
    which = failure.which or (1 if len(kinds) == 1 else 0)
    meant = kinds[which - 1 : which] if which else kinds
    return replace(failure, which=which, is_video=set(meant) == {MediaKind.VIDEO})


def to_json(failure: Failure) -> dict[str, Any]:
    """A failure as plain data for the database; `from_json` reads it back."""
    plain: dict[str, Any] = {
        "kind": kind(failure),
        "answer": asdict(failure.answer),
        "reach": failure.reach.value,
        "start_over": failure.start_over,
    }
    for name in _own_fields(failure):
        value = getattr(failure, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, timedelta):
            value = value.total_seconds()
        plain[name] = value
    return plain


def from_json(plain: dict[str, Any]) -> Failure:
    """The failure that `to_json` wrote."""
    failure = KINDS[plain["kind"]](
        answer=Answer(**plain["answer"]),
        reach=Reach(plain["reach"]),
        start_over=tuple(plain.get("start_over") or ()),
    )
    for name in _own_fields(failure):
        if name not in plain:
            # It was written before this field existed.
            continue
        value = plain[name]
        if name == "until" and value is not None:
            value = datetime.fromisoformat(value)
        elif name == "after" and value is not None:
            value = timedelta(seconds=value)
        setattr(failure, name, value)
    return failure


def _own_fields(failure: Failure) -> list[str]:
    common = {item.name for item in fields(Failure)}
    return [item.name for item in fields(failure) if item.name not in common]
