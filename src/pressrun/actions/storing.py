"""Where a prepared file is put: the chosen media store, or this machine's own where that one fails (S2.9)."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pressrun.actions.base import Workspace
from pressrun.connectors.base import MediaStore
from pressrun.domain.failures import Failure, MediaBroken, Misconfigured, Transient
from pressrun.kit.clock import seconds_passed

_PATIENCE_SECONDS = 30
"""A store that needed this long to fail is not asked again while somebody waits."""


class Moment(StrEnum):
    """When a file is stored, which decides how much a failing store may stop."""

    AHEAD = "ahead"
    """A post is scheduled: what waiting would not mend is refused, since there is time to mend it."""
    NOW = "now"
    """A post is to go out at once: whatever the store says, it goes out from this machine."""
    DUE = "due"
    """An attempt mends what was lost; a file that lies here already is good enough."""


@dataclass(frozen=True)
class Kept:
    """Where a file lies; `trouble` is why it is not the chosen store."""

    store: str
    location: str
    trouble: Failure | None = None


async def keep(workspace: Workspace, key: str, path: Path, mime: str, *, moment: Moment) -> Kept:
    """Puts a file where platforms can fetch it.

    Raises the failures of this machine's own store, and of the chosen one what `moment` does not bear.
    """
    chosen, own = workspace.media_store, workspace.local_media
    try:
        location = await _put_patiently(workspace, chosen, key, path, mime)
    except Failure as trouble:
        is_lasting = isinstance(trouble, Misconfigured | MediaBroken)
        if chosen.name == own.name or (is_lasting and moment is Moment.AHEAD):
            raise
        return Kept(own.name, await own.put(key, path, mime), trouble)
    return Kept(chosen.name, location)


async def _put_patiently(workspace: Workspace, store: MediaStore, key: str, path: Path, mime: str) -> str:
    began = seconds_passed()
    for pause in workspace.rules.store_pauses:
        try:
            return await store.put(key, path, mime)
        except Transient:
            if seconds_passed() - began > _PATIENCE_SECONDS:
                raise
        await asyncio.sleep(pause.total_seconds())
    return await store.put(key, path, mime)
