"""Making an asset ready for a platform: converted by its rules, and stored where it can be fetched (S0.2)."""

import asyncio
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pressrun.actions import storing
from pressrun.actions.base import Workspace
from pressrun.actions.storing import Kept, Moment
from pressrun.connectors.base import Publisher
from pressrun.domain.failures import Failure
from pressrun.domain.media import ImageRules, MediaFacts, MediaKind, VideoRules
from pressrun.domain.mending import Fix, expected, mended
from pressrun.domain.post import Format
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import accounts, assets, contents, posts, stored_media
from pressrun.store.assets import Asset
from pressrun.store.database import Tx
from pressrun.store.posts import Post
from pressrun.store.stored_media import StoredMedia, prepared_path

FELL_BACK = "media.fell_back"
"""The event of media that lie on this machine since the chosen store could not be used."""

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


@dataclass(frozen=True)
class Mended:
    """Something that is changed in the `which`th file of a post."""

    which: int
    fix: Fix


def foretold(publisher: Publisher, format: Format, files: Sequence[MediaFacts]) -> list[Mended]:
    """What preparing these files will change, as far as that is known before it is done."""
    purpose = purpose_of(publisher, format)
    made = [expected(facts, purpose.image, purpose.video) for facts in files]
    return list(_told(zip(files, made, strict=True)))


def changed(tx: Tx, workspace: Workspace, post: Post) -> list[Mended]:
    """What was changed in the files of a post so that its platform takes them; no files, nothing changed."""
    account = accounts.get(tx, post.account_id)
    purpose = purpose_of(workspace.publisher(account.platform), post.format)
    given = [assets.get(tx, asset_id) for asset_id in contents.get(tx, post.content_id).asset_ids]
    stores = (workspace.media_store.name, workspace.local_media.name, KEPT_HERE)
    ids = [asset.id for asset in given]
    made = {
        file.asset_id: file.facts
        for file in stored_media.of_assets(tx, ids, stores=stores, purpose=purpose.name)
    }
    return list(_told((asset.facts, made.get(asset.id, asset.facts)) for asset in given))


def _told(pairs: Iterable[tuple[MediaFacts, MediaFacts]]) -> Iterator[Mended]:
    for which, (before, after) in enumerate(pairs, start=1):
        yield from (Mended(which, fix) for fix in mended(before, after))


@dataclass(frozen=True)
class Prepared:
    """The media in their order; `trouble` is why some had to stay on this machine just now (S2.9)."""

    files: list[StoredMedia]
    trouble: Failure | None = None


async def prepare(
    workspace: Workspace,
    publisher: Publisher,
    format: Format,
    asset_ids: Sequence[str],
    options: Mapping[str, Any] | None = None,
    *,
    moment: Moment = Moment.DUE,
) -> Prepared:
    """These assets, in their order, as the format takes them; done once for each way to want them.

    The attachments that `options` name are prepared beside them. Raises `Problem` where an asset can't be
    read, and the failures of `storing.keep`.
    """
    purpose, beside = purpose_of(publisher, format), attachment_purposes(publisher)
    wanted = [(beside[name], asset_id) for name, asset_id in attached(publisher, options or {}).items()]
    attachments = len(wanted)
    wanted += [(purpose, asset_id) for asset_id in asset_ids]
    done = []
    for position, (each, asset_id) in enumerate(wanted, start=1 - attachments):
        with _named(position):
            done.append(await _prepare_one(workspace, each, asset_id, moment))
    return Prepared(
        files=[file for file, _ in done[attachments:]],
        trouble=next((trouble for _, trouble in done if trouble), None),
    )


async def _prepare_one(
    workspace: Workspace, purpose: Purpose, asset_id: str, moment: Moment
) -> tuple[StoredMedia, Failure | None]:
    target = prepared_path(workspace.asset_folder, asset_id, purpose.name)
    asset = await asyncio.to_thread(_load, workspace, asset_id)
    stores = _stores(workspace, asset.facts.kind in purpose.fetched, moment)
    found = await asyncio.to_thread(_find, workspace, purpose, asset_id, stores)
    if found is not None and target.is_file():
        return found, None
    facts = await _convert(workspace, purpose, asset, target)
    kept = Kept(KEPT_HERE, "")
    if KEPT_HERE not in stores:
        key = storage_key(asset_id, purpose)
        kept = await storing.keep(workspace, key, target, facts.mime, moment=moment)
    media = StoredMedia(
        asset_id=asset_id,
        store=kept.store,
        purpose=purpose.name,
        location=kept.location,
        facts=facts,
        alt_text=asset.alt_text,
    )
    await asyncio.to_thread(_remember, workspace, media)
    return media, kept.trouble


