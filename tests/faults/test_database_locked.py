"""Another program holds the database: said plainly, and gone on with as soon as it lets go."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

import makers
from fakes import FakeEnqueue
from pressrun.actions import dispatching
from pressrun.actions.dispatching import DispatchRules
from pressrun.domain.post import PostStatus
from pressrun.engine import dispatcher
from pressrun.engine.dispatcher import Dispatcher
from pressrun.engine.durable import Durable
from pressrun.kit.database import create_engine
from pressrun.store import posts, schema
from pressrun.store.database import Store

PUBLISH = "/api/workflow/publish"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """One that waits for a lock for a moment instead of half a minute."""
    engine = create_engine(database_url)

    def be_impatient(connection: Any, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=20")

    event.listen(engine, "connect", be_impatient)
    yield engine
    engine.dispose()


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program writes, and takes its time."""
    database = store.engine.url.database
    assert database is not None
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def count_posts(store: Store) -> int:
    with store.read() as tx:
        return tx.value(sa.select(sa.func.count()).select_from(schema.post))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "데이터베이스가 바빠서 저장하지 못했어요."),
        ("en", "The database was busy and nothing was saved."),
    ],
)
def test_a_request_is_told_to_come_back_and_then_works(
    bob: TestClient, store: Store, language: str, text: str
) -> None:
    account = makers.make_account(store)
    headers = {"Accept-Language": language, "Idempotency-Key": "post-1"}
    wanted = {"account_id": account.id, "caption": "커피"}
    with locked(store):
        answer = bob.post(PUBLISH, json=wanted, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
        assert (answer.json()["title"], answer.headers["Retry-After"]) == (text, "2")
        assert bob.get("/api/posts").status_code == 200
    assert bob.post(PUBLISH, json=wanted, headers=headers).status_code == 202
    assert count_posts(store) == 1


class Threads:
    """What the dispatcher's loop needs of the engine: blocking calls in threads."""

    async def call(self, function: Callable[..., Any]) -> Any:
        return await asyncio.to_thread(function)


async def test_the_dispatcher_lives_on_and_claims_when_the_lock_is_gone(
    store: Store, enqueue: FakeEnqueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "TROUBLE_SECONDS", 0.01)
    post = makers.make_post(store, due_at=store.clock.now())
    failed_twice, tries = threading.Event(), 0

    def claim() -> int:
        nonlocal tries
        tries += 1
        if tries > 2:
            failed_twice.set()
        return dispatching.claim_due(store, enqueue, DispatchRules())

    running = asyncio.create_task(Dispatcher(cast(Durable, Threads()), claim).run())
    with locked(store):
        assert await asyncio.to_thread(failed_twice.wait, 10)
        assert enqueue.work == []
    while not enqueue.work:
        assert not running.done()
        await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    with store.read() as tx:
        assert posts.get(tx, post.id).status is PostStatus.ARMED
    assert len(enqueue.work) == 1
