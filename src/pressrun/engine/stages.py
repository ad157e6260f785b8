"""How a post's stages become durable, and how the one call that can't be undone is made (DESIGN.md 5).

Every publisher's irrevocable call goes through `Stages.commit` and nowhere else: the intent is written,
the call is made, the outcome is written. Where the outcome is missing, nothing more is sent here:
`OutcomeUnknown` leaves, and the post is looked for before anything may be sent again.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

import structlog

from pressrun.domain.failures import Answer, Failure, OutcomeUnknown, Reach, Transient
from pressrun.engine.durable import Durable
from pressrun.kit.clock import seconds_passed

log = structlog.get_logger()

T = TypeVar("T")
P = TypeVar("P")


class Journal(Protocol[P]):
    """One attempt's memory: each call one transaction, refused once another worker has the attempt."""

    def kept(self, name: str) -> Mapping[str, Any] | None:
        """`{"result": …}` where this stage was done already, by this attempt or an earlier one."""
        ...

    def begin(self, name: str) -> None:
        """The stage begins."""
        ...

    def keep(self, name: str, result: Any) -> None:
        """The stage is done, and this is what it made."""
        ...

    def report(self, name: str, message: str, values: Mapping[str, object]) -> None:
        """Something worth telling happened inside the stage."""
        ...

    def outcome(self, name: str) -> P | None:
        """What this call published, where that is known. Raises `OutcomeUnknown` for an open intent."""
        ...

    def write_intent(self, name: str, evidence: Mapping[str, Any], *, completes: bool = True) -> str:
        """Writes down that the call is about to be made, flushed to disk, and spends the account's place.

        `completes` says that the post is published once the call had its effect.
        Raises `RateLimited` where the account has no place left now.
        """
        ...

    def withdraw_intent(self, intent_id: str) -> None:
        """The call was surely not made."""
        ...

    def note_failure(self, intent_id: str, failure: Failure) -> None:
        """The call failed, and whether it had its effect is open."""
        ...

    def fulfil_intent(self, intent_id: str, published: P) -> None:
        """The call worked; survives a power loss."""
        ...


@dataclass(frozen=True)
class Stages(Generic[P]):
    """The steps of one attempt. `call_within`: an intent older than this is no longer acted upon."""

    durable: Durable
    journal: Journal[P]
    may_act: Callable[[], bool]
    call_within: timedelta

    async def run(self, name: str, step: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `step`: kept from an earlier attempt, or made now and kept. JSON-like."""
        return await self.durable.step(name, lambda: self._run(name, step))

    async def commit(
        self,
        name: str,
        evidence: Mapping[str, Any],
        call: Callable[[], Coroutine[Any, Any, P]],
        *,
        completes: bool = True,
    ) -> P:
        """Makes a call that can't be undone, at most once without a look in between.

        Raises `OutcomeUnknown` when the call may or may not have worked, `RateLimited` when the account's
        hour is full.
        """
        return await self.durable.step(name, lambda: self._commit(name, evidence, call, completes))

    async def report(self, stage: str, message: str, **values: object) -> None:
        """Tells whoever watches what goes on inside a stage."""
        await self.durable.call(self.journal.report, stage, message, values)

    async def _run(self, name: str, step: Callable[[], Coroutine[Any, Any, T]]) -> T:
        kept = await self.durable.call(self.journal.kept, name)
        if kept is not None:
            return kept["result"]
        await self.durable.call(self.journal.begin, name)
        result = await step()
        await self.durable.call(self.journal.keep, name, result)
        return result

    async def _commit(
        self,
        name: str,
        evidence: Mapping[str, Any],
        call: Callable[[], Coroutine[Any, Any, P]],
        completes: bool,
    ) -> P:
        done = await self.durable.call(self.journal.outcome, name)
        if done is not None:
            return done
        await self.durable.call(self.journal.begin, name)
        written_at = seconds_passed()
        intent_id = await self.durable.call(self.journal.write_intent, name, evidence, completes=completes)
        if not self.may_act() or seconds_passed() - written_at > self.call_within.total_seconds():
            await self.durable.call(self.journal.withdraw_intent, intent_id)
            raise Transient(reach=Reach.NOT_SENT)
        published = await self._call(intent_id, call)
        await self.durable.call(self.journal.fulfil_intent, intent_id, published)
        return published

    async def _call(self, intent_id: str, call: Callable[[], Coroutine[Any, Any, P]]) -> P:
        try:
            return await call()
        except Failure as failure:
            if failure.reach is Reach.NOT_SENT:
                await self.durable.call(self.journal.withdraw_intent, intent_id)
                raise
            if _is_a_gateways(failure.answer):
                failure.reach = Reach.SENT
            await self.durable.call(self.journal.note_failure, intent_id, failure)
            raise OutcomeUnknown(answer=failure.answer, reach=failure.reach) from failure
        except Exception as bug:  # the step runner's edge: whatever broke, the call may have been made
            log.exception("stage.broke", intent=intent_id)
            raise OutcomeUnknown() from bug


def _is_a_gateways(answer: Answer) -> bool:
    """Whether something in front of the platform gave up waiting: what is behind may still be at work."""
    return answer.code is None and (answer.status == 408 or (answer.status or 0) >= 500)
