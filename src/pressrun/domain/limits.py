"""How much an account may publish: an hourly window and a minimum spacing over its ledger (S2.6)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class AccountLimit:
    """At most `per_hour` posts (1 or more) in any 60 minutes, and at least `spacing` between two."""

    per_hour: int = 10
    spacing: timedelta = timedelta()
    jitter: float = 0
    """Up to this part of the spacing more, another one for each post: even intervals look like a machine."""

    def for_post(self, post_id: str) -> "AccountLimit":
        """The limit with this post's own spacing."""
        return replace(self, spacing=self.spacing * (1 + self.jitter * share(post_id)), jitter=0)


def share(seed: str) -> float:
    """A number from 0 up to 1 that looks like chance and is always the same for a seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64


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
