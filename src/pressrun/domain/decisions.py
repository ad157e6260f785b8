"""What follows from a failure: one table from (failure, what was tried) to a decision (S2.7 to S2.9)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pressrun.domain import failures
from pressrun.domain.failures import Failure
from pressrun.domain.post import HeldReason


@dataclass(frozen=True)
class RetryPolicy:
    """Waits before each retry, and the wait after a rate limit that names no time."""

    retry_after: tuple[timedelta, ...] = (timedelta(minutes=5),) * 3
    rate_limit: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Tried:
    """What this post has been through since a person last touched it."""

    retries: int = 0
    login_renewed: bool = False


@dataclass(frozen=True)
class RetryAt:
    """Try again by itself. `spends` tells whether it uses up one of the retries."""

    at: datetime
    spends: bool
    renew_login: bool = False


@dataclass(frozen=True)
class Hold:
    """Wait for a person; every post of the account, or of the whole persona, waits with it."""

    reason: HeldReason
    pauses_persona: bool = False


@dataclass(frozen=True)
class Confirm:
    """Ask the platform what happened before anything else."""


@dataclass(frozen=True)
class Fail:
    """It is over until a person retries, changes it or gives up."""


Decision = RetryAt | Hold | Confirm | Fail


def decide(failure: Failure, *, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    """The decision for `failure`. Complete: every kind of failure has its row in `_TABLE`."""
    return _TABLE[type(failure)](failure, tried, now, policy)


def _retry(failure: Failure, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    if tried.retries >= len(policy.retry_after):
        return Fail()
    assert isinstance(failure, failures.Transient | failures.MediaUnreachable)
    wait = policy.retry_after[tried.retries] if failure.after is None else failure.after
    return RetryAt(now + wait, spends=True)


def _wait(failure: Failure, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    named = failure.until if isinstance(failure, failures.RateLimited) else None
    return RetryAt(max(named or now + policy.rate_limit, now), spends=False)


def _renew_once(failure: Failure, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    if tried.login_renewed:
        return Hold(HeldReason.NEEDS_REAUTH)
    return RetryAt(now, spends=False, renew_login=True)


def _pause(failure: Failure, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    return Hold(HeldReason.ACCOUNT_SUSPENDED, pauses_persona=True)


def _confirm(failure: Failure, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    return Confirm()


def _fail(failure: Failure, tried: Tried, now: datetime, policy: RetryPolicy) -> Decision:
    return Fail()


_TABLE: dict[type[Failure], Callable[[Failure, Tried, datetime, RetryPolicy], Decision]] = {
    failures.Transient: _retry,
    failures.RateLimited: _wait,
    failures.LoginExpired: _renew_once,
    failures.AccountSuspended: _pause,
    failures.Refused: _fail,
    failures.MediaBroken: _fail,
    failures.MediaUnreachable: _retry,
    failures.Misconfigured: _fail,
    failures.Duplicate: _confirm,
    failures.OutcomeUnknown: _confirm,
}
