"""How much an account may publish: an hourly window and a minimum spacing over its ledger (S2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class AccountLimit:
    """At most `per_hour` posts in any 60 minutes, and at least `spacing` between two."""

    per_hour: int = 10
    spacing: timedelta = timedelta()


def earliest(limit: AccountLimit, *, taken: Sequence[datetime], wanted: datetime) -> datetime:
    """The first instant at or after `wanted` at which one more post fits.

    `taken` are the places of the ledger: when a call was sent, or when a reserved one is expected.
    """
    candidate = wanted
    for _ in range(len(taken) + 1):
        moved = _after_spacing(limit, taken, _after_window(limit, taken, candidate))
        if moved == candidate:
            return candidate
        candidate = moved
    return candidate


def _after_window(limit: AccountLimit, taken: Sequence[datetime], at: datetime) -> datetime:
    inside = sorted(place for place in taken if place > at - HOUR)
    if len(inside) < limit.per_hour:
        return at
    return inside[-limit.per_hour] + HOUR


def _after_spacing(limit: AccountLimit, taken: Sequence[datetime], at: datetime) -> datetime:
    near = [place for place in taken if abs(place - at) < limit.spacing]
    return max(near) + limit.spacing if near else at
