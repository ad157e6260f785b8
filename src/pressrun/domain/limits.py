"""How much an account may publish: an hourly window and a minimum spacing over its ledger (S2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class AccountLimit:
    """At most `per_hour` posts (1 or more) in any 60 minutes, and at least `spacing` between two."""

    per_hour: int = 10
    spacing: timedelta = timedelta()


def earliest(limit: AccountLimit, *, taken: Sequence[datetime], wanted: datetime) -> datetime:
    """The first instant at or after `wanted` at which one more post fits.

    `taken` are the places of the ledger: when a call was sent, or when a reserved one is expected.
    """
    # Only a place that comes to lie an hour ago, or the spacing, makes room.
    freed = (place + distance for place in taken for distance in (HOUR, limit.spacing))
    candidates = [wanted, *sorted(at for at in freed if at > wanted)]
    return next(at for at in candidates if _fits(limit, taken, at))


def most_in(window: timedelta, times: Sequence[datetime], at: datetime) -> int:
    """The most of `times` and `at` that lie in one stretch of `window` around `at`."""
    near = sorted([*(time for time in times if abs(time - at) < window), at])
    return max(sum(start <= time < start + window for time in near) for start in near)


def _fits(limit: AccountLimit, taken: Sequence[datetime], at: datetime) -> bool:
    if any(abs(place - at) < limit.spacing for place in taken):
        return False
    before = sorted(place for place in taken if at - HOUR < place <= at)
    after = sorted(place for place in taken if at < place < at + HOUR)
    places = [*before, at, *after]
    crowds = zip(places, places[limit.per_hour :], strict=False)
    return all(last - first >= HOUR for first, last in crowds)
