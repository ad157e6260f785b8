"""Making an asset ready for a platform: converted by its rules, and stored where it can be fetched (S0.2)."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressrun.actions.base import Workspace
from pressrun.connectors.base import Publisher
from pressrun.domain.media import ImageRules, MediaFacts, MediaKind, VideoRules
from pressrun.domain.post import Format
from pressrun.domain.problems import Problem
from pressrun.store import assets, stored_media
from pressrun.store.assets import Asset
from pressrun.store.stored_media import StoredMedia, prepared_path

KEPT_HERE = "here"
"""The store of files whose bytes a platform takes: they need no address."""


@dataclass(frozen=True)
class Purpose:
    """For what a file is prepared: its name is the same for all posts that want it the same way."""

    name: str
    image: ImageRules
    video: VideoRules | None
    fetched: frozenset[MediaKind]


def purpose_of(publisher: Publisher, format: Format) -> Purpose:
    """How a format of a platform wants its media."""
    limits = publisher.limits
    rules = limits.formats.get(format)
    name = f"{publisher.platform}-{rules.variant}" if rules and rules.variant else publisher.platform
    return Purpose(name, limits.image_rules(format), limits.video_rules(format), limits.fetched)


def attachment_purposes(publisher: Publisher) -> dict[str, Purpose]:
    """How a platform wants the files beside the media, by their names, such as `cover`."""
    return {
        name: Purpose(f"{publisher.platform}-{name}", image, None, publisher.limits.fetched)
        for name, image in publisher.limits.attachments.items()
    }


def attached(publisher: Publisher, options: Mapping[str, Any]) -> dict[str, str]:
    """The assets that a post names beside its media, by the name of the attachment."""
    named = {name: options.get(f"{name}_asset_id") for name in publisher.limits.attachments}
    return {name: str(asset_id) for name, asset_id in named.items() if asset_id}


async def prepare(
    workspace: Workspace,
    publisher: Publisher,
    format: Format,
    asset_ids: Sequence[str],
    options: Mapping[str, Any] | None = None,
) -> list[StoredMedia]:
    """These assets, in their order, as the format takes them; done once for each way to want them.

    The attachments that `options` name are prepared beside them. Raises `Problem` where an asset can't be
    read, and the failures of the media store.
    """
    purposes = attachment_purposes(publisher)
    for name, asset_id in attached(publisher, options or {}).items():
        await _prepare_one(workspace, purposes[name], asset_id)
    purpose = purpose_of(publisher, format)
    return [await _prepare_one(workspace, purpose, asset_id) for asset_id in asset_ids]


async def _prepare_one(workspace: Workspace, purpose: Purpose, asset_id: str) -> StoredMedia:
    target = prepared_path(workspace.asset_folder, asset_id, purpose.name)
    asset = await asyncio.to_thread(_load, workspace, asset_id)
    store = workspace.media_store.name if asset.facts.kind in purpose.fetched else KEPT_HERE
    found = await asyncio.to_thread(_find, workspace, purpose, asset_id, store)
    if found is not None and target.is_file():
        return found
    facts = await asyncio.to_thread(_convert, workspace, purpose, asset, target)
    location = ""
    if store != KEPT_HERE:
        location = await workspace.media_store.put(f"{asset_id}-{purpose.name}", target, facts.mime)
    media = StoredMedia(
        asset_id=asset_id,
        store=store,
        purpose=purpose.name,
        location=location,
        facts=facts,
        alt_text=asset.alt_text,
    )
    await asyncio.to_thread(_remember, workspace, media)
    return media


def _find(workspace: Workspace, purpose: Purpose, asset_id: str, store: str) -> StoredMedia | None:
    with workspace.store.read() as tx:
        return stored_media.find(tx, asset_id, store=store, purpose=purpose.name)


def _load(workspace: Workspace, asset_id: str) -> Asset:
    with workspace.store.read() as tx:
        return assets.get(tx, asset_id)


def _convert(workspace: Workspace, purpose: Purpose, asset: Asset, target: Path) -> MediaFacts:
    source = asset.path(workspace.asset_folder)
    if not source.is_file():
        raise Problem.invalid("media_broken", field="asset_ids", name=asset.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if asset.facts.kind is MediaKind.IMAGE and not purpose.image.accept(asset.facts):
        from pressrun.rendering.images import conform

        return conform(source, target, purpose.image)
    shutil.copyfile(source, target)
    return asset.facts


def _remember(workspace: Workspace, media: StoredMedia) -> None:
    with workspace.store.transaction() as tx:
        stored_media.add(tx, media)
