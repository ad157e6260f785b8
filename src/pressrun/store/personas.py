"""Personas: who speaks."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pressrun.domain.persona import ApprovalRule, Language
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_persona = schema.persona.c
_HUES = 12


@dataclass(frozen=True)
class Persona:
    """A persona as it is kept; `voice` is `{provider, name, speed, pitch}` or empty."""

    id: str
    name: str
    language: Language
    timezone: str
    channel_type: str
    style: str
    image_style: str
    hashtags: tuple[str, ...]
    voice: dict[str, Any]
    approval: ApprovalRule
    hue: int
    paused_at: datetime | None
    created_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The persona's time zone."""
        return ZoneInfo(self.timezone)


def add(
    tx: Tx,
    *,
    name: str,
    language: Language,
    timezone: str,
    channel_type: str = "",
    style: str = "",
    image_style: str = "",
    hashtags: tuple[str, ...] = (),
    voice: dict[str, Any] | None = None,
    approval: ApprovalRule = ApprovalRule.ALWAYS,
    hue: int | None = None,
) -> Persona:
    """A new persona; its hue follows from its id where none is chosen."""
    persona_id = new_id()
    tx.execute(
        sa.insert(schema.persona).values(
            id=persona_id,
            name=name,
            language=language.value,
            timezone=timezone,
            channel_type=channel_type,
            style=style,
            image_style=image_style,
            hashtags=list(hashtags),
            voice=voice or {},
            approval=approval.value,
            hue=_hue(persona_id) if hue is None else hue,
            created_at=tx.now,
        )
    )
    tx.append(topic(persona_id), "persona.created", {"name": name})
    return get(tx, persona_id)


def topic(persona_id: str) -> str:
    """The topic of a persona's events."""
    return f"persona:{persona_id}"


def get(tx: Tx, persona_id: str) -> Persona:
    """The persona. Raises `Problem` (404) `persona_not_found`."""
    row = tx.row(sa.select(schema.persona).where(_persona.id == persona_id))
    if row is None:
        raise Problem.not_found("persona_not_found")
    return _read(row)


def listed(tx: Tx, *, limit: int = 1000, after: Place | None = None) -> list[Persona]:
    """Personas, oldest first; `after` is the (created_at, id) of the last one seen."""
    query = sa.select(schema.persona).order_by(_persona.created_at, _persona.id).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(_persona.created_at, _persona.id) > place(after))
    return [_read(row) for row in tx.rows(query)]


def change(tx: Tx, persona_id: str, **changes: Any) -> Persona:
    """Sets columns of a persona."""
    if changes:
        tx.execute(sa.update(schema.persona).where(_persona.id == persona_id).values(changes))
        tx.append(topic(persona_id), "persona.changed", {"fields": sorted(changes)})
    return get(tx, persona_id)


def pause(tx: Tx, persona_id: str) -> None:
    """Nothing of this persona goes out until it is resumed (S2.8)."""
    paused = (
        sa.update(schema.persona)
        .where(_persona.id == persona_id, _persona.paused_at.is_(None))
        .values(paused_at=tx.now)
    )
    if tx.execute(paused).rowcount:
        tx.append(topic(persona_id), "persona.paused")


def resume(tx: Tx, persona_id: str) -> None:
    """Ends a pause."""
    resumed = (
        sa.update(schema.persona)
        .where(_persona.id == persona_id, _persona.paused_at.is_not(None))
        .values(paused_at=None)
    )
    if tx.execute(resumed).rowcount:
        tx.append(topic(persona_id), "persona.resumed")


def is_used(tx: Tx, persona_id: str) -> bool:
    """Whether anything belongs to the persona, so that it can't be removed."""
    owned = (schema.account, schema.content, schema.post, schema.run, schema.schedule, schema.title)
    return any(
        tx.value(sa.select(sa.literal(1)).where(table.c.persona_id == persona_id).limit(1)) for table in owned
    )


def remove(tx: Tx, persona_id: str) -> None:
    """Deletes a persona that nothing belongs to."""
    tx.execute(sa.delete(schema.persona).where(_persona.id == persona_id))
    tx.append(topic(persona_id), "persona.removed")


def _hue(persona_id: str) -> int:
    return hashlib.sha256(persona_id.encode()).digest()[0] % _HUES * (360 // _HUES)


def _read(row: sa.RowMapping) -> Persona:
    values = dict(row)
    values["language"] = Language(values["language"])
    values["approval"] = ApprovalRule(values["approval"])
    values["hashtags"] = tuple(values["hashtags"])
    return Persona(**values)
