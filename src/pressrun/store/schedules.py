"""Schedules: when a persona makes new content by itself (S3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pressrun.domain import recurrence
from pressrun.domain.content import ContentType
from pressrun.domain.problems import Problem
from pressrun.domain.recurrence import Recurrence
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_schedule = schema.schedule.c


@dataclass(frozen=True)
class Schedule:
    """When and what a persona makes. `prompt` is what it is about."""

    id: str
    name: str
    persona_id: str
    account_ids: tuple[str, ...]
    content_type: ContentType
    recurrence: Recurrence
    prompt: str
    approval: str | None
    enabled: bool
    next_run_at: datetime | None
    last_run_at: datetime | None
    total_generated: int
    created_at: datetime


def topic(schedule_id: str) -> str:
    """The topic of a schedule's events."""
    return f"schedule:{schedule_id}"


def add(
    tx: Tx,
    *,
    name: str,
    persona_id: str,
    account_ids: Sequence[str],
    content_type: ContentType,
    rule: Recurrence,
    prompt: str,
) -> Schedule:
    """A new schedule, switched on."""
    schedule_id = new_id()
    tx.execute(
        sa.insert(schema.schedule).values(
            id=schedule_id,
            name=name,
            persona_id=persona_id,
            account_ids=list(account_ids),
            content_type=content_type.value,
            recurrence=recurrence.to_json(rule),
            prompt=prompt,
            enabled=True,
            next_run_at=recurrence.calculate_next_run(rule, tx.now),
            created_at=tx.now,
        )
    )
    tx.append(topic(schedule_id), "schedule.created", {"name": name})
    return get(tx, schedule_id)


def get(tx: Tx, schedule_id: str) -> Schedule:
    """The schedule. Raises `Problem` (404)."""
    row = tx.row(sa.select(schema.schedule).where(_schedule.id == schedule_id))
    if row is None:
        raise Problem.not_found("schedule_not_found")
    return _read(row)


def listed(tx: Tx, *, limit: int = 100, after: Place | None = None) -> list[Schedule]:
    """Schedules, the oldest first."""
    query = sa.select(schema.schedule)
    if after is not None:
        query = query.where(sa.tuple_(_schedule.created_at, _schedule.id) > place(after))
    query = query.order_by(_schedule.created_at, _schedule.id).limit(limit)
    return [_read(row) for row in tx.rows(query)]


def due(tx: Tx, *, limit: int) -> list[Schedule]:
    """Schedules whose next occurrence has come."""
    query = (
        sa.select(schema.schedule)
        .where(_schedule.enabled, _schedule.next_run_at <= tx.now)
        .order_by(_schedule.next_run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def advance(tx: Tx, schedule: Schedule, *, ran: bool) -> None:
    """Its occurrence is dealt with: on to the next."""
    tx.execute(
        sa.update(schema.schedule)
        .where(_schedule.id == schedule.id, _schedule.next_run_at == schedule.next_run_at)
        .values(
            next_run_at=recurrence.calculate_next_run(schedule.recurrence, tx.now),
            last_run_at=tx.now if ran else schedule.last_run_at,
            total_generated=schedule.total_generated + ran,
        )
    )


def _read(row: sa.RowMapping) -> Schedule:
    values = {column.name: row[column.name] for column in schema.schedule.columns}
    values["account_ids"] = tuple(values["account_ids"])
    values["content_type"] = ContentType(values["content_type"])
    values["recurrence"] = recurrence.from_json(values["recurrence"])
    return Schedule(**values)
