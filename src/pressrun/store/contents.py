"""Content: what is said, its pictures in order, and the approval that binds it (promise 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.content import ContentEvent, ContentStatus, content_hash, next_status
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx

_content, _link = schema.content.c, schema.content_asset.c


@dataclass(frozen=True)
class Content:
    """What is said, in its present version."""

    id: str
    persona_id: str
    run_id: str | None
    status: ContentStatus
    version: int
    title: str
    caption: str
    hashtags: tuple[str, ...]
    script: dict[str, Any] | None
    hash: str
    approved_hash: str | None
    note: str
    decided_by: str | None
    decided_at: datetime | None
    created_at: datetime
    asset_ids: tuple[str, ...]

    @property
    def is_approved(self) -> bool:
        """Whether a person, or the persona's rule, approved exactly this."""
        return self.status is ContentStatus.APPROVED and self.approved_hash == self.hash


def topic(content_id: str) -> str:
    """The topic of a content's events."""
    return f"content:{content_id}"


def add(
    tx: Tx,
    *,
    persona_id: str,
    caption: str,
    hashtags: Sequence[str],
    asset_ids: Sequence[str],
    title: str = "",
    run_id: str | None = None,
    script: dict[str, Any] | None = None,
) -> Content:
    """New content, a draft."""
    content_id = new_id()
    tx.execute(
        sa.insert(schema.content).values(
            id=content_id,
            persona_id=persona_id,
            run_id=run_id,
            status=ContentStatus.DRAFT.value,
            title=title,
            caption=caption,
            hashtags=list(hashtags),
            script=script,
            hash=content_hash(caption, hashtags, asset_ids),
            created_at=tx.now,
        )
    )
    _link_assets(tx, content_id, asset_ids)
    tx.append(topic(content_id), "content.created", {"persona_id": persona_id})
    return get(tx, content_id)


def get(tx: Tx, content_id: str) -> Content:
    """The content. Raises `Problem` (404)."""
    row = tx.row(sa.select(schema.content).where(_content.id == content_id))
    if row is None:
        raise Problem.not_found("content_not_found")
    return _read(tx, row)


def of_run(tx: Tx, run_id: str) -> Content | None:
    """What a run made."""
    row = tx.row(sa.select(schema.content).where(_content.run_id == run_id))
    return _read(tx, row) if row else None


def in_review(tx: Tx, *, limit: int = 100) -> list[Content]:
    """What waits for a decision, the oldest first."""
    query = sa.select(schema.content).where(_content.status == ContentStatus.IN_REVIEW.value)
    return [_read(tx, row) for row in tx.rows(query.order_by(_content.created_at).limit(limit))]


def count_in_review(tx: Tx) -> int:
    """How much waits for a decision."""
    query = sa.select(sa.func.count()).where(_content.status == ContentStatus.IN_REVIEW.value)
    return tx.value(query) or 0


def recent_titles(tx: Tx, persona_id: str, *, limit: int = 30) -> list[str]:
    """What the persona said lately, the newest first."""
    query = (
        sa.select(_content.title)
        .where(_content.persona_id == persona_id, _content.title != "")
        .order_by(_content.created_at.desc())
        .limit(limit)
    )
    return [row["title"] for row in tx.rows(query)]


def change(tx: Tx, content: Content, event: ContentEvent, **changes: Any) -> Content:
    """Changes a content's status by `event`: the only door. Raises `Problem` (409) where it refuses."""
    status = next_status(content.status, event)
    changed = tx.execute(
        sa.update(schema.content)
        .where(
            _content.id == content.id,
            _content.status == content.status.value,
            _content.version == content.version,
        )
        .values(**changes, status=status.value, version=content.version + 1)
    )
    if changed.rowcount != 1:
        raise Problem.conflict("edited_meanwhile")
    tx.append(topic(content.id), f"content.{event.value}", {"status": status.value})
    return get(tx, content.id)


def approve(tx: Tx, content: Content, *, decided_by: str | None, note: str = "") -> Content:
    """Binds the approval to exactly what is there now."""
    return change(
        tx,
        content,
        ContentEvent.APPROVED,
        approved_hash=content.hash,
        decided_by=decided_by,
        decided_at=tx.now,
        note=note,
    )


def edit(
    tx: Tx,
    content: Content,
    *,
    caption: str,
    hashtags: Sequence[str],
    asset_ids: Sequence[str],
    title: str | None = None,
    script: dict[str, Any] | None = None,
) -> Content:
    """Says something else; what was approved before is not approved now."""
    tx.execute(sa.delete(schema.content_asset).where(_link.content_id == content.id))
    _link_assets(tx, content.id, asset_ids)
    return change(
        tx,
        content,
        ContentEvent.EDITED,
        title=content.title if title is None else title,
        script=content.script if script is None else script,
        caption=caption,
        hashtags=list(hashtags),
        hash=content_hash(caption, hashtags, asset_ids),
        approved_hash=None,
    )


def _link_assets(tx: Tx, content_id: str, asset_ids: Sequence[str]) -> None:
    links = [
        {"content_id": content_id, "position": position, "asset_id": asset_id}
        for position, asset_id in enumerate(asset_ids)
    ]
    if links:
        tx.connection.execute(sa.insert(schema.content_asset), links)


def _read(tx: Tx, row: sa.RowMapping) -> Content:
    links = sa.select(_link.asset_id).where(_link.content_id == row["id"]).order_by(_link.position)
    values = {column.name: row[column.name] for column in schema.content.columns}
    values["status"] = ContentStatus(values["status"])
    values["hashtags"] = tuple(values["hashtags"])
    return Content(**values, asset_ids=tuple(link["asset_id"] for link in tx.rows(links)))
