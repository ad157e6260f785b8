"""Notifications: what a person should know, as a code and values, so that each reads their language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_notification = schema.notification.c


@dataclass(frozen=True)
class Notification:
    """Something to know; `values` fill the message of `code` in `domain.messages`.

    `severity` is a state's word of the pages: `failed`, `attention`, `waiting` or `done`.
    """

    id: str
    at: datetime
    code: str
    severity: str
    values: dict[str, Any]
    post_id: str | None
    account_id: str | None
    run_id: str | None
    read_at: datetime | None


def add(
    tx: Tx,
    *,
    code: str,
    severity: str,
    values: dict[str, Any] | None = None,
    post_id: str | None = None,
    account_id: str | None = None,
    run_id: str | None = None,
) -> Notification:
    """Tells everyone about something."""
    notification_id = new_id()
    tx.execute(
        sa.insert(schema.notification).values(
            id=notification_id,
            at=tx.now,
            code=code,
            severity=severity,
            values=values or {},
            post_id=post_id,
            account_id=account_id,
            run_id=run_id,
        )
    )
    tx.append(f"notification:{notification_id}", "notification.created", {"code": code})
    return get(tx, notification_id)


def get(tx: Tx, notification_id: str) -> Notification:
    """The notification. Raises `Problem` (404) `notification_not_found`."""
    row = tx.row(sa.select(schema.notification).where(_notification.id == notification_id))
    if row is None:
        raise Problem.not_found("notification_not_found")
    return read_notification(row)


def listed(
    tx: Tx, *, unread_only: bool = False, limit: int = 100, after: Place | None = None
) -> list[Notification]:
    """Notifications, newest first; `after` is the (at, id) of the last one seen."""
    query = (
        sa.select(schema.notification).order_by(_notification.at.desc(), _notification.id.desc()).limit(limit)
    )
    if unread_only:
        query = query.where(_notification.read_at.is_(None))
    if after is not None:
        query = query.where(sa.tuple_(_notification.at, _notification.id) < place(after))
    return [read_notification(row) for row in tx.rows(query)]


def is_told(tx: Tx, code: str, *, account_id: str, since: datetime) -> bool:
    """Whether people heard this of an account since then, or have not read it yet."""
    known = (
        sa.select(_notification.id)
        .where(_notification.code == code, _notification.account_id == account_id)
        .where(sa.or_(_notification.at >= since, _notification.read_at.is_(None)))
    )
    return tx.row(known.limit(1)) is not None


def count_unread(tx: Tx) -> int:
    """How many nobody has read."""
    unread = (
        sa.select(sa.func.count()).select_from(schema.notification).where(_notification.read_at.is_(None))
    )
    return tx.value(unread)


def mark_read(tx: Tx, notification_id: str) -> Notification:
    """Someone has read it; the first time counts. Raises `Problem` (404)."""
    tx.execute(
        sa.update(schema.notification)
        .where(_notification.id == notification_id, _notification.read_at.is_(None))
        .values(read_at=tx.now)
    )
    return get(tx, notification_id)


def read_notification(row: sa.RowMapping) -> Notification:
    """The notification in a row of a query, whatever else stands in it."""
    return Notification(**{column.name: row[column.name] for column in schema.notification.columns})
