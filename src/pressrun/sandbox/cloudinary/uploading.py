"""`POST /v1_1/{cloud}/{resource_type}/upload` and `…/destroy`."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pressrun.sandbox.clock import real_now
from pressrun.sandbox.cloudinary.answers import described, request_id
from pressrun.sandbox.cloudinary.assets import Asset, Assets
from pressrun.sandbox.cloudinary.chunks import Chunk, ChunkedUploads, chunk_of
from pressrun.sandbox.cloudinary.clouds import Cloud, cloud_at
from pressrun.sandbox.cloudinary.errors import CloudinaryError, bad
from pressrun.sandbox.cloudinary.inspecting import Nature, check_asked, inspect
from pressrun.sandbox.cloudinary.naming import is_on, public_id_of
from pressrun.sandbox.cloudinary.sources import MAX_FIELD_BYTES, Source, unfinished_file, write_source
from pressrun.sandbox.standin import Sandbox

TYPES = ("upload", "private", "authenticated")
NOT_SERVED = ("eager", "transformation", "format", "moderation", "notification_url", "async", "raw_convert")
"""What the real service does and this stand-in does not: it says so instead of forgetting it."""


@dataclass(frozen=True)
class Call:
    """One signed call: whose cloud, which kind of file, with which parameters."""

    cloud: Cloud
    resource_type: str
    params: Mapping[str, str]
    base_url: str

    @property
    def type(self) -> str:
        return self.params.get("type") or "upload"


class UploadApi:
    """Uploads, whole or in chunks, and deletions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._assets = Assets(sandbox.records)
        self._chunks = ChunkedUploads(sandbox)

    async def upload(self, request: Request) -> Response:
        try:
            async with AsyncExitStack() as opened:
                form = await opened.enter_async_context(request.form(max_part_size=MAX_FIELD_BYTES))
                call = self._call(request, form)
                check_asked(call.resource_type)
                path = opened.enter_context(unfinished_file(self._sandbox.media.folder))
                source = await write_source(form, path)
                return await self._store(call, source, chunk_of(request))
        except CloudinaryError as failure:
            return failure.response()

    async def destroy(self, request: Request) -> Response:
        try:
            async with request.form() as form:
                call = self._call(request, form)
            public_id = call.params.get("public_id")
            if not public_id:
                raise bad("Missing required parameter - public_id")
            asset = self._assets.get(call.cloud.name, call.resource_type, call.type, public_id)
            if asset is not None:
                self._assets.remove(asset)
            return JSONResponse({"result": "ok" if asset else "not found"}, headers=request_id())
        except CloudinaryError as failure:
            return failure.response()

    def _call(self, request: Request, form: FormData) -> Call:
        cloud = cloud_at(self._sandbox, request.path_params["cloud"])
        params = _params(form)
        cloud.check_signed(params)
        cloud.check_open()
        if missing := next((name for name in NOT_SERVED if params.get(name)), None):
            raise bad(f"The stand-in does not serve {missing}")
        if params.get("type", "upload") not in TYPES:
            raise bad(f"Invalid type {params['type']}")
        kind = request.path_params["resource_type"]
        return Call(cloud, kind, params, self._sandbox.base_url(request))

    async def _store(self, call: Call, source: Source, chunk: Chunk | None) -> Response:
        if chunk is None:
            return await self._finish(call, source, public_id=None)
        cloud = call.cloud.name
        first_id = self._chunks.public_id(cloud, chunk)
        public_id = first_id or public_id_of(call.params, source.filename, call.resource_type)
        there = await self._chunks.add(cloud, chunk, source.path, public_id)
        if there < chunk.total:
            kept = {"public_id": public_id, "resource_type": call.resource_type, "type": call.type}
            return JSONResponse({"done": False, "bytes": there, **kept}, headers=request_id())
        whole = Source(self._chunks.path(cloud, chunk), source.filename)
        try:
            return await self._finish(call, whole, public_id=public_id)
        finally:
            self._chunks.end(cloud, chunk)

    async def _finish(self, call: Call, source: Source, *, public_id: str | None) -> Response:
        nature = await asyncio.to_thread(inspect, source.path, call.resource_type)
        _check_size(call.cloud, nature, source.size)
        _check_format(call.params, nature)
        named = public_id or public_id_of(call.params, source.filename, nature.resource_type)
        before = self._assets.get(call.cloud.name, nature.resource_type, call.type, named)
        if before is not None and not is_on(call.params, "overwrite", default=True):
            return self._answer(call, before, existing=True)
        asset = await self._kept(call, source, nature, named)
        # Looked up again: another upload of the same id may have ended while this one was written.
        before = self._assets.get(call.cloud.name, nature.resource_type, call.type, named)
        return self._answer(call, self._assets.save(asset, before=before))

    async def _kept(self, call: Call, source: Source, nature: Nature, public_id: str) -> Asset:
        md5 = await asyncio.to_thread(_md5, source.path)
        stored = await asyncio.to_thread(self._sandbox.media.keep_file, source.path, mime=nature.mime)
        now, params = self._sandbox.clock.now(), call.params
        processing = call.cloud.account.processing
        return Asset(
            cloud=call.cloud.name,
            resource_type=nature.resource_type,
            type=call.type,
            public_id=public_id,
            asset_id=hashlib.md5(f"{stored.sha256}/{public_id}/{now}".encode()).hexdigest(),
            version=int(real_now().timestamp()),
            format=nature.format,
            sha256=stored.sha256,
            md5=md5,
            mime=nature.mime,
            bytes=stored.size,
            created_at=now,
            ready_at=now + timedelta(seconds=processing.seconds),
            width=nature.width,
            height=nature.height,
            duration=nature.duration,
            tags=tuple(tag.strip() for tag in params.get("tags", "").split(",") if tag.strip()),
            context=_context(params.get("context", "")),
            folder=params.get("asset_folder") or params.get("folder", ""),
            display_name=params.get("display_name") or public_id.rpartition("/")[2],
            original_filename=Path(source.filename).stem or "file",
            failed=processing.result != "finished",
        )

    def _answer(self, call: Call, asset: Asset, **more: Any) -> Response:
        body = described(call.cloud, asset, call.base_url) | more
        return JSONResponse(body, headers=request_id())


def _params(form: FormData) -> dict[str, str]:
    """The text fields; `name[]`, sent once for each item, is one list."""
    params: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and name != "file":
            params.setdefault(name.removesuffix("[]"), []).append(value)
    return {name: ",".join(values) for name, values in params.items()}


def _check_size(cloud: Cloud, nature: Nature, size: int) -> None:
    most = cloud.rule("max_video_mb" if nature.resource_type == "video" else "max_image_mb") * 1024 * 1024
    if size > most:
        raise bad(f"File size too large. Got {size}. Maximum is {most}.")


def _check_format(params: Mapping[str, str], nature: Nature) -> None:
    allowed = [name.strip() for name in params.get("allowed_formats", "").split(",") if name.strip()]
    if allowed and nature.format not in allowed:
        kind = "Image" if nature.resource_type == "image" else nature.resource_type.capitalize()
        raise bad(f"{kind} file format {nature.format or 'unknown'} not allowed")


def _context(written: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in written.split("|") if "=" in pair)
    return {name: value for name, _, value in pairs}


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
