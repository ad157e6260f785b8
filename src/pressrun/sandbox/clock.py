"""The stand-ins' time: real time plus an offset that only grows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """Real time, for what a client compares with its own clock."""
    return datetime.now(UTC)


class ClockMovedBack(ValueError):
    """The stand-ins' clock moves forward only."""


class StandInClock:
    """Business time of every stand-in: expiry, quotas, processing.

    `saved` is called with the new offset in seconds each time it changes.
    """

    def __init__(self, *, offset_s: float = 0.0, saved: Callable[[float], None] = lambda _: None) -> None:
        self._offset = timedelta(seconds=offset_s)
        self._saved = saved

    def now(self) -> datetime:
        return real_now() + self._offset

    def advance(self, seconds: float) -> datetime:
        if seconds < 0:
            raise ClockMovedBack("advance_s must not be negative")
        self._move(self._offset + timedelta(seconds=seconds))
        return self.now()

    def move_to(self, instant: datetime) -> datetime:
        offset = instant - real_now()
        if offset < self._offset:
            raise ClockMovedBack("at lies before the stand-ins' present time")
        self._move(offset)
        return self.now()

    def reset(self) -> None:
        self._move(timedelta())

    def _move(self, offset: timedelta) -> None:
        self._offset = offset
        self._saved(offset.total_seconds())
