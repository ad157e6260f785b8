"""Live streams: first what is past, then what happens, each event once and in order (DESIGN.md 11).

One reader follows the events table and hands every new event to all watchers, so that a thousand of them
cost as much as one. A watcher that falls behind is let go: its browser comes back with `Last-Event-ID`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pressrun.store import events
from pressrun.store.database import Store
from pressrun.store.events import Event

log = structlog.get_logger()

POLL_SECONDS = 1.0
QUIET_SECONDS = 10.0
BATCH = 500
BEHIND = 1000


class Live:
    """The events of one process's database, followed while somebody watches."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watchers: set[asyncio.Queue[Event]] = set()
        self._woken = asyncio.Event()
        self._is_following = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reader: asyncio.Task[None] | None = None
        store.on_commit(self._wake)

    async def follow(self, last_id: int, *, topic: str | None = None) -> AsyncIterator[Event | None]:
        """Events after `last_id`; None every few seconds while nothing happens.

        Ends only where the watcher falls too far behind.
        """
        async with self._watching() as queue:
            seen = last_id
            while past := await asyncio.to_thread(self._past, seen, topic):
                for event in past:
                    yield event
                seen = past[-1].id
            while queue in self._watchers or not queue.empty():
                event = await _next(queue)
                if event is None or (event.id > seen and topic in (None, event.topic)):
                    yield event

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[asyncio.Queue[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue(BEHIND)
        self._watchers.add(queue)
        try:
            if self._reader is None or self._reader.done():
                self._loop = asyncio.get_running_loop()
                self._is_following = asyncio.Event()
                self._reader = asyncio.create_task(self._read(self._is_following))
            # Whoever looks at the past before the reader has its place would miss what lies between.
            await self._is_following.wait()
            yield queue
        finally:
            self._watchers.discard(queue)

    async def _read(self, is_following: asyncio.Event) -> None:
        last_id: int | None = None
        while self._watchers:
            self._woken.clear()
            try:
                if last_id is None:
                    last_id = await asyncio.to_thread(self._newest)
                    is_following.set()
                new = await asyncio.to_thread(self._past, last_id, None)
            except SQLAlchemyError:
                # The watchers stay, and miss nothing: it goes on from the same place.
                log.warning("live.trouble", exc_info=True)
                new = []
            for event in new:
                last_id = event.id
                self._hand_out(event)
            if len(new) < BATCH:
                await self._nap()

    async def _nap(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)
        except TimeoutError:
            return

    def _hand_out(self, event: Event) -> None:
        for queue in list(self._watchers):
            if queue.full():
                self._watchers.discard(queue)
            else:
                queue.put_nowait(event)

    def _past(self, last_id: int, topic: str | None) -> list[Event]:
        with self._store.read() as tx:
            return events.after(tx, last_id, topic=topic, limit=BATCH)

    def _newest(self) -> int:
        with self._store.read() as tx:
            return events.newest_id(tx)

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)


async def _next(queue: asyncio.Queue[Event]) -> Event | None:
    try:
        return await asyncio.wait_for(queue.get(), QUIET_SECONDS)
    except TimeoutError:
        return None
