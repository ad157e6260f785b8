"""The dispatcher's loop: it survives trouble, and nothing that wakes it is lost."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from engine.doubles import Inline
from pressrun.engine import dispatcher as module
from pressrun.engine.dispatcher import Dispatcher

NEVER = 3600.0


@asynccontextmanager
async def running(claim: Callable[[], int]) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(Inline().durable, claim)
    loop = asyncio.create_task(dispatcher.run())
    yield dispatcher
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def settle() -> None:
    """Lets everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test does moves the loop."""
    monkeypatch.setattr(module, "POLL_SECONDS", NEVER)
    monkeypatch.setattr(module, "TROUBLE_SECONDS", NEVER)
    monkeypatch.setattr(module, "CROWD_SECONDS", 0)


async def test_it_claims_until_nothing_is_due() -> None:
    due = [3, 2, 0, 1]
    async with running(lambda: due.pop(0)):
        await settle()
    assert due == [1]


async def test_it_looks_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.001)
    enough = asyncio.Event()
    claims: list[int] = []

    def claim() -> int:
        claims.append(0)
        if len(claims) == 3:
            enough.set()
        return 0

    async with running(claim):
        await asyncio.wait_for(enough.wait(), 10)


async def test_another_thread_wakes_it() -> None:
    claims: list[int] = []

    def claim() -> int:
        claims.append(0)
        return 0

    async with running(claim) as dispatcher:
        await settle()
        thread = threading.Thread(target=dispatcher.wake)
        thread.start()
        thread.join()
        await settle()
    assert len(claims) == 2


async def test_a_change_during_a_claim_is_not_missed() -> None:
    claims: list[int] = []
    dispatcher: Dispatcher

    def claim() -> int:
        claims.append(0)
        if len(claims) == 1:
            dispatcher.wake()
        return 0

    async with running(claim) as dispatcher:
        await settle()
    assert len(claims) == 2


async def test_trouble_is_survived_and_tried_again() -> None:
    claims: list[int] = []

    def claim() -> int:
        claims.append(0)
        if len(claims) == 1:
            raise RuntimeError("the database is locked")
        return 0

    async with running(claim) as dispatcher:
        await settle()
        assert len(claims) == 1
        dispatcher.wake()
        await settle()
    assert len(claims) == 2


def test_waking_it_after_its_end_is_no_trouble() -> None:
    async def short() -> Dispatcher:
        async with running(lambda: 0) as dispatcher:
            await settle()
        return dispatcher

    asyncio.run(short()).wake()
