"""The one way into the database: transactions that carry their events, and reads."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from pressrun.kit.clock import Clock
from pressrun.kit.database import flushed_to_disk, is_sqlite
from pressrun.store import schema
from pressrun.store.secrets import Vault

CHANNEL = "pressrun_event"
_EVENT_ORDER_LOCK = 7_305_001


@dataclass
class Tx:
    """One transaction: its connection, its instant, the vault, and the events to be appended with it."""

    connection: Connection
    now: datetime
    vault: Vault
    events: list[dict[str, Any]] = field(default_factory=list)

    def append(self, topic: str, kind: str, data: Mapping[str, Any] | None = None) -> None:
        """Records that something happened; kept if, and only if, the transaction is."""
        self.events.append({"at": self.now, "topic": topic, "kind": kind, "data": dict(data or {})})

    def execute(self, statement: sa.Executable) -> sa.CursorResult[Any]:
        """Runs one statement."""
        return self.connection.execute(statement)

    def rows(self, statement: sa.Executable) -> list[sa.RowMapping]:
        """All rows of a query."""
        return list(self.connection.execute(statement).mappings())

    def row(self, statement: sa.Executable) -> sa.RowMapping | None:
        """The first row of a query."""
        return self.connection.execute(statement).mappings().first()

    def value(self, statement: sa.Executable) -> Any:
        """The first column of the first row."""
        return self.connection.execute(statement).scalar()


class Store:
    """The database with its clock and its key."""

    def __init__(self, engine: Engine, *, clock: Clock, vault: Vault) -> None:
        self.engine = engine
        self.clock = clock
        self.vault = vault
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Calls `listener`, in the committing thread, after each commit here that appended events."""
        self._listeners.append(listener)

    def announce(self) -> None:
        """Wakes whoever waits for new events."""
        for listener in self._listeners:
            listener()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Reads only."""
        with self.engine.connect() as connection:
            yield Tx(connection, self.clock.now(), self.vault)

    @contextmanager
    def transaction(self, *, flushed: bool = False) -> Iterator[Tx]:
        """One transaction; everything inside is kept, or nothing. `flushed` survives a power loss too."""
        with (
            self.engine.connect() as connection,
            flushed_to_disk(connection) if flushed else nullcontext(),
            connection.begin(),
        ):
            if is_sqlite(connection):
                # The driver begins only before the first write; what we read before it must hold too.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            tx = Tx(connection, self.clock.now(), self.vault)
            yield tx
            _write_events(tx)
        if tx.events:
            self.announce()


def _write_events(tx: Tx) -> None:
    if not tx.events:
        return
    if not is_sqlite(tx.connection):
        # Ids must become visible in their order, or a reader that follows them would miss one.
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_EVENT_ORDER_LOCK)))
        tx.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))
    tx.connection.execute(sa.insert(schema.event), tx.events)