async def bring_home(
    workspace: Workspace,
    publisher: Publisher,
    format: Format,
    asset_ids: Sequence[str],
    options: Mapping[str, Any] | None = None,
) -> bool:
    """Puts these prepared files into this machine's own store too, since a platform can't fetch them (S2.9).

    Answers whether that changed anything. Raises the failures of that store.
    """
    changed = False
    purpose, beside = purpose_of(publisher, format), attachment_purposes(publisher)
    wanted = [(beside[name], asset_id) for name, asset_id in attached(publisher, options or {}).items()]
    for each, asset_id in [*wanted, *((purpose, asset_id) for asset_id in asset_ids)]:
        changed |= await _bring_one_home(workspace, each, asset_id)
    return changed


async def _bring_one_home(workspace: Workspace, purpose: Purpose, asset_id: str) -> bool:
    own = workspace.local_media
    path = prepared_path(workspace.asset_folder, asset_id, purpose.name)
    is_home = await asyncio.to_thread(_find, workspace, purpose, asset_id, (own.name,))
    away = await asyncio.to_thread(_find, workspace, purpose, asset_id, (workspace.media_store.name,))
    if is_home or away is None or not path.is_file():
        return False
    location = await own.put(storage_key(asset_id, purpose), path, away.facts.mime)
    await asyncio.to_thread(_remember, workspace, replace(away, store=own.name, location=location))
    return True


def tell_fallback(tx: Tx, post_id: str, store: str, trouble: Failure) -> None:
    """Keeps with the post that its media lie on this machine, and why."""
    tx.append(posts.topic(post_id), FELL_BACK, {"store": store, "why": str(trouble)})


def storage_key(asset_id: str, purpose: Purpose) -> str:
    """The name of a prepared file in every media store."""
    return f"{asset_id}-{purpose.name}"


def _stores(workspace: Workspace, is_fetched: bool, moment: Moment) -> tuple[str, ...]:
    """Where the file may lie already. Before it is due, the chosen store gets another chance."""
    if not is_fetched:
        return (KEPT_HERE,)
    chosen = workspace.media_store.name
    return (chosen, workspace.local_media.name) if moment is Moment.DUE else (chosen,)


def _find(workspace: Workspace, purpose: Purpose, asset_id: str, stores: Sequence[str]) -> StoredMedia | None:
    with workspace.store.read() as tx:
        found = stored_media.of_assets(tx, [asset_id], stores=stores, purpose=purpose.name)
    return found[0] if found else None


def _load(workspace: Workspace, asset_id: str) -> Asset:
    with workspace.store.read() as tx:
        return assets.get(tx, asset_id)


async def _convert(workspace: Workspace, purpose: Purpose, asset: Asset, target: Path) -> MediaFacts:
    source = asset.path(workspace.asset_folder)
    if not source.is_file():
        raise Problem.invalid("media_broken", field="asset_ids", name=asset.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _about(asset):
        if asset.facts.kind is MediaKind.VIDEO and purpose.video is not None:
            return await _convert_video(workspace, purpose.video, asset.facts, source, target)
        return await asyncio.to_thread(_convert_image, purpose.image, asset.facts, source, target)


async def _convert_video(
    workspace: Workspace, rules: VideoRules, facts: MediaFacts, source: Path, target: Path
) -> MediaFacts:
    from pressrun.rendering.probe import probe
    from pressrun.rendering.videos import conform

    if facts.video is None:
        facts = await asyncio.to_thread(probe, source, name=source.name, ffmpeg=workspace.ffmpeg)
    if not rules.accept(facts):
        return await conform(source, target, rules, before=facts, program=workspace.ffmpeg)
    await asyncio.to_thread(_copy, source, target)
    return facts


def _convert_image(rules: ImageRules, facts: MediaFacts, source: Path, target: Path) -> MediaFacts:
    if facts.kind is MediaKind.IMAGE:
        from pressrun.rendering.images import conform, is_plain

        if not (rules.keeps_moving(facts) or (rules.accept(facts) and is_plain(source))):
            return conform(source, target, rules)
    _copy(source, target)
    return facts


def _copy(source: Path, target: Path) -> None:
    """The same bytes under another name: a second name of the same file where the disk can do that."""
    # Whole or not at all: others may prepare the same file now, or read what was prepared before.
    part = target.with_name(f".{new_id()}.part")
    try:
        _link_or_copy(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@contextmanager
def _about(asset: Asset) -> Iterator[None]:
    """What rendering says of a file is said of the asset, by the name that people gave it."""
    try:
        yield
    except Problem as problem:
        raise _retold(problem, name=asset.name) from problem


@contextmanager
def _named(position: int) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        raise _retold(problem, which=position) from problem


def _retold(problem: Problem, **values: object) -> Problem:
    flaws = [
        replace(flaw, field=flaw.field and "asset_ids", values={**flaw.values, **values})
        for flaw in problem.flaws
    ]
    return Problem(*flaws, status=problem.status, extra=problem.extra)


def _remember(workspace: Workspace, media: StoredMedia) -> None:
    with workspace.store.transaction() as tx:
        stored_media.add(tx, media)
