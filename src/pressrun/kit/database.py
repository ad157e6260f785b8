"""Database engines: SQLite in one file, or PostgreSQL, used the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Dialect, Engine, event

FROZEN_SECONDS = 10
"""No transaction of ours waits that long between two statements."""


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware instant in UTC; SQLite keeps no zone, so it is taken off and put back here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone: {value!r}")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def create_engine(url: str, *, pool_size: int = 20) -> Engine:
    """An engine for `url` with the settings that exactly-once needs (WAL, foreign keys)."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, pool_size=pool_size, max_overflow=0)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def is_sqlite(bind: Engine | Connection) -> bool:
    """Whether this is the embedded database."""
    return bind.dialect.name == "sqlite"


@contextmanager
def flushed_to_disk(connection: Connection) -> Iterator[None]:
    """Commits inside survive a power loss, not only a killed process. Open it before the transaction begins.

    PostgreSQL always does. SQLite with `synchronous=NORMAL` may lose the last commits when the power goes.
    """
    if not is_sqlite(connection):
        yield
        return
    _set_synchronous(connection, "FULL")
    try:
        yield
    finally:
        _set_synchronous(connection, "NORMAL")


def _set_synchronous(connection: Connection, level: str) -> None:
    driver_connection: Any = connection.connection.driver_connection
    driver_connection.execute(f"PRAGMA synchronous={level}")


def _prepare_postgres(driver_connection: Any, _record: Any) -> None:
    # A frozen process must not keep its locks from those who take over from it.
    driver_connection.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s'")
    driver_connection.commit()


def _prepare_sqlite(driver_connection: Any, _record: Any) -> None:
    # IMMEDIATE: a transaction that will write takes the lock at its start, so it never fails half-way.
    driver_connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "busy_timeout=30000",
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
    ):
        driver_connection.execute(f"PRAGMA {pragma}")
