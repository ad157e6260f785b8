"""Assets: media files, named by the SHA-256 of their bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pressrun.domain.media import MediaFacts, MediaKind, facts_from_json, facts_to_json
from pressrun.domain.problems import Flaw, Problem
from pressrun.kit.database import is_sqlite
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_asset = schema.asset.c
_FACTS = ("kind", "mime", "size", "width", "height", "duration", "video")


@dataclass(frozen=True)
class Asset:
    """One file; `id` is the SHA-256 (hex) of its bytes."""

    id: str
    facts: MediaFacts
    name: str
    alt_text: str
    created_at: datetime

    def path(self, folder: Path) -> Path:
        """Where the file lies below the folder of assets."""
        return path_of(folder, self.id)


def path_of(folder: Path, asset_id: str) -> Path:
    """Where the bytes of an asset lie."""
    return folder / asset_id[:2] / asset_id


def add(tx: Tx, asset_id: str, facts: MediaFacts, *, name: str, alt_text: str = "") -> Asset:
    """The asset with these bytes, new or there already; an alt text that is given counts."""
    there = find(tx, asset_id)
    if there is not None:
        return set_alt_text(tx, asset_id, alt_text) if alt_text and alt_text != there.alt_text else there
    values: dict[str, Any] = {
        **facts_to_json(facts),
        "id": asset_id,
        "name": name[:255],
        "alt_text": alt_text[:1000],
        "created_at": tx.now,
    }
    # Two uploads of the same file may end at the same moment.
    tx.connection.execute(_insert_or_leave(tx, values))
    return get(tx, asset_id)


def find(tx: Tx, asset_id: str) -> Asset | None:
    """The asset, if there is one."""
    row = tx.row(sa.select(schema.asset).where(_asset.id == asset_id))
    return _read(row) if row else None


def get(tx: Tx, asset_id: str) -> Asset:
    """The asset. Raises `Problem` (404) `asset_not_found`."""
    asset = find(tx, asset_id)
    if asset is None:
        raise Problem.not_found("asset_not_found", asset_id=asset_id)
    return asset


def get_all(tx: Tx, asset_ids: Sequence[str], *, field: str = "asset_ids") -> list[Asset]:
    """The assets in this order. Raises `Problem` (422) with `asset_not_found` for each missing one."""
    rows = tx.rows(sa.select(schema.asset).where(_asset.id.in_(asset_ids))) if asset_ids else []
    found = {row["id"]: _read(row) for row in rows}
    missing = [asset_id for asset_id in asset_ids if asset_id not in found]
    if missing:
        raise Problem(*(Flaw("asset_not_found", field, {"asset_id": each}) for each in missing))
    return [found[asset_id] for asset_id in asset_ids]


def listed(
    tx: Tx, *, kind: MediaKind | None = None, limit: int = 100, after: Place | None = None
) -> list[Asset]:
    """Assets, newest first; `after` is the (created_at, id) of the last one seen."""
    query = sa.select(schema.asset).order_by(_asset.created_at.desc(), _asset.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(_asset.kind == kind.value)
    if after is not None:
        query = query.where(sa.tuple_(_asset.created_at, _asset.id) < place(after))
    return [_read(row) for row in tx.rows(query)]


def set_alt_text(tx: Tx, asset_id: str, alt_text: str) -> Asset:
    """What a person who can't see the file is told."""
    tx.execute(sa.update(schema.asset).where(_asset.id == asset_id).values(alt_text=alt_text[:1000]))
    return get(tx, asset_id)


def _insert_or_leave(tx: Tx, values: dict[str, Any]) -> sa.Insert:
    dialect = sqlite if is_sqlite(tx.connection) else postgresql
    return dialect.insert(schema.asset).values(values).on_conflict_do_nothing()


def _read(row: sa.RowMapping) -> Asset:
    facts = facts_from_json({name: row[name] for name in _FACTS})
    return Asset(row["id"], facts, row["name"], row["alt_text"], row["created_at"])
