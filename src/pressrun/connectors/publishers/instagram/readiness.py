"""Making containers ready: the bytes they still lack are sent, then they are waited for."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pressrun.connectors.base import DraftMedia, Login, Steps
from pressrun.connectors.publishers.instagram import answers
from pressrun.connectors.publishers.instagram.containers import Container, shown_address
from pressrun.connectors.publishers.instagram.graph import NOT_VISIBLE, Graph, token
from pressrun.domain.failures import Answer, Failure, MediaBroken, MediaUnreachable, Transient

READS = 3
"""Reads of a container or a link sometimes fail on good objects: asked this often before it counts."""
PATIENCE = 3
"""Uploads in a row that brought no byte further."""

_STATUS = "status_code,status"
_MEGABYTE = 1_000_000


class Readiness:
    """Works on what Instagram itself remembers, so that after a crash it goes on where it was."""

    def __init__(self, graph: Graph, waits: Sequence[float]) -> None:
        self._graph = graph
        self._waits = waits

    async def fill(
        self,
        container: Container,
        media: DraftMedia,
        login: Login,
        steps: Steps,
        *,
        stage: str,
        position: int = 1,
    ) -> None:
        """Sends the bytes of a video that Instagram does not have yet."""
        if not container.takes_bytes:
            return
        reached, in_vain = -1, 0
        while (offset := await self._missing_from(container, media, login, position)) is not None:
            if offset > reached:
                reached, in_vain = offset, 0
                sent, size = offset / _MEGABYTE, media.facts.size / _MEGABYTE
                await steps.report(stage, "video_sending", sent=round(sent, 1), size=round(size, 1))
            try:
                await self._send(container, media, login, offset=offset, position=position)
                return
            except Transient as failure:
                in_vain += 1
                if failure.start_over or in_vain == PATIENCE:
                    raise
                await asyncio.sleep(self._waits[0])
            except MediaBroken as failure:
                failure.which = position
                raise

    async def wait(
        self, container: Container, login: Login, *, file: DraftMedia | None = None, position: int = 1
    ) -> str:
        """`FINISHED`, or `PUBLISHED` where an earlier call took effect after all. `file` is what it holds."""
        for pause in self._waits:
            body = await self.read(container.id, login, fields=_STATUS)
            failure = answers.of_container(body, container.id, now=self._graph.now(), position=position)
            if isinstance(failure, MediaUnreachable) and file is not None:
                failure.url = shown_address(file)
            if failure is not None:
                raise failure
            if answers.state_of(body) in ("FINISHED", "PUBLISHED"):
                return answers.state_of(body)
            await asyncio.sleep(pause)
        raise Transient(answer=Answer(message="still processing"), start_over=("polling",))

    async def state(self, container: str, login: Login) -> str | None:
        """What a container says of itself; None where that can't be read."""
        for _ in range(READS):
            try:
                return answers.state_of(await self._graph.get(login, container, fields=_STATUS))
            except Failure:
                await asyncio.sleep(self._waits[0])
        return None

    async def read(self, container: str, login: Login, *, fields: str) -> dict[str, Any]:
        """A container, asked for again where it seems not to be there."""
        for _ in range(READS - 1):
            try:
                return await self._graph.get(login, container, fields=fields)
            except Failure as failure:
                if failure.answer.code != NOT_VISIBLE:
                    raise
                await asyncio.sleep(self._waits[0])
        return await self._graph.get(login, container, fields=fields)

    async def _missing_from(
        self, container: Container, media: DraftMedia, login: Login, position: int
    ) -> int | None:
        """Where to go on in the file; None where all of it has arrived."""
        body = await self.read(container.id, login, fields=f"{_STATUS},video_status")
        failure = answers.of_container(body, container.id, now=self._graph.now(), position=position)
        if failure is not None:
            raise failure
        phase = _uploading_phase(body)
        received = phase.get("bytes_transferred")
        offset = received if isinstance(received, int) and received > 0 else 0
        is_over = answers.state_of(body) != "IN_PROGRESS" or phase.get("status") == "complete"
        return None if is_over or offset >= media.facts.size else offset

    async def _send(
        self, container: Container, media: DraftMedia, login: Login, *, offset: int, position: int
    ) -> None:
        assert media.path is not None, "a container takes bytes where there is a file"
        hosts = self._graph.hosts
        answer = await self._graph.http.send(
            "POST",
            f"{hosts.upload}/ig-api-upload/{hosts.version}/{container.id}",
            file=media.path,
            offset=offset,
            length=media.facts.size - offset,
            headers={
                "Authorization": f"OAuth {token(login)}",
                "offset": str(offset),
                "file_size": str(media.facts.size),
                "Content-Type": "application/octet-stream",
            },
        )
        failure = answers.of_upload(answer, container.id, now=self._graph.now(), position=position)
        if failure is not None:
            raise failure


def _uploading_phase(body: Mapping[str, Any]) -> Mapping[str, Any]:
    status = body.get("video_status")
    phase = status.get("uploading_phase") if isinstance(status, dict) else None
    return phase if isinstance(phase, dict) else {}
