"""Channels: where people hear of notifications when no page is open, and what was sent there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.kit.database import is_sqlite
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.notifications import Notification, read_notification

_channel, _delivery, _notification = schema.channel.c, schema.delivery.c, schema.notification.c
_ADDRESS = "address"


@dataclass(frozen=True)
class Channel:
    """A channel without its address, which holds secrets. `trouble` says why the last message failed."""

    id: str
    name: str
    language: Language
    enabled: bool
    trouble: str
    created_at: datetime


@dataclass(frozen=True)
class Due:
    """What one channel is to be told now."""

    channel: Channel
    address: str
    notifications: tuple[Notification, ...]
    tries: int
    """How often the oldest of them was tried."""


def add(tx: Tx, *, name: str, address: str, language: Language) -> Channel:
    """A new channel, switched on."""
    channel_id = new_id()
    tx.execute(
        sa.insert(schema.channel).values(
            id=channel_id,
            name=name,
            address=tx.vault.seal({_ADDRESS: address}),
            language=language.value,
            enabled=True,
            created_at=tx.now,
        )
    )
    return get(tx, channel_id)


def get(tx: Tx, channel_id: str) -> Channel:
    """The channel. Raises `Problem` (404) `channel_not_found`."""
    row = tx.row(_query().where(_channel.id == channel_id))
    if row is None:
        raise Problem.not_found("channel_not_found")
    return _read(row)


def address_of(tx: Tx, channel_id: str) -> str:
    """Where it sends to, decrypted."""
    sealed = tx.value(sa.select(_channel.address).where(_channel.id == channel_id))
    if sealed is None:
        raise Problem.not_found("channel_not_found")
    return str(tx.vault.open(sealed)[_ADDRESS])


def listed(tx: Tx) -> list[Channel]:
    """Every channel, the oldest first."""
    return [_read(row) for row in tx.rows(_query().order_by(_channel.created_at, _channel.id))]


def lock_enabled(tx: Tx) -> list[Channel]:
    """Every channel that is on and that no other worker is about to use, until this transaction ends."""
    query = _query().where(_channel.enabled).order_by(_channel.id).with_for_update(skip_locked=True)
    return [_read(row) for row in tx.rows(query)]


def switch(tx: Tx, channel_id: str, *, enabled: bool) -> Channel:
    """Switches a channel on or off."""
    tx.execute(sa.update(schema.channel).where(_channel.id == channel_id).values(enabled=enabled))
    return get(tx, channel_id)


def set_trouble(tx: Tx, channel_id: str, trouble: str) -> None:
    """Why its last message did not go out; empty once one did."""
    tx.execute(sa.update(schema.channel).where(_channel.id == channel_id).values(trouble=trouble[:500]))


def remove(tx: Tx, channel_id: str) -> None:
    """Deletes a channel with what it still had to say."""
    tx.execute(sa.delete(schema.delivery).where(_delivery.channel_id == channel_id))
    tx.execute(sa.delete(schema.channel).where(_channel.id == channel_id))


def plan_deliveries(tx: Tx, *, limit: int) -> int:
    """Makes a delivery to each channel of every notification made since it was; answers how many."""
    there = sa.exists().where(
        _delivery.channel_id == _channel.id, _delivery.notification_id == _notification.id
    )
    wanted = (
        sa.select(_channel.id.label("channel_id"), _notification.id.label("notification_id"))
        .select_from(schema.channel.join(schema.notification, sa.true()))
        .where(_channel.enabled, _notification.at > tx.now - _RECENT, _notification.at >= _channel.created_at)
        .where(~there)
        .limit(limit)
    )
    rows = [{**row, "ready_at": tx.now} for row in tx.rows(wanted)]
    if rows:
        # Another worker may be at it too.
        dialect = sqlite if is_sqlite(tx.connection) else postgresql
        tx.connection.execute(dialect.insert(schema.delivery).on_conflict_do_nothing(), rows)
    return len(rows)


_RECENT = timedelta(days=1)
"""What is older is no news: a channel that was off for long is not told everything at once."""


def due(tx: Tx, channel: Channel) -> Due | None:
    """Everything that waits for this channel, once the oldest of it is due."""
    query = (
        sa.select(schema.notification, _delivery.ready_at, _delivery.tries)
        .join(schema.delivery, _delivery.notification_id == _notification.id)
        .where(_delivery.channel_id == channel.id, _delivery.ended_at.is_(None))
        .order_by(_notification.at, _notification.id)
    )
    rows = tx.rows(query)
    if not rows or min(row["ready_at"] for row in rows) > tx.now:
        return None
    return Due(
        channel,
        address_of(tx, channel.id),
        tuple(read_notification(row) for row in rows),
        max(row["tries"] for row in rows),
    )


def last_sent_at(tx: Tx, channel_id: str) -> datetime | None:
    """When the channel was told something last."""
    query = sa.select(sa.func.max(_delivery.ended_at)).where(_delivery.channel_id == channel_id)
    return tx.value(query)


def put_off(tx: Tx, due: Due, ready_at: datetime, *, tries: int) -> None:
    """They are sent at this time, unless an answer comes before."""
    tx.execute(_these(due).values(ready_at=ready_at, tries=tries))


def end(tx: Tx, due: Due, outcome: str) -> None:
    """They were `sent`, or `given_up`."""
    tx.execute(_these(due).values(ended_at=tx.now, outcome=outcome))


def prune(tx: Tx, before: datetime) -> None:
    """Forgets deliveries that ended long ago."""
    tx.execute(sa.delete(schema.delivery).where(_delivery.ended_at < before))


def _these(due: Due) -> sa.Update:
    ids: Sequence[str] = [each.id for each in due.notifications]
    return sa.update(schema.delivery).where(
        _delivery.channel_id == due.channel.id, _delivery.notification_id.in_(ids)
    )


def _query() -> sa.Select[tuple[object, ...]]:
    return sa.select(*(column for column in schema.channel.columns if column.name != _ADDRESS))


def _read(row: sa.RowMapping) -> Channel:
    return Channel(**{**row, "language": Language(row["language"])})
