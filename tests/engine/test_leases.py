"""A lease: kept through small troubles, lost for good after a long silence (DESIGN.md 4)."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from pressrun.engine import leases
from pressrun.engine.durable import Durable
from pressrun.engine.leases import Lease
from pressrun.kit.clock import MovableClock

LENGTH = timedelta(seconds=0.04)
"""Short in real time, as it beats in real time; how long it was silent is told by `steady`."""


class Steady:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds

    def pass_lease(self) -> None:
        self.seconds += 1


class Engine:
    """The one thing a lease asks of the engine."""

    executor_id = "me"

    def __init__(self) -> None:
        self.left = {"dead": 2}

    def take_over(self, worker_id: str) -> int:
        return self.left.pop(worker_id, 0)


class Roster:
    """Answers a heartbeat with what comes next in `answers`, and then with True."""

    def __init__(self, *answers: bool | Exception) -> None:
        self._answers = iter(answers)
        self.beats = 0
        self.buried: list[str] = []
        self.resigned: list[str] = []

    def beat(self, worker_id: str) -> bool:
        self.beats += 1
        answer = next(self._answers, True)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def silent(self, worker_id: str, *, since: datetime | None) -> list[str]:
        return [name for name in ("dead",) if name not in self.buried]

    def bury(self, worker_id: str) -> None:
        self.buried.append(worker_id)

    def resign(self, worker_id: str) -> None:
        self.resigned.append(worker_id)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steady]:
    clock = Steady()
    monkeypatch.setattr(leases, "seconds_passed", clock)
    return clock


def make_lease(roster: Roster, lost: asyncio.Event, *, alone: bool = False) -> Lease:
    return Lease(
        roster,
        cast(Durable, cast(Any, Engine())),
        clock=MovableClock(datetime(2026, 11, 20, tzinfo=UTC)),
        length=LENGTH,
        alone=alone,
        on_lost=lost.set,
    )


async def beats(roster: Roster, count: int) -> None:
    while roster.beats < count:
        await asyncio.sleep(0.005)


async def test_a_database_that_is_away_for_a_moment_costs_nothing(steady: Steady) -> None:
    roster, lost = Roster(True, OSError("gone"), OSError("gone")), asyncio.Event()
    keeping = asyncio.create_task(make_lease(roster, lost).keep())

    await beats(roster, 4)

    assert not lost.is_set()
    keeping.cancel()


async def test_who_was_silent_too_long_gives_up_and_does_not_look_alive_again(steady: Steady) -> None:
    roster, lost = Roster(True), asyncio.Event()
    lease = make_lease(roster, lost)
    keeping = asyncio.create_task(lease.keep())
    await beats(roster, 1)

    steady.pass_lease()
    heard = roster.beats

    assert not lease.is_held()
    await keeping
    assert lost.is_set()
    assert roster.beats == heard


async def test_a_database_that_stays_away_ends_the_lease(steady: Steady) -> None:
    roster, lost = Roster(True, *[OSError("gone")] * 1000), asyncio.Event()
    keeping = asyncio.create_task(make_lease(roster, lost).keep())
    await beats(roster, 3)

    steady.pass_lease()

    await keeping
    assert lost.is_set()


async def test_who_was_taken_over_gives_up(steady: Steady) -> None:
    lost = asyncio.Event()
    await make_lease(Roster(False), lost).keep()
    assert lost.is_set()


async def test_who_is_alone_may_sleep_as_long_as_it_likes(steady: Steady) -> None:
    roster, lost = Roster(True, False), asyncio.Event()
    lease = make_lease(roster, lost, alone=True)
    keeping = asyncio.create_task(lease.keep())
    await beats(roster, 1)

    steady.pass_lease()

    await beats(roster, 4)
    assert lease.is_held()
    assert not lost.is_set()
    keeping.cancel()


async def test_the_dead_are_taken_over_until_nothing_is_left(steady: Steady) -> None:
    roster, lost = Roster(), asyncio.Event()
    keeping = asyncio.create_task(make_lease(roster, lost).keep())
    await beats(roster, 2)
    while not roster.buried:
        await asyncio.sleep(0.005)
    assert roster.beats >= 2, "once with work left, and once more with none"
    keeping.cancel()


async def test_giving_up_tells_the_others(steady: Steady) -> None:
    roster = Roster()
    await make_lease(roster, asyncio.Event()).give_up()
    assert roster.resigned == ["me"]
