"""When to look for a post whose publishing call has no outcome, and what each look means (DESIGN.md 5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Sighting(StrEnum):
    """What the platform said when asked whether the post is there."""

    NOT_THERE = "not_there"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class ConfirmPolicy:
    """When to look after the call, and how long a *not there* proves nothing: the call may be on its way."""

    looks: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (0, 120, 600, 1800))
    settle: timedelta = timedelta(seconds=90)


@dataclass(frozen=True)
class LookAgain:
    """Ask once more at this time."""

    at: datetime


@dataclass(frozen=True)
class SurelyNotThere:
    """The call had no effect and never will: it may be made again."""


@dataclass(frozen=True)
class NobodyKnows:
    """Every look was in vain: a person decides."""


def after_look(
    sighting: Sighting, *, sent_at: datetime, answered: bool, now: datetime, policy: ConfirmPolicy
) -> LookAgain | SurelyNotThere | NobodyKnows:
    """What follows from a look that did not find the post.

    `answered` says that the platform answered the call, so that nothing can still be on its way.
    """
    settled = answered or now >= sent_at + policy.settle
    if sighting is Sighting.NOT_THERE and settled:
        return SurelyNotThere()
    times = [sent_at + wait for wait in policy.looks]
    if sighting is Sighting.NOT_THERE:
        times.append(sent_at + policy.settle)
    later = [at for at in times if at > now]
    return LookAgain(min(later)) if later else NobodyKnows()
