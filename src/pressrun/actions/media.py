"""Making an asset ready for a platform: converted by its rules, and stored where it can be fetched (S0.2)."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from pressrun.actions.base import Workspace
from pressrun.connectors.base import Publisher
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.problems import Problem
from pressrun.store import assets, stored_media
from pressrun.store.assets import Asset
from pressrun.store.stored_media import StoredMedia, prepared_path


async def prepare(workspace: Workspace, publisher: Publisher, asset_ids: Sequence[str]) -> list[StoredMedia]:
    """These assets, in their order, as the platform takes them; done once for each platform.

    Raises `Problem` where an asset can't be read, and the failures of the media store.
    """
    return [await _prepare_one(workspace, publisher, asset_id) for asset_id in asset_ids]


async def _prepare_one(workspace: Workspace, publisher: Publisher, asset_id: str) -> StoredMedia:
    target = prepared_path(workspace.asset_folder, asset_id, publisher.platform)
    found = await asyncio.to_thread(_find, workspace, publisher, asset_id)
    if found is not None and target.is_file():
        return found
    asset = await asyncio.to_thread(_load, workspace, asset_id)
    facts = await asyncio.to_thread(_convert, workspace, publisher, asset, target)
    key = f"{asset_id}-{publisher.platform}"
    location = await workspace.media_store.put(key, target, facts.mime)
    media = StoredMedia(
        asset_id=asset_id,
        store=workspace.media_store.name,
        purpose=publisher.platform,
        location=location,
        facts=facts,
        alt_text=asset.alt_text,
    )
    await asyncio.to_thread(_remember, workspace, media)
    return media


def _find(workspace: Workspace, publisher: Publisher, asset_id: str) -> StoredMedia | None:
    with workspace.store.read() as tx:
        return stored_media.find(tx, asset_id, store=workspace.media_store.name, purpose=publisher.platform)


def _load(workspace: Workspace, asset_id: str) -> Asset:
    with workspace.store.read() as tx:
        return assets.get(tx, asset_id)


def _convert(workspace: Workspace, publisher: Publisher, asset: Asset, target: Path) -> MediaFacts:
    source = asset.path(workspace.asset_folder)
    if not source.is_file():
        raise Problem.invalid("media_broken", field="asset_ids", name=asset.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if asset.facts.kind is MediaKind.IMAGE and not publisher.limits.image.accept(asset.facts):
        from pressrun.rendering.images import conform

        return conform(source, target, publisher.limits.image)
    shutil.copyfile(source, target)
    return asset.facts


def _remember(workspace: Workspace, media: StoredMedia) -> None:
    with workspace.store.transaction() as tx:
        stored_media.add(tx, media)
