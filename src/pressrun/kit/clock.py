"""The one source of time, so that tests and rehearsals can move it (DESIGN.md 15)."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def seconds_passed() -> float:
    """Seconds since some instant. They never jump, and where the system can tell, pass while it sleeps."""
    return time.clock_gettime(_STEADY)


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Returns when `now() >= at`."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, at: datetime) -> None:
        # Wall time may jump while we sleep, so no single sleep is long.
        while (left := (at - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 30))


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Moves time forward and wakes whoever waits for it."""
        self._now += by
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep_until(self, at: datetime) -> None:
        while self._now < at:
            await self._moved.wait()
