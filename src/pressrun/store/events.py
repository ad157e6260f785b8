"""Events: what happened, in the order in which it became visible (DESIGN.md 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.store import schema
from pressrun.store.database import Tx


@dataclass(frozen=True)
class Event:
    """Something that happened to `topic`, such as `post:…`; `id` grows in order of visibility."""

    id: int
    at: datetime
    topic: str
    kind: str
    data: dict[str, Any]


def after(tx: Tx, last_id: int, *, topic: str | None = None, limit: int = 200) -> list[Event]:
    """The events that follow `last_id`, oldest first."""
    query = sa.select(schema.event).where(schema.event.c.id > last_id)
    if topic is not None:
        query = query.where(schema.event.c.topic == topic)
    return [Event(**row) for row in tx.rows(query.order_by(schema.event.c.id).limit(limit))]


def newest_id(tx: Tx) -> int:
    """The id of the last event, 0 where there is none."""
    return tx.value(sa.select(sa.func.max(schema.event.c.id))) or 0


def is_of_topic(tx: Tx, event_id: int, topic: str) -> bool:
    """Whether `event_id` belongs to the stream of `topic`; a foreign id resumes nothing (API.md)."""
    event = schema.event.c
    return bool(tx.value(sa.select(event.id).where(event.id == event_id, event.topic == topic)))


def newest(tx: Tx, topics: Sequence[str], *, limit: int = 100) -> list[Event]:
    """The last events of these topics, oldest first."""
    event = schema.event
    query = sa.select(event).where(event.c.topic.in_(topics)).order_by(event.c.id.desc()).limit(limit)
    return [Event(**row) for row in reversed(tx.rows(query))]
