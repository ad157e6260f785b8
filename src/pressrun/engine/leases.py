"""Leases: who is alive, who takes over from the dead, and who must stop (DESIGN.md 4)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from pressrun.engine.durable import Durable
from pressrun.kit.clock import Clock, seconds_passed

log = structlog.get_logger()

T = TypeVar("T")

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

    def resign(self, worker_id: str) -> None:
        """The worker stops in good order: the others need not wait to take over what it leaves."""
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
        self._heard_at = seconds_passed()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lease")

    def is_held(self) -> bool:
        """Whether this process may still do what can't be undone."""
        return self._alone or seconds_passed() - self._heard_at < self._length.total_seconds()

    async def must_be_held(self) -> None:
        """Never returns where it is not: this process is about to end, and its work is another's."""
        if not self.is_held():
            await asyncio.Event().wait()

    async def keep(self) -> None:
        """Beats and takes over, until cancelled. A lost lease is reported once, and ends this."""
        self._heard_at = seconds_passed()
        while await self._is_kept():  # noqa: ASYNC110 - what is asked for lies in the database
            await asyncio.sleep(self._length.total_seconds() / BEATS_PER_LEASE)
        log.error("lease.lost", worker=self._durable.executor_id)
        self._on_lost()

    async def give_up(self) -> None:
        """This process does nothing more; what it leaves may be taken over at once."""
        await self._call(self._roster.resign, self._durable.executor_id)
        self._thread.shutdown()

    async def _is_kept(self) -> bool:
        try:
            kept = await self._beat()
            if kept:
                await self._take_over_from_the_silent()
        except Exception:  # the worker loop's edge: a database that is away for a moment is asked again
            log.exception("lease.trouble")
            return self.is_held()
        return kept

    async def _beat(self) -> bool:
        started = seconds_passed()
        # Whoever was silent too long must not look alive again on its way out.
        still_ours = self.is_held() and await self._call(self._roster.beat, self._durable.executor_id)
        # Asked once more: the heartbeat itself may have taken too long.
        kept = self._alone or (still_ours and self.is_held())
        if kept:
            self._heard_at = started
        return kept

    async def _take_over_from_the_silent(self) -> None:
        since = None if self._alone else self._clock.now() - self._length
        for worker_id in await self._call(self._roster.silent, self._durable.executor_id, since=since):
            resumed = await self._call(self._durable.take_over, worker_id)
            log.info("lease.taken_over", dead=worker_id, resumed=resumed)
            if resumed == 0:
                await self._call(self._roster.bury, worker_id)

    async def _call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        # In a thread of its own: a heartbeat waits behind nothing, and goes on while the process stops.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(function, *args, **kwargs))
