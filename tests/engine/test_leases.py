"""Who is alive, who takes over, and who must stop (DESIGN.md 4)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from engine.doubles import Inline
from pressrun.engine import leases
from pressrun.engine.leases import Lease
from pressrun.kit.clock import MovableClock

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LENGTH = timedelta(seconds=20)


@dataclass
class Roster:
    """Workers in memory. `on_beat` happens while this worker signs in."""

    quiet: list[str] = field(default_factory=list)
    is_buried: bool = False
    beats: int = 0
    asked_since: list[datetime | None] = field(default_factory=list)
    buried: list[str] = field(default_factory=list)
    resigned: list[str] = field(default_factory=list)
    on_beat: Callable[[], None] = lambda: None

    def beat(self, worker_id: str) -> bool:
        self.beats += 1
        self.on_beat()
        return not self.is_buried

    def silent(self, worker_id: str, *, since: datetime | None) -> list[str]:
        self.asked_since.append(since)
        return [each for each in self.quiet if each not in self.buried]

    def bury(self, worker_id: str) -> None:
        self.buried.append(worker_id)

    def resign(self, worker_id: str) -> None:
        self.resigned.append(worker_id)


@dataclass
class Time:
    """Seconds that pass only while somebody sleeps, or when told."""

    now: float = 1000.0
    sleeps: int = 0
    frozen: dict[int, float] = field(default_factory=dict)
    """How many seconds longer a sleep lasts, by its number."""

    async def sleep(self, seconds: float) -> None:
        self.sleeps += 1
        self.now += seconds + self.frozen.get(self.sleeps, 0)
        await asyncio.sleep(0)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(leases, "seconds_passed", lambda: time.now)
    monkeypatch.setattr(
        leases, "asyncio", SimpleNamespace(sleep=time.sleep, get_running_loop=asyncio.get_running_loop)
    )
    return time


def lease(roster: Roster, engine: Inline, lost: list[str], *, alone: bool = False) -> Lease:
    return Lease(
        roster,
        engine.durable,
        clock=MovableClock(NOW),
        length=LENGTH,
        alone=alone,
        on_lost=lambda: lost.append("lost"),
    )


async def kept_for(held: Lease, time: Time, sleeps: int) -> None:
    """Keeps the lease until it slept so often, or gave up."""
    keeping = asyncio.create_task(held.keep())
    while time.sleeps < sleeps and not keeping.done():  # noqa: ASYNC110 - time passes by its being asked
        await asyncio.sleep(0)
    keeping.cancel()
    (ended,) = await asyncio.gather(keeping, return_exceptions=True)
    assert ended is None or isinstance(ended, asyncio.CancelledError)


async def test_a_lease_that_is_kept_is_held_for_ever(time: Time) -> None:
    roster, lost = Roster(), list[str]()
    held = lease(roster, Inline(), lost)
    await kept_for(held, time, 40)
    assert (held.is_held(), lost) == (True, [])
    assert roster.beats >= 40


async def test_a_lease_ends_when_its_length_has_passed(time: Time) -> None:
    held = lease(Roster(), Inline(), [])
    time.now += 19.9
    assert held.is_held()
    time.now += 0.1
    assert not held.is_held()


async def test_a_missed_heartbeat_is_reported_once_and_ends_it(time: Time) -> None:
    roster, lost = Roster(), list[str]()
    time.frozen[3] = 15
    await kept_for(lease(roster, Inline(), lost), time, 9)
    assert lost == ["lost"]
    assert roster.beats == 3


@pytest.mark.parametrize(("seconds", "is_lost"), [(14, False), (15, True)])
async def test_a_beat_counts_from_its_beginning(time: Time, seconds: float, is_lost: bool) -> None:
    roster, lost = Roster(), list[str]()

    def stall() -> None:
        time.now += seconds if roster.beats == 2 else 0

    roster.on_beat = stall
    await kept_for(lease(roster, Inline(), lost), time, 5)
    assert bool(lost) is is_lost


async def test_trouble_is_survived_while_the_lease_lasts(time: Time) -> None:
    lost = list[str]()
    roster = Roster()

    def stumble() -> None:
        if roster.beats in (1, 2):
            raise RuntimeError("the database is away")

    roster.on_beat = stumble
    held = lease(roster, Inline(), lost)
    await kept_for(held, time, 10)
    assert (held.is_held(), lost) == (True, [])


async def test_trouble_that_lasts_longer_than_the_lease_ends_it(time: Time) -> None:
    lost = list[str]()

    def fail() -> None:
        raise RuntimeError("the database is away")

    await kept_for(lease(Roster(on_beat=fail), Inline(), lost), time, 10)
    assert lost == ["lost"]
    assert time.now - 1000 == LENGTH.total_seconds()


async def test_giving_up_lets_the_others_take_over_at_once(time: Time) -> None:
    roster = Roster()
    held = lease(roster, Inline(), [])
    await kept_for(held, time, 1)
    await held.give_up()
    assert roster.resigned == ["me"]


async def test_a_worker_that_was_buried_stops(time: Time) -> None:
    lost = list[str]()
    await kept_for(lease(Roster(is_buried=True), Inline(), lost), time, 5)
    assert lost == ["lost"]


@pytest.mark.parametrize("is_buried", [False, True])
async def test_whoever_is_alone_never_loses_it(time: Time, is_buried: bool) -> None:
    roster, lost = Roster(is_buried=is_buried), list[str]()
    held = lease(roster, Inline(), lost, alone=True)
    time.now += 10_000
    assert held.is_held()
    await kept_for(held, time, 3)
    assert (held.is_held(), lost) == (True, [])


async def test_the_work_of_the_silent_is_taken_over_until_nothing_is_left(time: Time) -> None:
    engine = Inline({"dead": [3, 1, 0]})
    roster = Roster(quiet=["dead"])
    await kept_for(lease(roster, engine, []), time, 5)
    assert engine.taken_over == ["dead", "dead", "dead"]
    assert roster.buried == ["dead"]
    assert set(roster.asked_since) == {NOW - LENGTH}


async def test_whoever_is_alone_takes_over_from_all_others_at_once(time: Time) -> None:
    engine = Inline()
    roster = Roster(quiet=["a", "b"])
    await kept_for(lease(roster, engine, [], alone=True), time, 1)
    assert engine.taken_over == ["a", "b"]
    assert roster.asked_since[0] is None
