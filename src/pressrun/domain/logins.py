"""A login at a platform: what its credentials tell about it, and when a clock renews it (S2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pressrun.domain import failures
from pressrun.domain.failures import Failure

RENEWED_AFTER = 2 / 3
"""The part of a token's life after which it is renewed: a third is left for whatever goes wrong."""

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)

TOO_EARLY = timedelta(days=1)
"""A renewal that the platform does not do yet is tried again after this."""

WARNED_BEFORE = timedelta(days=7)
"""People hear of an end that no clock can put off this long before it comes."""


class Standing(StrEnum):
    """Whether a token whose renewal was refused still opens the platform."""

    ALIVE = "alive"
    """The platform took it."""
    DEAD = "dead"
    """The platform did not take it either."""
    UNKNOWN = "unknown"
    """The platform did not say."""


class NextStep(StrEnum):
    """What a failed renewal leads to."""

    AGAIN = "again"
    """A clock tries it again; nothing is held."""
    SIGN_IN = "sign_in"
    """A person must sign in: the account waits for it."""
    SUSPEND = "suspend"
    """The platform blocked the account (S2.8)."""


@dataclass(frozen=True)
class AfterFailure:
    """What follows: the step, when it is tried again, and what people are told."""

    step: NextStep
    again_at: datetime | None
    warning: str = ""
    """A code of `domain.texts`; empty where there is nothing to tell yet."""
    counts: bool = True
    """Whether it is a failure at all, or just too early."""


def renewed_at(
    now: datetime, expires_at: datetime | None, access_ends_at: datetime | None = None
) -> datetime | None:
    """When a token that was just received is renewed; None for one that does not expire.

    One without an end is looked at before the app may no longer act for its person, so that they hear of it.
    """
    if expires_at is not None:
        return now + max(expires_at - now, timedelta()) * RENEWED_AFTER
    return max(access_ends_at - WARNED_BEFORE, now) if access_ends_at is not None else None


def tried_again_at(
    now: datetime, *, tries: int, expires_at: datetime | None, named: datetime | None = None
) -> datetime:
    """When a renewal that failed `tries` times in a row is tried again: later each time.

    A time that the platform names counts. Before the token expires there is always one more try.
    """
    wait = min(FIRST_RETRY * 2 ** min(tries - 1, 16), LONGEST_RETRY)
    if named is not None:
        return max(named, now + FIRST_RETRY)
    if expires_at is not None and expires_at > now:
        wait = min(wait, max((expires_at - now) / 2, FIRST_RETRY))
    return now + wait


def after_failure(
    failure: Failure,
    *,
    now: datetime,
    expires_at: datetime | None,
    access_ends_at: datetime | None = None,
    standing: Standing,
    tries: int,
) -> AfterFailure:
    """What a renewal that failed `tries` times in a row leads to.

    What passes is tried again, and holds nothing. A refusal counts once the token is dead as well.
    """
    later = tried_again_at(now, tries=tries, expires_at=expires_at, named=_named(failure, now))
    match failure:
        case failures.LoginExpired():
            after = _after_refusal(now, expires_at, standing, later)
            ends = expires_at is None and access_ends_at is not None and standing is Standing.ALIVE
            return replace(after, warning="renewal_refused") if ends else after
        case failures.AccountSuspended():
            return AfterFailure(NextStep.SUSPEND, later)
        case failures.Misconfigured():
            return AfterFailure(NextStep.AGAIN, later, warning="renewal_misconfigured")
        case failures.Refused():
            return AfterFailure(NextStep.AGAIN, _not_yet(now, expires_at), counts=False)
    return AfterFailure(NextStep.AGAIN, later)


def _after_refusal(
    now: datetime, expires_at: datetime | None, standing: Standing, later: datetime
) -> AfterFailure:
    is_over = expires_at is not None and expires_at <= now
    if is_over or standing is Standing.DEAD:
        return AfterFailure(NextStep.SIGN_IN, None, warning="login_expired")
    if standing is Standing.UNKNOWN:
        return AfterFailure(NextStep.AGAIN, later)
    return AfterFailure(NextStep.AGAIN, expires_at, warning="renewal_refused" if expires_at else "")


def _not_yet(now: datetime, expires_at: datetime | None) -> datetime:
    """A platform may renew only what is a day old."""
    if expires_at is None or expires_at <= now:
        return now + TOO_EARLY
    return now + max(min(TOO_EARLY, (expires_at - now) / 2), FIRST_RETRY)


def _named(failure: Failure, now: datetime) -> datetime | None:
    match failure:
        case failures.RateLimited(until=until):
            return until
        case failures.Transient(after=after):
            return None if after is None else now + after
    return None


def expiry_of(credentials: Mapping[str, Any]) -> datetime | None:
    """When the token ends, as `expires_at` of its credentials says: RFC 3339, or seconds since 1970.

    None where that is missing or can't be read.
    """
    return _instant(credentials.get("expires_at"))


def access_ends_at(credentials: Mapping[str, Any]) -> datetime | None:
    """Until when the app may act without its person consenting again, where the platform says so."""
    return _instant(credentials.get("data_access_expires_at"))


def _instant(said: Any) -> datetime | None:
    try:
        if isinstance(said, str) and not said.strip().isdecimal():
            end = datetime.fromisoformat(said.strip())
            return end.astimezone(UTC) if end.tzinfo else end.replace(tzinfo=UTC)
        if said is None or isinstance(said, bool):
            return None
        return datetime.fromtimestamp(float(said), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def app_of(credentials: Mapping[str, Any]) -> str:
    """The app that the login belongs to, whose limits all its logins share; empty where none is named."""
    named = credentials.get("client_id") or credentials.get("app_id") or ""
    return str(named)[:200]
