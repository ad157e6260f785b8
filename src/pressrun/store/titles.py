"""Titles: topics that people registered, with or without a time (S4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.content import ContentType
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_title = schema.title.c


@dataclass(frozen=True)
class Title:
    """A registered topic. `started_at` is set once its run exists."""

    id: str
    title: str
    persona_id: str
    account_ids: tuple[str, ...]
    content_type: ContentType
    scheduled_at: datetime | None
    started_at: datetime | None
    cancelled_at: datetime | None
    created_by: str | None
    created_at: datetime


def add(
    tx: Tx,
    *,
    title: str,
    persona_id: str,
    account_ids: Sequence[str],
    content_type: ContentType,
    scheduled_at: datetime | None,
    created_by: str | None,
) -> Title:
    """A new title, not started yet."""
    title_id = new_id()
    tx.execute(
        sa.insert(schema.title).values(
            id=title_id,
            title=title,
            persona_id=persona_id,
            account_ids=list(account_ids),
            content_type=content_type.value,
            scheduled_at=scheduled_at,
            created_by=created_by,
            created_at=tx.now,
        )
    )
    tx.append(f"title:{title_id}", "title.created", {"title": title})
    return get(tx, title_id)


def get(tx: Tx, title_id: str) -> Title:
    """The title. Raises `Problem` (404)."""
    row = tx.row(sa.select(schema.title).where(_title.id == title_id))
    if row is None:
        raise Problem.not_found("title_not_found")
    return _read(row)


def newest(tx: Tx, *, limit: int = 50, before: Place | None = None) -> list[Title]:
    """Titles, the newest first; `before` is the (created_at, id) of the last one seen."""
    query = sa.select(schema.title)
    if before is not None:
        query = query.where(sa.tuple_(_title.created_at, _title.id) < place(before))
    query = query.order_by(_title.created_at.desc(), _title.id.desc()).limit(limit)
    return [_read(row) for row in tx.rows(query)]


def due(tx: Tx, *, until: datetime, limit: int) -> list[Title]:
    """Titles whose time has come and that have no run yet."""
    query = (
        sa.select(schema.title)
        .where(sa.text("title.started_at IS NULL AND title.cancelled_at IS NULL"))
        .where(_title.scheduled_at <= until)
        .order_by(_title.scheduled_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def mark_started(tx: Tx, title: Title) -> bool:
    """Takes the title for one run; False where another clock took it already."""
    changed = tx.execute(
        sa.update(schema.title)
        .where(_title.id == title.id, _title.started_at.is_(None), _title.cancelled_at.is_(None))
        .values(started_at=tx.now)
    )
    return changed.rowcount == 1


def cancel(tx: Tx, title: Title) -> None:
    """A title that has not started is called off. Raises `Problem` (409)."""
    if title.started_at is not None:
        raise Problem.conflict("run_refuses")
    tx.execute(sa.update(schema.title).where(_title.id == title.id).values(cancelled_at=tx.now))
    tx.append(f"title:{title.id}", "title.cancelled", {})


def _read(row: sa.RowMapping) -> Title:
    values: dict[str, Any] = {column.name: row[column.name] for column in schema.title.columns}
    values["account_ids"] = tuple(values["account_ids"])
    values["content_type"] = ContentType(values["content_type"])
    return Title(**values)
