"""Media as platforms want them: converted once for each set of rules, and where they lie in a media store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pressrun.domain.media import MediaFacts, facts_from_json, facts_to_json
from pressrun.kit.database import is_sqlite
from pressrun.store import schema
from pressrun.store.database import Tx

_stored, _asset = schema.stored_media.c, schema.asset.c


@dataclass(frozen=True)
class StoredMedia:
    """An asset in the form that `purpose` (a platform) takes, at `location` in the words of `store`."""

    asset_id: str
    store: str
    purpose: str
    location: str
    facts: MediaFacts
    alt_text: str = ""


def prepared_path(asset_folder: Path, asset_id: str, purpose: str) -> Path:
    """Where our own copy of a prepared asset lies."""
    return asset_folder / "prepared" / purpose / asset_id[:2] / asset_id


def add(tx: Tx, media: StoredMedia) -> None:
    """Remembers a prepared asset; a second preparation of the same changes nothing."""
    dialect = sqlite if is_sqlite(tx.connection) else postgresql
    # Two may end at the same moment.
    tx.execute(
        dialect.insert(schema.stored_media)
        .values(
            asset_id=media.asset_id,
            store=media.store,
            purpose=media.purpose,
            location=media.location,
            facts=facts_to_json(media.facts),
            created_at=tx.now,
        )
        .on_conflict_do_nothing()
    )


def of_assets(tx: Tx, asset_ids: Sequence[str], *, stores: Sequence[str], purpose: str) -> list[StoredMedia]:
    """These assets as they were prepared, in their order, each from the first of `stores` that has it."""
    query = (
        sa.select(schema.stored_media, _asset.alt_text)
        .join(schema.asset, _asset.id == _stored.asset_id)
        .where(_stored.asset_id.in_(asset_ids), _stored.store.in_(stores), _stored.purpose == purpose)
    )
    found: dict[str, StoredMedia] = {}
    for media in sorted(map(_read, tx.rows(query)), key=lambda media: stores.index(media.store)):
        found.setdefault(media.asset_id, media)
    return [found[asset_id] for asset_id in asset_ids if asset_id in found]


def _read(row: sa.RowMapping) -> StoredMedia:
    return StoredMedia(
        asset_id=row["asset_id"],
        store=row["store"],
        purpose=row["purpose"],
        location=row["location"],
        facts=facts_from_json(row["facts"]),
        alt_text=row.get("alt_text", ""),
    )
