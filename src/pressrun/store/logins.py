"""Failed tries to sign in, kept so that a throttle survives a restart."""

from datetime import datetime

import sqlalchemy as sa

from pressrun.kit.database import is_sqlite
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx

_failed = schema.failed_login.c
_ONE_AT_A_TIME = 7_305_002


def lock(tx: Tx) -> None:
    """Nobody else counts or adds tries before this transaction ends."""
    if not is_sqlite(tx.connection):
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))


def add(tx: Tx, email: str, address: str) -> str:
    """Notes a try as failed and answers its id."""
    try_id = new_id()
    tx.execute(sa.insert(schema.failed_login).values(id=try_id, email=email, address=address, at=tx.now))
    return try_id


def times(tx: Tx, email: str, address: str, *, since: datetime) -> list[datetime]:
    """When this e-mail failed from this address after `since`, oldest first."""
    query = (
        sa.select(_failed.at)
        .where(_failed.email == email, _failed.address == address, _failed.at > since)
        .order_by(_failed.at)
    )
    return list(tx.execute(query).scalars())


def forget(tx: Tx, email: str, address: str) -> None:
    """Drops the failed tries of this e-mail from this address."""
    tx.execute(sa.delete(schema.failed_login).where(_failed.email == email, _failed.address == address))


def prune(tx: Tx, *, before: datetime) -> int:
    """Deletes old tries and answers how many."""
    return tx.execute(sa.delete(schema.failed_login).where(_failed.at <= before)).rowcount
