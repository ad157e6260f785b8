"""The moment between the last byte and the video: clients leave, others ask, everything is reset."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.call import ApiCall
from pressrun.sandbox.youtube.errors import ApiError
from pressrun.sandbox.youtube.finishing import Finishing
from pressrun.sandbox.youtube.operations import VIDEOS_INSERT, Operation
from pressrun.sandbox.youtube.sessions import Session


@dataclass
class SlowTarget:
    """Looks at a file until it is told to go on, and counts what it makes."""

    name: str = "slow"
    operation: Operation = VIDEOS_INSERT
    mimes: tuple[str, ...] = ("*/*",)
    looking: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    made: int = 0

    def max_bytes(self, call: ApiCall) -> int:
        return 1000

    def describe(self, call: ApiCall, sent: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def examine(self, session: Session, file: Path) -> bytes:
        self.looking.set()
        assert self.go_on.wait(timeout=10)
        return file.read_bytes()

    def create(self, session: Session, learned: bytes, *, request_id: str, base_url: str) -> dict[str, Any]:
        self.made += 1
        return {"id": f"{learned.decode()} {self.made}"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(state_path=None, public_url=None, stand_ins=())
    yield made
    made.close()


def complete_session(sandbox: Sandbox, finishing: Finishing) -> Session:
    session = Session(
        id="secret",
        target="slow",
        account_id="UC1",
        started_at=sandbox.clock.now(),
        total=5,
        limit=1000,
        mime="video/mp4",
        described={},
    )
    finishing.sessions.save(session)
    finishing.sessions.part(session).write_bytes(b"bytes")
    return session


async def begun(finishing: Finishing, session: Session, target: SlowTarget) -> asyncio.Task[dict[str, Any]]:
    """The request that brought the last byte, while the file is being looked at."""
    request = asyncio.create_task(finishing.finish(session, request_id="r1", base_url="http://sandbox"))
    assert await asyncio.to_thread(target.looking.wait, 10)
    return request


async def test_it_goes_on_when_the_client_has_left_and_others_wait_for_its_answer(sandbox: Sandbox) -> None:
    target = SlowTarget()
    finishing = Finishing(sandbox, {target.name: target})
    session = complete_session(sandbox, finishing)
    request = await begun(finishing, session, target)
    request.cancel()
    asking = asyncio.create_task(finishing.wait(session.id))
    await asyncio.sleep(0)
    assert not asking.done()
    target.go_on.set()
    await asking
    assert finishing.sessions.get(session.id).answer == {"id": "bytes 1"}
    assert target.made == 1
    assert not finishing.sessions.part(session).exists()


async def test_a_reset_in_between_makes_nothing(sandbox: Sandbox) -> None:
    target = SlowTarget()
    finishing = Finishing(sandbox, {target.name: target})
    session = complete_session(sandbox, finishing)
    request = await begun(finishing, session, target)
    sandbox.records.clear()
    target.go_on.set()
    with pytest.raises(ApiError) as gone:
        await request
    assert gone.value.status == 404
    assert target.made == 0
