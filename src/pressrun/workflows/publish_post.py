"""Publishing one post: wait for its instant, take it up, send it through its publisher, keep the outcome."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from pressrun.actions import logins, media, publishing, quotas
from pressrun.actions.base import Workspace
from pressrun.actions.journal import AttemptJournal
from pressrun.actions.publishing import Armed, Assignment, NotStarted
from pressrun.connectors.base import Login, Published
from pressrun.domain.failures import (
    Answer,
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    Refused,
    Transient,
    kind,
)
from pressrun.domain.limits import AccountLimit
from pressrun.domain.problems import Problem
from pressrun.engine.durable import Durable
from pressrun.engine.gathering import Gathered
from pressrun.engine.leases import Lease
from pressrun.engine.stages import Stages
from pressrun.store.attempts import Attempt, NotMine
from pressrun.workflows.meters import Meters

log = structlog.get_logger()

FULL_WAIT_SECONDS = 0.2


@dataclass(frozen=True)
class PublishingRules:
    """How many posts are published at once in total, how much an account may, how stale an intent may be."""

    at_once: int
    limit: AccountLimit
    call_within: timedelta


class NotRenewedError(Exception):
    """The login of the account could not be renewed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class PublishPost:
    """The workflow `publish_post`; its arguments are those that `claim_due` enqueues."""

    def __init__(
        self,
        workspace: Workspace,
        durable: Durable,
        lease: Lease,
        *,
        rules: PublishingRules,
        meters: Meters,
    ) -> None:
        self._workspace = workspace
        self._durable = durable
        self._lease = lease
        self._rules = rules
        self._meters = meters
        self._permits = asyncio.Semaphore(rules.at_once)
        self._take_ups = Gathered(durable, self._take_up)

    async def __call__(self, post_id: str, version: int, ready_at: str) -> None:
        """Runs again from its beginning after a crash; every part below is safe to repeat."""
        await self._workspace.store.clock.sleep_until(datetime.fromisoformat(ready_at))
        await self._lease.must_be_held()
        attempt = await self._take_ups.ask(Armed(post_id, version, self._durable.current_work_id()))
        if attempt is None:
            return
        try:
            async with self._permits:
                await self._work_on(attempt, version)
        except NotMine:
            log.warning("attempt.not_mine", attempt=attempt.id)

    def _take_up(self, instant: Sequence[Armed]) -> list[Attempt | None]:
        taken_up = publishing.take_up(self._workspace.store, instant, worker_id=self._durable.executor_id)
        for attempt in taken_up:
            if attempt is not None:
                self._meters.started(attempt)
        return taken_up

    async def _work_on(self, attempt: Attempt, version: int) -> None:
        assignment = await self._start(attempt, version)
        if assignment is None:
            return
        try:
            published = await self._publish(assignment)
        except NotRenewedError as trouble:
            await self._fail(attempt, trouble.failure, while_renewing=True)
        except MediaUnreachable as failure:
            await self._fail(attempt, await self._without_store(assignment, failure))
        except Failure as failure:
            await self._fail(attempt, failure)
        except NotMine:
            raise
        except Exception:  # the step runner's edge: a bug before the call must not leave the post hanging
            log.exception("attempt.broke", attempt=attempt.id)
            await self._fail(attempt, Transient())
        else:
            await self._durable.call(
                publishing.succeed,
                self._workspace.store,
                attempt,
                published,
            )
            self._meters.ended("published")

    async def _fail(self, attempt: Attempt, failure: Failure, *, while_renewing: bool = False) -> None:
        await self._durable.call(
            publishing.fail, self._workspace, attempt, failure, while_renewing=while_renewing
        )
        self._meters.ended(kind(failure))

    async def _without_store(self, assignment: Assignment, failure: MediaUnreachable) -> Failure:
        """Where the platform could not fetch from the store, it is sent to this machine, at once (S2.9)."""
        workspace = self._workspace
        try:
            came_home = await media.bring_home(
                workspace,
                assignment.publisher,
                assignment.format,
                assignment.asset_ids,
                assignment.options,
            )
        except Failure:
            log.warning("media.not_brought_home", attempt=assignment.attempt.id, exc_info=True)
            return failure
        if came_home:
            await asyncio.to_thread(publishing.tell_fallback, workspace, assignment.attempt, failure)
            failure.after = timedelta()
        return failure

    async def _start(self, attempt: Attempt, version: int) -> Assignment | None:
        while True:
            answer = await self._durable.call(
                publishing.start, self._workspace, attempt, version=version, at_once=self._rules.at_once
            )
            match answer:
                case Assignment():
                    return answer
                case NotStarted.OVER:
                    return None
                case NotStarted.FULL:
                    await asyncio.sleep(FULL_WAIT_SECONDS)

    async def _publish(self, assignment: Assignment) -> Published:
        stages = Stages[Published](
            self._durable,
            AttemptJournal(
                self._workspace.store, assignment.attempt, assignment.content_hash, self._rules.limit
            ),
            may_act=self._lease.is_held,
            call_within=self._rules.call_within,
        )
        await stages.run("upload", lambda: self._upload(assignment))
        draft = await self._durable.call(publishing.draft_of, self._workspace, assignment)
        login = await self._login(assignment)
        await self._durable.call(
            quotas.reserve, self._workspace, assignment.attempt, assignment.publisher, draft
        )
        published = await assignment.publisher.publish(draft, login, stages)
        if publishing.lies_at_home(self._workspace, draft):
            published = replace(published, notes=(*published.notes, "media_fell_back"))
        return published

    async def _upload(self, assignment: Assignment) -> int:
        """Done at scheduling time as a rule; here it only mends what has been lost or moved since."""
        try:
            prepared = await media.prepare(
                self._workspace,
                assignment.publisher,
                assignment.format,
                assignment.asset_ids,
                assignment.options,
            )
        except Problem as problem:
            raise MediaBroken(answer=Answer(message=str(problem))) from problem
        if prepared.trouble is not None:
            await asyncio.to_thread(
                publishing.tell_fallback, self._workspace, assignment.attempt, prepared.trouble
            )
        return len(prepared.files)

    async def _login(self, assignment: Assignment) -> Login:
        if not assignment.must_renew_login:
            return assignment.login
        try:
            async with self._durable.in_flight():
                return await logins.renew(self._workspace, assignment.login)
        except Refused:
            # Too young to be renewed: another worker was faster, or the platform will say what is wrong.
            return assignment.login
        except LoginExpired as failure:
            if await logins.still_works(self._workspace, assignment.login):
                # A person signed in since it failed, the way that only people can renew.
                return assignment.login
            raise NotRenewedError(failure) from failure
        except Failure as failure:
            raise NotRenewedError(failure) from failure
