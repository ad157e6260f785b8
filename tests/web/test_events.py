"""`/api/events`: everything that happens, once and in order, however often the connection drops."""

import asyncio
import multiprocessing
import random
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event as database_events
from sqlalchemy.exc import OperationalError

import makers
from pressrun.kit.clock import MovableClock
from pressrun.kit.database import create_engine, is_sqlite
from pressrun.store import events
from pressrun.store.database import Store, Tx
from pressrun.store.events import Event
from pressrun.store.listener import Listener
from pressrun.store.secrets import Vault
from pressrun.web import live
from pressrun.web.live import Live
from web.listening import Streams, Told, listening

EVENTS = "/api/events"
DROPS = 20
WRITERS = 3
EVENTS_EACH = 120
WATCHERS = 200


def write(store: Store, writer: str, count: int) -> None:
    for number in range(count):
        with store.transaction() as tx:
            tx.append(f"post:{writer}", "post.noted", {"writer": writer, "number": number})


def write_elsewhere(url: str) -> None:
    """The same in another process, which knows nothing of ours."""
    engine = create_engine(url)
    clock = MovableClock(datetime(2026, 11, 20, tzinfo=UTC))
    write(Store(engine, clock=clock, vault=Vault([Fernet.generate_key()])), "elsewhere", EVENTS_EACH)
    engine.dispose()


def newest(store: Store) -> int:
    with store.read() as tx:
        return events.newest_id(tx)


def kept(store: Store, after: int) -> list[int]:
    with store.read() as tx:
        return [event.id for event in events.after(tx, after, limit=10_000)]


@pytest.fixture
def streams(app: FastAPI, store: Store) -> Iterator[Streams]:
    cookie = makers.make_session(store, makers.make_user(store, "Vera"))
    with listening(app) as url:
        reader = Streams(url, cookie)
        yield reader
        reader.close()


@contextmanager
def hearing_others(store: Store) -> Iterator[None]:
    """What a process on PostgreSQL does beside serving; on SQLite it looks every now and then."""
    if is_sqlite(store.engine):
        yield
        return
    listener = Listener(store)
    listener.start()
    try:
        yield
    finally:
        listener.stop()


