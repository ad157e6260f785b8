"""Uploads in one request: the bare file, or metadata and file as the two parts of multipart/related."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.youtube.announcing import check_size, open_session
from pressrun.sandbox.youtube.call import ApiCall, parse_resource
from pressrun.sandbox.youtube.finishing import Finishing
from pressrun.sandbox.youtube.related import RelatedParts
from pressrun.sandbox.youtube.targets import Target


class SimpleUploads:
    """Each is a session that lasts one request; a request that ends early leaves nothing behind."""

    def __init__(self, finishing: Finishing) -> None:
        self._finishing = finishing

    async def media(self, call: ApiCall, target: Target) -> Response:
        """`uploadType=media`: the body is the file, and there is no metadata."""
        mime = call.request.headers.get("content-type", "")
        return await self._keep(call, target, {}, mime, call.request.stream())

    async def multipart(self, call: ApiCall, target: Target) -> Response:
        """`uploadType=multipart`: the resource as JSON, then the file."""
        parts = RelatedParts(call.request.headers.get("content-type", ""), call.request.stream())
        sent = parse_resource(await parts.metadata())
        return await self._keep(call, target, sent, await parts.mime_of_file(), parts.file())

    async def _keep(
        self, call: ApiCall, target: Target, sent: dict[str, Any], mime: str, pieces: AsyncIterator[bytes]
    ) -> Response:
        sessions = self._finishing.sessions
        session = open_session(call, target, sent, mime=mime, total=None)
        part = sessions.part(session)
        try:
            await _write(call, target, part, pieces)
            sessions.save(session)
            answer = await self._finishing.finish(session, request_id=call.request_id, base_url=call.base_url)
        finally:
            part.unlink(missing_ok=True)
        return JSONResponse(answer)


async def _write(call: ApiCall, target: Target, part: Path, pieces: AsyncIterator[bytes]) -> None:
    with part.open("wb") as file:
        async for piece in pieces:
            file.write(piece)
            check_size(call, target, file.tell())
