"""From complete bytes to what they become, exactly once for each session."""

import asyncio
from typing import Any

from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.sessions import Session, Sessions
from pressrun.sandbox.youtube.targets import Target


class Finishing:
    """Goes on when the client that sent the last byte is gone; who asks meanwhile gets the same answer."""

    def __init__(self, sandbox: Sandbox, targets: dict[str, Target]) -> None:
        self._sandbox = sandbox
        self._targets = targets
        self._running: dict[str, asyncio.Task[dict[str, Any]]] = {}
        self.sessions = Sessions(sandbox)

    async def wait(self, session_id: str) -> None:
        """Until this session is not being finished any more."""
        running = self._running.get(session_id)
        if running is not None:
            await asyncio.wait([running])

    async def finish(self, session: Session, *, request_id: str, base_url: str) -> dict[str, Any]:
        """The answer of the finished upload; raises ApiError when its bytes can't be used."""
        task = asyncio.create_task(self._finish(session, request_id, base_url))
        self._running[session.id] = task
        task.add_done_callback(lambda ended: self._ended(session.id, ended))
        return await asyncio.shield(task)

    def _ended(self, session_id: str, task: asyncio.Task[dict[str, Any]]) -> None:
        self._running.pop(session_id, None)
        if not task.cancelled():
            # Looked at even when nobody waits any more: asyncio logs failures that nobody saw.
            task.exception()

    async def _finish(self, session: Session, request_id: str, base_url: str) -> dict[str, Any]:
        target, part = self._targets[session.target], self.sessions.part(session)
        part.touch()
        learned = await asyncio.to_thread(target.examine, session, part)
        with self._sandbox.records.transaction():
            # A reset may have come while the file was examined.
            self.sessions.get(session.id)
            answer = target.create(session, learned, request_id=request_id, base_url=base_url)
            self.sessions.finished(session, answer)
        part.unlink(missing_ok=True)
        return answer
