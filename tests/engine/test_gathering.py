"""Questions asked at one instant are answered together, and everyone gets their own answer."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from pressrun.engine.durable import Durable
from pressrun.engine.gathering import Gathered
from pressrun.kit.database import create_engine


@pytest.fixture
async def durable(tmp_path: Path) -> AsyncIterator[Durable]:
    engine = create_engine(f"sqlite:///{tmp_path / 'engine.db'}")
    yield Durable(engine, executor_id="worker-1")
    engine.dispose()


class Squares:
    """Answers with squares; remembers what it was asked together, and waits to be let go."""

    def __init__(self) -> None:
        self.together: list[list[int]] = []
        self.was_asked = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.together.append(list(numbers))
        self.was_asked.set()
        self.may_answer.wait()
        return [number * number for number in numbers]


async def test_a_thousand_questions_of_one_instant_are_one_call(durable: Durable) -> None:
    squares = Squares()
    gathered = Gathered(durable, squares)

    answers = await asyncio.gather(*(gathered.ask(number) for number in range(1000)))

    assert answers == [number * number for number in range(1000)]
    assert squares.together == [list(range(1000))]


async def test_what_is_asked_during_a_call_is_answered_by_the_next_one(durable: Durable) -> None:
    squares = Squares()
    squares.may_answer.clear()
    gathered = Gathered(durable, squares)
    first = asyncio.create_task(gathered.ask(2))
    await asyncio.to_thread(squares.was_asked.wait)
    later = [asyncio.create_task(gathered.ask(number)) for number in (3, 4)]
    await asyncio.sleep(0)
    squares.may_answer.set()

    assert await asyncio.gather(first, *later) == [4, 9, 16]
    assert squares.together == [[2], [3, 4]]


async def test_one_that_stops_waiting_leaves_the_others_their_answers(durable: Durable) -> None:
    squares = Squares()
    squares.may_answer.clear()
    gathered = Gathered(durable, squares)
    impatient, patient = (asyncio.create_task(gathered.ask(number)) for number in (5, 6))
    await asyncio.to_thread(squares.was_asked.wait)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    squares.may_answer.set()

    assert await patient == 36


async def test_trouble_reaches_all_who_asked_and_nobody_after_them(durable: Durable) -> None:
    calls: list[Sequence[int]] = []

    def troubled_once(numbers: Sequence[int]) -> list[int]:
        calls.append(numbers)
        if len(calls) == 1:
            raise RuntimeError("the database is away")
        return list(numbers)

    gathered = Gathered(durable, troubled_once)
    troubled = await asyncio.gather(gathered.ask(1), gathered.ask(2), return_exceptions=True)

    assert [type(answer) for answer in troubled] == [RuntimeError, RuntimeError]
    assert await gathered.ask(3) == 3
