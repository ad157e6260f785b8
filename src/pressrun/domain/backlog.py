"""Letting a backlog go: what is late goes out one after another, never in a burst (S2.7, S2.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pressrun.domain.limits import share


@dataclass(frozen=True)
class BacklogRule:
    """At least `spacing` between two late posts of an account, and up to this part of it more."""

    spacing: timedelta = timedelta(minutes=5)
    jitter: float = 0.2


def spread(
    post_ids: Sequence[str], *, now: datetime, placed: Sequence[datetime], rule: BacklogRule
) -> dict[str, datetime]:
    """When each late post of an account goes out, in the order given: the first one soon.

    `placed` are the times that were given to late posts before and are still to come or just passed.
    """
    last = max(placed, default=None)
    times: dict[str, datetime] = {}
    for post_id in post_ids:
        gap = rule.spacing * (1 + rule.jitter * share(post_id))
        last = now if last is None else max(now, last + gap)
        times[post_id] = last
    return times
