"""`rupload.facebook.com`: the bytes of a video, in as many requests as it takes."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pressrun.sandbox.instagram.call import FACEBOOK, read_call
from pressrun.sandbox.instagram.containers import Container, Containers
from pressrun.sandbox.instagram.creation import Creation
from pressrun.sandbox.instagram.errors import GraphError, gone
from pressrun.sandbox.standin import LOG_ENTRY, Sandbox


@dataclass
class Uploading:
    """One upload at a time for each container; the file on disk is the truth about what has arrived."""

    sandbox: Sandbox
    containers: Containers
    creation: Creation
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def upload(self, request: Request) -> Response:
        """`POST /ig-api-upload/{version}/{container}`: bytes from `offset` on, or a `file_url`."""
        id_ = request.path_params["container_id"]
        try:
            call = await read_call(
                self.sandbox,
                request,
                login=FACEBOOK,
                version=request.path_params["version"],
                prefix="/rupload",
                body_is_media=True,
            )
            call.account(self._waiting(id_).account_id)
            async with self._turns.setdefault(id_, asyncio.Lock()):
                return await self._receive(request, self._waiting(id_))
        except GraphError as failure:
            return failure.response()

    def _waiting(self, id_: str) -> Container:
        container = self.containers.get(id_)
        if container is None or not container.upload:
            raise gone(id_)
        return container

    async def _receive(self, request: Request, container: Container) -> Response:
        if not container.loading:
            return _failed("The upload of this container has ended.")
        file_url = request.headers.get("file_url")
        if file_url is not None:
            await self.creation.take_video(container, await self.creation.fetch_video(container, file_url))
            return _done()
        part = part_of(self.sandbox, container)
        received = size_of(part)
        offset, size = request.headers.get("offset", ""), request.headers.get("file_size", "")
        if not offset.isdigit() or not size.isdigit() or int(offset) != received:
            return _failed(f"The offset must be {received}, and file_size the size of the whole file.")
        await _append(request, part, container.id, received)
        if size_of(part) != int(size):
            return _failed("The upload is incomplete.", retriable=True)
        await self.creation.take_video(container, part)
        return _done()


def part_of(sandbox: Sandbox, container: Container) -> Path:
    """Where the bytes of a video lie while it is not whole."""
    return sandbox.media.folder / f"upload{container.id}"


def size_of(file: Path) -> int:
    """Zero for a file that is not there."""
    return file.stat().st_size if file.exists() else 0


async def _append(request: Request, part: Path, container_id: str, received: int) -> None:
    """What comes before the connection ends is kept, and the log says which bytes those were."""
    with part.open("ab") as file:
        try:
            async for piece in request.stream():
                file.write(piece)
                file.flush()
        finally:
            kept = file.tell()
            await asyncio.to_thread(os.fsync, file.fileno())
            entry = request.scope[LOG_ENTRY]
            entry["upload"] = container_id
            if kept > received:
                entry["range"] = f"{received}-{kept - 1}"


def _done() -> Response:
    return JSONResponse({"success": True, "message": "Upload successful."})


def _failed(message: str, *, retriable: bool = False) -> Response:
    debug = {"retriable": retriable, "type": "ProcessingFailedError", "message": message}
    return JSONResponse({"debug_info": debug}, 400)
