"""The one commit: at most one call without a look in between, whatever breaks where (promise 1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from engine.doubles import Inline
from pressrun.domain.failures import (
    Answer,
    Failure,
    LoginExpired,
    OutcomeUnknown,
    RateLimited,
    Reach,
    Refused,
    Transient,
)
from pressrun.engine import stages as stages_module
from pressrun.engine.stages import Stages

EVIDENCE = {"container_id": "179"}


@dataclass
class Diary:
    """A journal in memory; `log` is everything in its order, with the calls in between."""

    log: list[Any] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)
    open: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    is_full: bool = False
    on_intent: Callable[[], None] = lambda: None

    def kept(self, name: str) -> Mapping[str, Any] | None:
        return {"result": self.results[name]} if name in self.results else None

    def begin(self, name: str) -> None:
        self.log.append(("begin", name))

    def keep(self, name: str, result: Any) -> None:
        self.log.append(("keep", name))
        self.results[name] = result

    def report(self, name: str, message: str, values: Mapping[str, object]) -> None:
        self.log.append(("report", name, message, dict(values)))

    def outcome(self, name: str) -> str | None:
        if self.open:
            raise OutcomeUnknown
        return self.done.get(name)

    def write_intent(self, name: str, evidence: Mapping[str, Any], *, completes: bool = True) -> str:
        if self.is_full:
            raise RateLimited(reach=Reach.NOT_SENT)
        self.log.append("intent")
        self.open["intent-1"] = evidence
        self.on_intent()
        return "intent-1"

    def withdraw_intent(self, intent_id: str) -> None:
        self.log.append("withdraw")
        del self.open[intent_id]

    def note_failure(self, intent_id: str, failure: Failure) -> None:
        assert intent_id in self.open
        self.log.append(("failed", failure))

    def fulfil_intent(self, intent_id: str, published: str) -> None:
        self.log.append("fulfil")
        del self.open[intent_id]
        self.done["publish"] = published

    async def call(self) -> str:
        assert self.open, "the intent stands before the call"
        self.log.append("call")
        return "media-1"


class Bug(Exception):
    """Nothing that anybody expected."""


class PowerCut(BaseException):
    """The process is gone."""


def stages(diary: Diary, *, may_act: bool = True, call_within: float = 30) -> Stages[str]:
    return Stages(
        Inline().durable, diary, may_act=lambda: may_act, call_within=timedelta(seconds=call_within)
    )


def failing(diary: Diary, failure: BaseException) -> Callable[[], Any]:
    async def call() -> str:
        await diary.call()
        raise failure

    return call


async def test_the_intent_stands_before_the_call_and_the_outcome_after_it() -> None:
    diary = Diary()
    assert await stages(diary).commit("publish", EVIDENCE, diary.call) == "media-1"
    assert diary.log == [("begin", "publish"), "intent", "call", "fulfil"]


async def test_the_intent_holds_the_evidence_while_the_call_runs() -> None:
    diary = Diary()
    with pytest.raises(PowerCut):
        await stages(diary).commit("publish", EVIDENCE, failing(diary, PowerCut()))
    assert diary.open == {"intent-1": EVIDENCE}


async def test_a_call_with_a_known_outcome_is_not_made_again() -> None:
    diary = Diary(done={"publish": "media-0"})
    assert await stages(diary).commit("publish", EVIDENCE, diary.call) == "media-0"
    assert diary.log == []


async def test_an_open_intent_forbids_the_call() -> None:
    diary = Diary(open={"intent-0": EVIDENCE})
    with pytest.raises(OutcomeUnknown):
        await stages(diary).commit("publish", EVIDENCE, diary.call)
    assert diary.log == []


async def test_a_power_cut_during_the_call_forbids_the_next_one() -> None:
    diary = Diary()
    with pytest.raises(PowerCut):
        await stages(diary).commit("publish", EVIDENCE, failing(diary, PowerCut()))
    with pytest.raises(OutcomeUnknown):
        await stages(diary).commit("publish", EVIDENCE, diary.call)
    assert diary.log.count("call") == 1


@pytest.mark.parametrize("failure", [Transient(reach=Reach.NOT_SENT), LoginExpired(reach=Reach.NOT_SENT)])
async def test_a_call_that_never_left_is_withdrawn_and_stays_what_it_was(failure: Failure) -> None:
    diary = Diary()
    with pytest.raises(type(failure)) as caught:
        await stages(diary).commit("publish", EVIDENCE, failing(diary, failure))
    assert caught.value is failure
    assert diary.log[-1] == "withdraw"
    assert await stages(diary).commit("publish", EVIDENCE, diary.call) == "media-1"


@pytest.mark.parametrize("reach", [Reach.SENT, Reach.ANSWERED])
@pytest.mark.parametrize("kind", [Transient, Refused, LoginExpired, RateLimited, OutcomeUnknown])
async def test_a_call_that_left_and_failed_has_an_unknown_outcome(kind: type[Failure], reach: Reach) -> None:
    diary, failure = Diary(), kind(reach=reach, answer=Answer(status=400, code="1", message="no"))
    with pytest.raises(OutcomeUnknown) as caught:
        await stages(diary).commit("publish", EVIDENCE, failing(diary, failure))
    assert (caught.value.reach, caught.value.answer) == (reach, failure.answer)
    assert diary.log[-1] == ("failed", failure)
    assert diary.open


@pytest.mark.parametrize("status", [408, 500, 502, 504])
async def test_the_answer_of_a_gateway_does_not_say_that_all_is_over(status: int) -> None:
    diary, failure = Diary(), Transient(answer=Answer(status=status), reach=Reach.ANSWERED)
    with pytest.raises(OutcomeUnknown) as caught:
        await stages(diary).commit("publish", EVIDENCE, failing(diary, failure))
    assert caught.value.reach is Reach.SENT
    (_, noted) = diary.log[-1]
    assert noted.reach is Reach.SENT


async def test_a_bug_in_the_call_is_an_unknown_outcome() -> None:
    diary = Diary()
    with pytest.raises(OutcomeUnknown):
        await stages(diary).commit("publish", EVIDENCE, failing(diary, Bug("?")))
    assert diary.open


async def test_a_full_hour_means_no_intent_and_no_call() -> None:
    diary = Diary(is_full=True)
    with pytest.raises(RateLimited):
        await stages(diary).commit("publish", EVIDENCE, diary.call)
    assert diary.log == [("begin", "publish")]


async def test_whoever_lost_the_lease_withdraws_and_calls_nothing() -> None:
    diary = Diary()
    with pytest.raises(Transient) as caught:
        await stages(diary, may_act=False).commit("publish", EVIDENCE, diary.call)
    assert caught.value.reach is Reach.NOT_SENT
    assert diary.log == [("begin", "publish"), "intent", "withdraw"]


@pytest.mark.parametrize(("seconds", "is_called"), [(29, True), (31, False)])
async def test_a_stale_intent_is_withdrawn_instead_of_called(
    monkeypatch: pytest.MonkeyPatch, seconds: float, is_called: bool
) -> None:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(stages_module, "seconds_passed", lambda: clock.now)

    def freeze() -> None:
        clock.now += seconds

    diary = Diary(on_intent=freeze)
    committed = stages(diary, call_within=30).commit("publish", EVIDENCE, diary.call)
    if is_called:
        assert await committed == "media-1"
    else:
        with pytest.raises(Transient):
            await committed
    assert ("call" in diary.log) is is_called
    assert diary.open == {}


async def test_a_stage_is_kept_and_not_done_again() -> None:
    diary = Diary()
    made: list[str] = []

    async def make() -> list[str]:
        made.append("container")
        return ["179"]

    assert await stages(diary).run("container", make) == ["179"]
    assert await stages(diary).run("container", make) == ["179"]
    assert made == ["container"]
    assert diary.log == [("begin", "container"), ("keep", "container")]


async def test_a_stage_that_made_nothing_is_kept_too() -> None:
    diary = Diary(results={"link": None})
    assert await stages(diary).run("link", diary.call) is None


async def test_a_failed_stage_is_not_kept() -> None:
    diary = Diary()

    async def fail() -> None:
        raise Transient

    with pytest.raises(Transient):
        await stages(diary).run("container", fail)
    assert diary.results == {}


async def test_reports_reach_the_journal() -> None:
    diary = Diary()
    await stages(diary).report("container", "container_child", position=2, count=3)
    assert diary.log == [("report", "container", "container_child", {"position": 2, "count": 3})]
