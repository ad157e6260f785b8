"""One request at a time works on an upload, and a newer one takes over from an older one."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class TakenOver(Exception):
    """A newer request for the same upload has arrived."""


class Turns:
    """Without it, a request whose client is frozen would keep everybody else from the upload."""

    def __init__(self) -> None:
        self._latest: dict[str, asyncio.Task[Any]] = {}

    async def take(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do `work` once what went on for this key has stopped; raises TakenOver when stopped itself."""
        task = asyncio.create_task(_after(self._latest.get(key), work))
        self._latest[key] = task
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            if self._latest.get(key) is task:
                del self._latest[key]
        if task.cancelled():
            raise TakenOver
        return task.result()


async def _after(before: asyncio.Task[Any] | None, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    if before is not None:
        before.cancel()
        await asyncio.wait([before])
    return await work()
