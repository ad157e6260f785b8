"""The dispatcher's loop: claims what is due, again and again, and sleeps while nothing is."""

import asyncio
from collections.abc import Callable

import structlog

from pressrun.engine.durable import Durable

log = structlog.get_logger()

POLL_SECONDS = 1.0
"""Posts are claimed well ahead of their instant, and commits wake the loop: it need not look often."""

CROWD_SECONDS = 0.1
"""Commits come in crowds; one look serves all of a crowd."""

TROUBLE_SECONDS = 2.0


class Dispatcher:
    """Calls `claim` until it answers 0, then waits to be woken or for a short while."""

    def __init__(self, durable: Durable, claim: Callable[[], int]) -> None:
        self._durable = durable
        self._claim = claim
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something changed that may be due now; may be called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Claims until cancelled. Trouble, such as a locked database, is logged and tried again."""
        while True:
            self._woken.clear()
            pause = POLL_SECONDS
            try:
                while await self._durable.call(self._claim):
                    pass
            except Exception:  # the worker loop's edge: one bad pass must not stop the clock
                log.exception("dispatcher.trouble")
                pause = TROUBLE_SECONDS
            await asyncio.sleep(CROWD_SECONDS)
            await self._wait(pause)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return
