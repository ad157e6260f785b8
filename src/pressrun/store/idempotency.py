"""Answers kept by `Idempotency-Key`, so that a request sent twice acts once (API.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pressrun.kit.database import is_sqlite
from pressrun.store import schema
from pressrun.store.database import Store, Tx

KEPT_FOR = timedelta(hours=24)
LONGEST_REQUEST = timedelta(minutes=10)

_kept = schema.idempotency.c


@dataclass(frozen=True)
class Claim:
    """Who asks for what under which key; `process_id` is the running process."""

    caller: str
    route: str
    key: str
    request_hash: str
    process_id: str


@dataclass(frozen=True)
class KeptAnswer:
    """What an earlier request of the same key was, and its answer where it has one."""

    request_hash: str
    status: int | None
    answer: dict[str, Any] | None


def claim(store: Store, wanted: Claim) -> KeptAnswer | None:
    """Takes the key, or answers who has it. A dead request's key is free."""
    try:
        with store.transaction() as tx:
            _prune(tx)
            holder = tx.row(sa.select(schema.idempotency).where(*_is(wanted)).with_for_update())
            if holder is not None:
                if not _is_dead(tx, holder, wanted):
                    return KeptAnswer(holder["request_hash"], holder["status"], holder["answer"])
                # The lock on the row makes sure that it is this one which goes.
                tx.execute(sa.delete(schema.idempotency).where(*_is(wanted)))
            tx.execute(sa.insert(schema.idempotency).values(_row(wanted, tx.now)))
    except IntegrityError:
        # Another request of the same key was first by a moment.
        return KeptAnswer(wanted.request_hash, None, None)
    return None


def keep(store: Store, claimed: Claim, *, status: int, answer: dict[str, Any]) -> None:
    """Keeps the answer of a claimed key for those who ask again."""
    mine = (*_is(claimed), _kept.worker_id == claimed.process_id)
    with store.transaction() as tx:
        tx.execute(sa.update(schema.idempotency).where(*mine).values(status=status, answer=answer))


def release(store: Store, claimed: Claim) -> None:
    """Frees a claimed key: nothing was done."""
    mine = (*_is(claimed), _kept.worker_id == claimed.process_id, _kept.status.is_(None))
    with store.transaction() as tx:
        tx.execute(sa.delete(schema.idempotency).where(*mine))


def _is(wanted: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (_kept.caller == wanted.caller, _kept.route == wanted.route, _kept.key == wanted.key)


def _is_dead(tx: Tx, holder: sa.RowMapping, wanted: Claim) -> bool:
    if holder["status"] is not None or holder["worker_id"] == wanted.process_id:
        return holder["status"] is None and holder["created_at"] <= tx.now - LONGEST_REQUEST
    if is_sqlite(tx.connection) or holder["created_at"] <= tx.now - LONGEST_REQUEST:
        # One process writes to the embedded database: another id is that of an earlier start.
        return True
    worker = schema.worker.c
    buried = sa.select(worker.id).where(worker.id == holder["worker_id"], worker.buried_at.is_not(None))
    return tx.value(buried) is not None


def _row(wanted: Claim, now: datetime) -> dict[str, Any]:
    return {
        "caller": wanted.caller,
        "route": wanted.route,
        "key": wanted.key,
        "request_hash": wanted.request_hash,
        "worker_id": wanted.process_id,
        "created_at": now,
    }


def _prune(tx: Tx) -> None:
    tx.execute(sa.delete(schema.idempotency).where(_kept.created_at <= tx.now - KEPT_FOR))