def test_twenty_drops_lose_and_repeat_nothing_while_four_writers_write(
    streams: Streams, store: Store, database_url: str
) -> None:
    """Threads of this process and another process write while the connection is cut at random places."""
    begin = newest(store)
    chance = random.Random(20)
    threads = [threading.Thread(target=write, args=(store, f"w{n}", EVENTS_EACH)) for n in range(WRITERS)]
    other = multiprocessing.get_context("spawn").Process(target=write_elsewhere, args=(database_url,))
    expected = (WRITERS + 1) * EVENTS_EACH
    received: list[Told] = []

    def last_id() -> int:
        return received[-1].id if received else begin

    with hearing_others(store):
        other.start()
        for thread in threads:
            thread.start()
        for _ in range(DROPS):
            with streams.open(EVENTS, last_id=last_id()) as messages:
                for _ in range(chance.randint(1, expected // DROPS)):
                    received.append(next(messages))
        with streams.open(EVENTS, last_id=last_id()) as messages:
            while len(received) < expected:
                received.append(next(messages))
        for thread in threads:
            thread.join()
        other.join()

    assert [told.id for told in received] == kept(store, begin)
    for writer in ("w0", "w1", "w2", "elsewhere"):
        numbers = [told.data["data"]["number"] for told in received if told.data["data"]["writer"] == writer]
        assert numbers == list(range(EVENTS_EACH))


def test_the_first_connection_begins_now_and_a_message_says_what_happened(
    streams: Streams, store: Store
) -> None:
    write(store, "before", 3)
    with streams.open(EVENTS) as messages:
        post = makers.make_post(store)
        while (told := next(messages)).event != "post.created":
            assert told.data["topic"] != "post:before"
    assert told.data["topic"] == post.topic
    assert told.data["at"] == "2026-11-20T09:00:00+00:00"
    assert told.data["data"]["status"] == "scheduled"


def test_a_first_connection_may_name_where_it_begins(streams: Streams, store: Store) -> None:
    begin = newest(store)
    write(store, "w", 3)
    with streams.open(f"{EVENTS}?after={begin + 1}") as messages:
        assert [next(messages).id, next(messages).id] == kept(store, begin + 1)


def test_a_topic_narrows_the_stream(streams: Streams, store: Store) -> None:
    begin = newest(store)
    write(store, "one", 2)
    write(store, "other", 2)
    write(store, "one", 1)
    with streams.open(f"{EVENTS}?topic=post:other", last_id=begin) as messages:
        past = [next(messages).data["data"] for _ in range(2)]
        write(store, "one", 2)
        write(store, "other", 1)
        assert next(messages).data["topic"] == "post:other"
    assert past == [{"writer": "other", "number": number} for number in range(2)]


@pytest.mark.parametrize("last_id", [10**9, 10**18 - 1])
def test_an_id_of_the_future_holds_nothing_back(streams: Streams, store: Store, last_id: int) -> None:
    """A browser may remember ids of a database that was restored since."""
    with streams.open(EVENTS, last_id=last_id) as messages:
        write(store, "w", 1)
        assert next(messages).data["topic"] == "post:w"


def test_a_stream_closes_after_a_quarter_of_an_hour(
    streams: Streams, store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "QUIET_SECONDS", 0.05)
    begin = newest(store)
    write(store, "w", 1)
    with streams.open(EVENTS, last_id=begin) as messages:
        next(messages)
        clock.advance(timedelta(minutes=15))
        assert list(messages) == []


def test_who_may_watch_and_what_can_be_asked(client: TestClient, vera: TestClient) -> None:
    assert client.get(EVENTS).status_code == 401
    for wrong in ({"topic": "everything"}, {"topic": "post:" + "x" * 80}, {"after": -1}, {"after": 10**30}):
        assert vera.get(EVENTS, params=wrong).status_code == 422


@contextmanager
def counting_reads(store: Store) -> Iterator[Callable[[], int]]:
    """How often the events were read since."""
    reads: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith("SELECT") and "FROM event" in statement:
            reads.append(statement)

    database_events.listen(store.engine, "before_cursor_execute", note)
    yield lambda: len(reads)
    database_events.remove(store.engine, "before_cursor_execute", note)


class Watcher:
    """Follows the events until it has `count`; `settled` once it knows the past and waits for more."""

    def __init__(self, followed: Live, begin: int, count: int) -> None:
        self.settled = asyncio.Event()
        self.seen = asyncio.create_task(self._watch(followed.follow(begin), count))

    async def _watch(self, follower: AsyncIterator[Event | None], count: int) -> list[int]:
        seen: list[int] = []
        async for event in follower:
            if event is None:
                self.settled.set()
            else:
                seen.append(event.id)
            if len(seen) == count:
                break
        return seen


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher is told soon that nothing happens."""
    monkeypatch.setattr(live, "QUIET_SECONDS", 0.05)


@pytest.mark.usefixtures("quick")
async def test_two_hundred_watchers_cost_as_many_reads_as_one(store: Store) -> None:
    """They all come at the same moment, as after a restart, and each is told everything once."""
    write(store, "w", 2)
    begin, followed = newest(store) - 2, Live(store)
    watchers = [Watcher(followed, begin, 32) for _ in range(WATCHERS)]
    for watcher in watchers:
        await watcher.settled.wait()
    with counting_reads(store) as reads:
        await asyncio.to_thread(write, store, "w", 30)
        seen = await asyncio.gather(*(watcher.seen for watcher in watchers))
        assert 1 <= reads() <= 30 + 5
    assert seen == [kept(store, begin)] * WATCHERS


@pytest.mark.usefixtures("quick")
async def test_trouble_with_the_database_costs_the_watchers_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.02)
    begin = newest(store)
    watcher = Watcher(Live(store), begin, 5)
    await watcher.settled.wait()
    read, troubles = events.after, iter(range(3))

    def troubled(tx: Tx, last_id: int, *, topic: str | None = None, limit: int = 200) -> list[Event]:
        if next(troubles, None) is not None:
            raise OperationalError("SELECT", {}, Exception("the server closed the connection"))
        return read(tx, last_id, topic=topic, limit=limit)

    with monkeypatch.context() as broken:
        broken.setattr(events, "after", troubled)
        await asyncio.to_thread(write, store, "w", 5)
        seen = await asyncio.wait_for(watcher.seen, 10)
    assert next(troubles, None) is None
    assert seen == kept(store, begin)


@pytest.mark.usefixtures("quick")
async def test_a_watcher_that_falls_behind_is_let_go_and_the_others_are_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEHIND", 10)
    begin, followed = newest(store), Live(store)
    slow, other = followed.follow(begin), Watcher(followed, begin, 30)
    assert await anext(slow) is None
    await other.settled.wait()
    for _ in range(30):
        await asyncio.to_thread(write, store, "w", 1)
        await asyncio.sleep(0.01)
    assert await other.seen == kept(store, begin)
    left = [event.id async for event in slow if event is not None]
    assert left == kept(store, begin)[:10]
