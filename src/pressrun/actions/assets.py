"""Assets: files taken in, looked at, kept once, and their thumbnails."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pressrun.actions.base import Workspace
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.problems import Problem
from pressrun.store import assets
from pressrun.store.assets import Asset, path_of

THUMBNAIL_WIDTH = 480
_INCOMING = ".incoming"
_THUMBNAILS = ".thumbnails"
_CHUNK = 1 << 20


@dataclass
class Incoming:
    """A file on its way in: written to a temporary place and hashed while it is written."""

    path: Path
    _file: BinaryIO
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, chunk: bytes) -> None:
        """Adds bytes at the end."""
        self._file.write(chunk)
        self._hash.update(chunk)

    def close(self) -> None:
        """Nothing more will be written."""
        self._file.close()

    def discard(self) -> None:
        """Forgets the file; does nothing where it was kept."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def asset_id(self) -> str:
        """The SHA-256 of what was written."""
        return self._hash.hexdigest()


def receive(asset_folder: Path) -> Incoming:
    """A place for a file of unknown content. `keep` or `discard` it."""
    folder = asset_folder / _INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    return Incoming(Path(name), os.fdopen(handle, "wb"))


def keep(workspace: Workspace, incoming: Incoming, *, name: str, alt_text: str = "") -> Asset:
    """Makes a received file an asset; the same bytes twice are the same asset.

    Raises `Problem` `media_unsupported`, `media_broken` or `media_too_large` for `file`.
    """
    from pressrun.rendering.probe import probe

    incoming.close()
    target = path_of(workspace.asset_folder, incoming.asset_id)
    facts = probe(incoming.path, name=name, ffmpeg=workspace.ffmpeg)
    target.parent.mkdir(exist_ok=True)
    _flush(incoming.path)
    incoming.path.replace(target)
    with workspace.store.transaction() as tx:
        return assets.add(tx, incoming.asset_id, facts, name=name, alt_text=alt_text)


def store_file(workspace: Workspace, source: Path | bytes, *, name: str, alt_text: str = "") -> Asset:
    """Keeps a copy of a file, or bytes, that Pressrun made or fetched."""
    with receiving(workspace.asset_folder) as incoming:
        if isinstance(source, bytes):
            incoming.write(source)
        else:
            with source.open("rb") as original:
                while chunk := original.read(_CHUNK):
                    incoming.write(chunk)
        return keep(workspace, incoming, name=name, alt_text=alt_text)


@contextmanager
def receiving(asset_folder: Path) -> Iterator[Incoming]:
    """A place for a file, gone at the end unless it was kept."""
    incoming = receive(asset_folder)
    try:
        yield incoming
    finally:
        incoming.discard()


def open_folder(asset_folder: Path) -> None:
    """Makes the folder, and deletes what an earlier start was receiving when it died."""
    asset_folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(asset_folder / _INCOMING, ignore_errors=True)


def file_of(workspace: Workspace, asset_id: str) -> tuple[Asset, Path]:
    """An asset and where its bytes lie. Raises `Problem` (404) `asset_not_found`."""
    with workspace.store.read() as tx:
        asset = assets.get(tx, asset_id)
    path = asset.path(workspace.asset_folder)
    if not path.is_file():
        raise Problem.not_found("asset_not_found", asset_id=asset_id)
    return asset, path


def thumbnail_of(workspace: Workspace, asset_id: str) -> Path:
    """A small picture of an image or a video, made the first time it is asked for. 404 for any other."""
    asset, source = file_of(workspace, asset_id)
    if not has_thumbnail(asset.facts):
        raise Problem.not_found("asset_not_found", asset_id=asset_id)
    target = workspace.asset_folder / _THUMBNAILS / f"{asset_id}.jpg"
    if target.is_file():
        return target
    target.parent.mkdir(exist_ok=True)
    if asset.facts.kind is MediaKind.VIDEO:
        from pressrun.rendering.videos import poster

        seconds = asset.facts.duration or 0
        poster(source, target, seconds=seconds, width=THUMBNAIL_WIDTH, program=workspace.ffmpeg)
    else:
        from pressrun.rendering.images import thumbnail

        thumbnail(source, target, width=THUMBNAIL_WIDTH)
    return target


def has_thumbnail(facts: MediaFacts) -> bool:
    """Whether there is something to see in a file."""
    return facts.kind in (MediaKind.IMAGE, MediaKind.VIDEO)


def _flush(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())
