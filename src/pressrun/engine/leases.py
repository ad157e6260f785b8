"""Leases: who is alive, who takes over from the dead, and who must stop (DESIGN.md 4)."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from pressrun.engine.durable import Durable
from pressrun.kit.clock import Clock

log = structlog.get_logger()

BEATS_PER_LEASE = 4


class Roster(Protocol):
    """Where workers sign in; each call is one transaction."""

    def beat(self, worker_id: str) -> bool:
        """Says that the worker is alive. False when another one already took over its work."""
        ...

    def silent(self, worker_id: str, *, since: datetime | None) -> list[str]:
        """The other workers not yet buried, that were last heard before `since`; all of them for None."""
        ...

    def bury(self, worker_id: str) -> None:
        """Nothing is left to take over from this worker."""
        ...


class Lease:
    """This process's right to act.

    `alone` says that no other process can work on this database (one SQLite file under our lock): whoever
    else is on the roster is dead, and a long silence of our own, such as a sleeping laptop, hurts nobody.
    """

    def __init__(
        self,
        roster: Roster,
        durable: Durable,
        *,
        clock: Clock,
        length: timedelta,
        alone: bool,
        on_lost: Callable[[], None],
    ) -> None:
        self._roster = roster
        self._durable = durable
        self._clock = clock
        self._length = length
        self._alone = alone
        self._on_lost = on_lost
        self._heard_at = time.monotonic()

    def is_held(self) -> bool:
        """Whether this process may still do what can't be undone."""
        return self._alone or time.monotonic() - self._heard_at < self._length.total_seconds()

    async def keep(self) -> None:
        """Beats and takes over, until cancelled. A lost lease is reported once, and ends this."""
        while await self._beat():
            await self._take_over_from_the_silent()
            await asyncio.sleep(self._length.total_seconds() / BEATS_PER_LEASE)

    async def _beat(self) -> bool:
        frozen_too_long = not self.is_held()
        started = time.monotonic()
        still_ours = await self._durable.call(self._roster.beat, self._durable.executor_id)
        if (frozen_too_long or not still_ours) and not self._alone:
            log.error("lease.lost", worker=self._durable.executor_id)
            self._on_lost()
            return False
        self._heard_at = started
        return True

    async def _take_over_from_the_silent(self) -> None:
        since = None if self._alone else self._clock.now() - self._length
        for worker_id in await self._durable.call(
            self._roster.silent, self._durable.executor_id, since=since
        ):
            resumed = await self._durable.call(self._durable.take_over, worker_id)
            log.info("lease.taken_over", dead=worker_id, resumed=resumed)
            if resumed == 0:
                await self._durable.call(self._roster.bury, worker_id)
