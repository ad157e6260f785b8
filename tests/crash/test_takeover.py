"""Two workers over one PostgreSQL: the one that lives takes over, the one that was frozen does no harm.

`pressrun web` serves and two `pressrun worker` work. Either may take a post up: whichever reaches the point
first is hit there (DESIGN.md 4, "Leases").
"""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

import databases
from crash.conftest import SHORT
from crash.house import House, Life, Point, assert_out_exactly_once, house, wait_until
from crash.selection import one_in
from crash.test_every_format import EVERY_POINT, PATIENT_LOOKS, Shape, written
from crash.test_kill_9 import (
    BEGIN_LOOK,
    ENQUEUE,
    FULFIL,
    KEEP,
    PUBLISHED,
    REQUEST,
    START,
    STEP,
    SUCCEED,
    TAKE_UP,
    WRITE_INTENT,
)
from pressrun.store import schema
from pressrun.store.database import Store

pytestmark = pytest.mark.crash

SLEEP_UNTIL = "pressrun.kit.clock:SystemClock.sleep_until"
GIVES_UP = 70
"""Exit status of a worker that finds its lease lost."""


class Crew:
    """The workers of a house on PostgreSQL, two at any time."""

    def __init__(self, house: House) -> None:
        self.house = house
        assert house.begin("migrate").ends() == 0
        house.begin("web")
        self.store: Store = house.open()
        self._lives: list[Life] = []

    def two(self) -> list[Life]:
        """Two workers that are at work, new ones where they are missing."""
        self._lives = [life for life in self._lives if not life.is_over]
        while len(self._lives) < 2:
            before = self._at_work()
            self._lives.append(self.house.begin("worker"))
            wait_until(lambda before=before: self._at_work() > before, "a worker signs in")
        return self._lives

    def _at_work(self) -> int:
        with self.store.read() as tx:
            return tx.value(sa.select(sa.func.count()).select_from(schema.worker))


@pytest.fixture(scope="module")
def crew(
    sandbox_url: str,
    postgres_server: sa.URL,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Crew]:
    folder: Path = tmp_path_factory.mktemp("crew") / "house"
    with (
        databases.postgres_copy(postgres_server, postgres_template) as url,
        house(folder, sandbox_url, **SHORT | PATIENT_LOOKS, database_url=url) as built,
    ):
        yield Crew(built)


TAKEN_OVER = [
    ("feed", Point("before", ENQUEUE, "publish_post")),
    ("feed", Point("after", START)),
    ("carousel", Point("before", KEEP, "carousel")),
    ("carousel", Point("before", TAKE_UP)),
    ("carousel", Point("answered", REQUEST, "/media_publish")),
    ("feed", Point("after", FULFIL)),
    ("feed", Point("after", PUBLISHED)),
    ("carousel", Point("after", WRITE_INTENT)),
]


@pytest.mark.parametrize(("format", "point"), one_in(3, TAKEN_OVER), ids=str)
def test_another_worker_takes_over_from_one_killed_at(format: str, point: Point, crew: Crew) -> None:
    workers = crew.two()
    account = crew.house.new_account()
    asked = crew.house.written(account, format)
    crew.house.doom(point, *workers)
    crew.house.publish(asked)

    dead = wait_until(lambda: [life for life in workers if life.is_over], "one of them dies")
    assert [life.ends() for life in dead] == [-signal.SIGKILL]
    assert_out_exactly_once(account, crew.store)
    assert [life.is_over for life in workers].count(False) == 1


@pytest.mark.parametrize(("shape", "point"), one_in(41, EVERY_POINT), ids=str)
def test_another_worker_takes_over_every_format_from_one_killed_at(
    shape: Shape, point: Point, crew: Crew, clip: bytes
) -> None:
    workers = crew.two()
    account = crew.house.new_account(shape.platform)
    asked = written(account, shape, clip)
    crew.house.doom(point, *workers)
    crew.house.publish(asked)

    dead = wait_until(lambda: [life for life in workers if life.is_over], "one of them dies")
    assert [life.ends() for life in dead] == [-signal.SIGKILL]
    assert_out_exactly_once(account, crew.store)


WOKEN = [
    ("feed", Point("before", WRITE_INTENT)),
    ("carousel", Point("before", KEEP, "carousel")),
    # The most dangerous instant: it has the right to call, and does not call yet.
    ("carousel", Point("after", WRITE_INTENT)),
    ("feed", Point("before", TAKE_UP)),
    ("feed", Point("after", REQUEST, "/media_publish")),
    ("carousel", Point("after", STEP, "publish")),
    # In the middle of a transaction, with the rows in its hands.
    ("feed", Point("after", PUBLISHED)),
    ("carousel", Point("before", SUCCEED)),
]


@pytest.mark.parametrize(("format", "point"), one_in(3, WOKEN), ids=str)
def test_a_worker_that_wakes_after_its_lease_ends_itself(format: str, point: Point, crew: Crew) -> None:
    workers = crew.two()
    account = crew.house.new_account()
    asked = crew.house.written(account, format)
    crew.house.doom(replace(point, signal="SIGSTOP"), *workers)
    crew.house.publish(asked)

    (frozen,) = wait_until(lambda: [life for life in workers if life.is_frozen], "one of them freezes")
    assert_out_exactly_once(account, crew.store)
    frozen.process.send_signal(signal.SIGCONT)

    assert frozen.process.wait(30) == GIVES_UP
    assert_out_exactly_once(account, crew.store)


def test_a_worker_that_wakes_takes_nothing_from_the_one_that_works(crew: Crew) -> None:
    workers = crew.two()
    account = crew.house.new_account()
    account.fault({"kind": "delay", "ms": 1500}, "/media$")
    asked = crew.house.written(account, "feed")
    crew.house.doom(Point("after", SLEEP_UNTIL, signal="SIGSTOP"), *workers)
    crew.house.publish(asked)
    (frozen,) = wait_until(lambda: [life for life in workers if life.is_frozen], "one of them freezes")

    wait_until(lambda: account.requests("/media"), "the other one is at work")
    frozen.process.send_signal(signal.SIGCONT)

    assert frozen.ends() == GIVES_UP
    assert_out_exactly_once(account, crew.store)
    assert len(account.requests("/media")) == 1


def test_of_two_workers_one_that_dies_while_it_looks_is_followed(crew: Crew) -> None:
    workers = crew.two()
    account = crew.house.new_account()
    account.fault({"kind": "drop_after"}, "/media_publish$")
    asked = crew.house.written(account, "feed")
    crew.house.doom(Point("after", BEGIN_LOOK), *workers)
    crew.house.publish(asked)

    wait_until(lambda: any(life.is_over for life in workers), "one of them dies")
    assert_out_exactly_once(account, crew.store)
