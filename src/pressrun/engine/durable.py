"""Durable workflows: our face on DBOS, and the only module that imports it (ENGINE.md).

DBOS holds work in progress only; what is to happen when stands in our own tables. Only its MIT-licensed
core is used: the enterprise extra must never be installed or configured.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig

T = TypeVar("T")

APPLICATION_VERSION = "1"
"""Changed by a person, only when workflows in progress could not be resumed by the new code."""

THREADS = 16
_is_inside_stage: ContextVar[bool] = ContextVar("is_inside_stage", default=False)
"""A stage that is under way when the process stops may still do what it needs to end."""

_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_UNFINISHED = ["ENQUEUED", "PENDING", "DELAYED"]


@dataclass(frozen=True)
class Kind:
    """One kind of durable work: an async function, how many a process runs at once, how often it asks."""

    name: str
    work: Callable[..., Awaitable[None]]
    at_once: int
    poll_seconds: float = 0.5


class Durable:
    """Starts durable work, resumes it after a crash, and stops between two stages.

    `executor_id` must be fresh for each process. Work is enqueued in the caller's transaction, so it
    exists exactly when the rows it is about exist.
    """

    def __init__(self, engine: sa.Engine, *, executor_id: str) -> None:
        self.executor_id = executor_id
        self._engine = engine
        self._client = DBOSClient(system_database_engine=engine, lazy=True)
        self._stopping = asyncio.Event()
        self._flights = 0
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="engine")
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self, kinds: list[Kind]) -> None:
        """Begins to run work of these kinds on the running event loop; migrates the engine's own tables."""
        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS(config=self._config())
        for kind in kinds:
            DBOS.workflow(name=kind.name)(_as_function(kind.work))
        DBOS.listen_queues([kind.name for kind in kinds])
        DBOS.launch()
        for kind in kinds:
            await DBOS.register_queue_async(
                kind.name,
                worker_concurrency=kind.at_once,
                polling_interval_sec=kind.poll_seconds,
                on_conflict="always_update",
            )

    def enqueue(self, connection: sa.Connection, kind: str, work_id: str, *args: object) -> None:
        """Adds work to the caller's transaction. The same `work_id` again adds nothing."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": kind,
                "queue_name": kind,
                "workflow_id": work_id,
                "app_version": APPLICATION_VERSION,
            },
            *args,
        )

    async def step(self, name: str, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `act`, remembered: work resumed after a crash gets it back without acting again."""

        async def run() -> T:
            return await act()

        async with self.in_flight():
            # DBOS tells async steps by their type, and a lambda that answers a coroutine is not one.
            return await DBOS.run_step_async({"name": name}, run)

    async def call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """The result of a blocking function, such as one transaction, run in a thread of the engine's own."""
        async with self.in_flight():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, partial(function, *args, **kwargs))

    @asynccontextmanager
    async def in_flight(self) -> AsyncIterator[None]:
        """A stop waits for what runs inside, within its grace, and lets nothing more begin."""
        if self._stopping.is_set() and not _is_inside_stage.get():
            # The process is about to end and this work will be resumed by the next: here it goes no further.
            await asyncio.Event().wait()
        self._flights += 1
        self._idle.clear()
        inside = _is_inside_stage.set(True)
        try:
            yield
        finally:
            _is_inside_stage.reset(inside)
            self._flights -= 1
            if self._flights == 0:
                self._idle.set()

    def current_work_id(self) -> str:
        """The id of the work that is asking."""
        work_id = DBOS.workflow_id
        assert work_id is not None, "only work that runs has an id"
        return work_id

    def take_over(self, executor_id: str) -> int:
        """Makes everything a dead process left unfinished run again; answers how much it was."""
        return len(DBOS._recover_pending_workflows([executor_id]))

    def unfinished(self, work_ids: list[str]) -> set[str]:
        """Those of `work_ids` that will still run, or are running."""
        if not work_ids:
            return set()
        found = self._client.list_workflows(
            workflow_ids=work_ids, status=_UNFINISHED, load_input=False, load_output=False
        )
        return {work.workflow_id for work in found}

    def prune(self, ended_before: datetime) -> int:
        """Forgets finished work; answers how much it was."""
        finished = self._client.list_workflows(
            status=_FINISHED,
            completed_before=ended_before.isoformat(),
            limit=1000,
            load_input=False,
            load_output=False,
        )
        self._client.delete_workflows([work.workflow_id for work in finished])
        return len(finished)

    async def drain(self, *, grace: float) -> None:
        """Lets the stages in flight finish, for `grace` seconds at most; everything else is resumed later."""
        self._stopping.set()
        try:
            await asyncio.wait_for(self._idle.wait(), grace)
        except TimeoutError:
            logging.getLogger(__name__).warning("stopped with stages in flight; they will be looked at again")

    async def stop(self) -> None:
        """Ends the engine. `drain` comes first."""
        # It would warn of each piece of work that waits to be resumed.
        logging.getLogger("dbos").setLevel(logging.ERROR)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        self._threads.shutdown()
        self._client.destroy()

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="pressrun",
            system_database_url=self._engine.url.render_as_string(hide_password=False),
            system_database_engine=self._engine,
            executor_id=self.executor_id,
            application_version=APPLICATION_VERSION,
            log_level="WARNING",
        )


def migrate(url: str) -> None:
    """Brings the engine's own tables to the version this program needs."""
    DBOS.migrate(url)


def _as_function(work: Callable[..., Awaitable[None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """DBOS writes attributes onto what it registers, which only a plain function takes."""

    async def run(*args: Any) -> None:
        await work(*args)

    return run
