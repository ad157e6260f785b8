"""Worker processes and their heartbeats; implements the engine's roster."""

from datetime import datetime

import sqlalchemy as sa

from pressrun.store import schema
from pressrun.store.database import Store, Tx

_worker = schema.worker.c


class WorkerRoster:
    """The roster in our own database; each call is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def beat(self, worker_id: str) -> bool:
        """Says that the worker is alive. False when another one already took over its work."""
        with self._store.transaction() as tx:
            return _beat(tx, worker_id)

    def silent(self, worker_id: str, *, since: datetime | None) -> list[str]:
        """The other workers not yet buried, that were last heard before `since`; all of them for None."""
        with self._store.read() as tx:
            query = sa.select(_worker.id).where(_worker.id != worker_id, _worker.buried_at.is_(None))
            if since is not None:
                query = query.where(_worker.heartbeat_at < since)
            return [row["id"] for row in tx.rows(query)]

    def bury(self, worker_id: str) -> None:
        """Nothing is left to take over from this worker."""
        with self._store.transaction() as tx:
            tx.execute(sa.update(schema.worker).where(_worker.id == worker_id).values(buried_at=tx.now))

    def resign(self, worker_id: str) -> None:
        """The worker stops in good order: the others need not wait to take over what it leaves."""
        long_ago = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
        with self._store.transaction() as tx:
            tx.execute(sa.update(schema.worker).where(_worker.id == worker_id).values(heartbeat_at=long_ago))


def _beat(tx: Tx, worker_id: str) -> bool:
    row = tx.row(sa.select(_worker.buried_at).where(_worker.id == worker_id))
    if row is None:
        tx.execute(sa.insert(schema.worker).values(id=worker_id, started_at=tx.now, heartbeat_at=tx.now))
        return True
    if row["buried_at"] is not None:
        return False
    tx.execute(sa.update(schema.worker).where(_worker.id == worker_id).values(heartbeat_at=tx.now))
    return True
