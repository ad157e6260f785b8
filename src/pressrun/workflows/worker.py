"""A worker: the durable work of one process, with its lease, its dispatcher and its housekeeping."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from pressrun.actions import dispatching, housekeeping, logins, runs, schedules, titles
from pressrun.actions.base import Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.domain.confirming import ConfirmPolicy
from pressrun.engine.dispatcher import Dispatcher
from pressrun.engine.durable import Durable, Kind
from pressrun.engine.leases import Lease
from pressrun.store.workers import WorkerRoster
from pressrun.workflows.confirm_post import ConfirmPost
from pressrun.workflows.find_links import find_links
from pressrun.workflows.measure_posts import measure_posts
from pressrun.workflows.meters import Meters
from pressrun.workflows.preflight import look_ahead
from pressrun.workflows.produce import Produce
from pressrun.workflows.publish_post import PublishingRules, PublishPost
from pressrun.workflows.renew_login import RenewLogin
from pressrun.workflows.tell_people import tell_people

log = structlog.get_logger()

ARMED_AT_ONCE = 2000
PRODUCING_AT_ONCE = 4
CONFIRMING_AT_ONCE = 20
CONFIRMING_POLL_SECONDS = 2.0
RENEWING_AT_ONCE = 10
RENEWING_POLL_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 30.0
STOP_GRACE_SECONDS = 30.0
ENDING_SECONDS = 0.5


@dataclass(frozen=True)
class WorkerRules:
    """How this worker works; every number is a setting."""

    dispatch: DispatchRules
    publishing: PublishingRules
    confirm: ConfirmPolicy
    lease: timedelta
    missed_grace: timedelta
    """How late an occurrence of a schedule still runs."""
    preflight: timedelta
    """How long before its time a post is looked at once more."""
    alone: bool
    """No other process may work on this database."""


class Worker:
    """Runs on the event loop that starts it. `on_lost` is called when it may no longer act."""

    def __init__(
        self,
        workspace: Workspace,
        durable: Durable,
        rules: WorkerRules,
        *,
        meters: Meters,
        on_lost: Callable[[], None],
    ) -> None:
        self._workspace = workspace
        self._durable = durable
        self._rules = rules
        self._meters = meters
        self._roster = WorkerRoster(workspace.store)
        self._lease = Lease(
            self._roster,
            durable,
            clock=workspace.store.clock,
            length=rules.lease,
            alone=rules.alone,
            on_lost=on_lost,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Resumes what a dead process left, and begins to take up what is due."""
        publish = PublishPost(
            self._workspace,
            self._durable,
            self._lease,
            rules=self._rules.publishing,
            meters=self._meters,
        )
        confirm = ConfirmPost(self._workspace, self._durable, self._rules.confirm)
        renew = RenewLogin(self._workspace, self._durable)
        produce = Produce(self._workspace, self._durable)
        await self._durable.start(
            [
                Kind(dispatching.PUBLISH_POST, publish.__call__, ARMED_AT_ONCE),
                Kind(dispatching.CONFIRM_POST, confirm.__call__, CONFIRMING_AT_ONCE, CONFIRMING_POLL_SECONDS),
                Kind(logins.RENEW_LOGIN, renew.__call__, RENEWING_AT_ONCE, RENEWING_POLL_SECONDS),
                Kind(runs.PRODUCE, produce.__call__, PRODUCING_AT_ONCE),
            ]
        )
        dispatcher = Dispatcher(self._durable, self._claim)
        self._workspace.store.on_commit(dispatcher.wake)
        self._begin(self._lease.keep())
        self._begin(dispatcher.run())
        self._begin(self._keep_house())
        self._begin(self._look_ahead())

    async def drain(self) -> None:
        """Takes up nothing new, lets stages in flight finish, leaves the rest to be resumed (S1.6)."""
        # The lease, begun first, is kept: or another would take over what is still in our hands.
        await _end(self._tasks[1:])
        await self._durable.drain(grace=STOP_GRACE_SECONDS)

    async def stop(self) -> None:
        """Ends, drained, and leaves what is unfinished to whoever comes next."""
        await self.drain()
        await _end(self._tasks)
        await self._lease.give_up()
        await self._durable.stop()

    def _begin(self, loop: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(loop))

    def _claim(self) -> int:
        store, enqueue = self._workspace.store, self._workspace.enqueue
        return (
            titles.start_due(store, enqueue)
            + schedules.start_due(store, enqueue, grace=self._rules.missed_grace)
            + dispatching.claim_due(store, enqueue, self._rules.dispatch)
            + logins.claim_due(store, enqueue)
        )

    async def _look_ahead(self) -> None:
        # Beside the housekeeping: a video that must be made again would hold it up.
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            try:
                await look_ahead(self._workspace, self._durable, within=self._rules.preflight)
            except Exception:  # the worker loop's edge: what was not looked at now is looked at when due
                log.exception("preflight.trouble")

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            try:
                await self._durable.call(
                    housekeeping.rescue_lost_posts, self._workspace.store, self._durable.unfinished
                )
                await tell_people(self._workspace, self._durable)
                await find_links(self._workspace, self._durable)
                await measure_posts(self._workspace, self._durable)
                await self._durable.call(housekeeping.forget_old, self._workspace.store)
                await self._durable.call(
                    self._durable.prune, self._workspace.store.clock.now() - housekeeping.KEEP_WORK
                )
            except Exception:  # the worker loop's edge: housekeeping that fails is tried again
                log.exception("housekeeping.trouble")


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    # More than once: before Python 3.12 a cancellation that meets the end of a `wait_for` is swallowed.
    while going := [task for task in tasks if not task.done()]:
        for task in going:
            task.cancel()
        await asyncio.wait(going, timeout=ENDING_SECONDS)
