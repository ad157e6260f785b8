"""Files sent by browsers: written to disk chunk by chunk and hashed on the way, never held in memory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

from pressrun.actions import assets
from pressrun.actions.assets import Incoming
from pressrun.domain.problems import Problem
from pressrun.web.deps import workspace_of
from pressrun.web.idempotency import OnceRoute

UPLOAD_LIMIT = 300_000_000
"""Bytes of one upload, with its frame."""
_FIELD_LIMIT = 10_000
_HEADER_LIMIT = 4_000


@dataclass
class Upload:
    """One received file with the fields that came beside it."""

    file: Incoming
    name: str
    fields: dict[str, str] = field(default_factory=dict)


class UploadRoute(OnceRoute):
    """A route that takes one file; the file, its name and the fields make a request the same as another."""

    async def fingerprint(self, request: Request) -> str:
        upload = await received(request)
        fields = (f"{name}={value}" for name, value in sorted(upload.fields.items()))
        seen = [upload.file.asset_id, upload.name, *fields]
        return hashlib.sha256("\0".join(seen).encode()).hexdigest()

    async def clean_up(self, request: Request) -> None:
        upload: Upload | None = getattr(request.state, "upload", None)
        if upload is not None:
            await run_sync(upload.file.discard)


async def received(request: Request, *, field_name: str = "file") -> Upload:
    """The file of a multipart request, read once. The caller keeps it; otherwise it is gone afterwards.

    Raises `Problem` `file_missing`, `request_malformed`, and 413 over `UPLOAD_LIMIT`.
    """
    if not hasattr(request.state, "upload"):
        request.state.body_limit = UPLOAD_LIMIT
        request.state.upload = await _receive(request, field_name, workspace_of(request).asset_folder)
    return request.state.upload


async def _receive(request: Request, field_name: str, folder: Path) -> Upload:
    boundary = _boundary(request)
    incoming = await run_sync(assets.receive, folder)
    reader = _Reader(incoming, field_name)
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        async for chunk in request.stream():
            await run_sync(parser.write, chunk)
        parser.finalize()
        if reader.file_name is None or not reader.is_complete:
            raise Problem.invalid("file_missing", field=field_name)
    except FormParserError:
        await run_sync(incoming.discard)
        raise HTTPException(400) from None
    except BaseException:
        incoming.discard()
        raise
    return Upload(incoming, reader.file_name, reader.fields)


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Problem.invalid("file_missing", field="file")
    return options[b"boundary"]


class _Reader:
    """Follows the parser: the wanted file goes to disk, short fields to memory, all else is passed over."""

    def __init__(self, incoming: Incoming, field_name: str) -> None:
        self.file_name: str | None = None
        self.fields: dict[str, str] = {}
        self.is_complete = False
        self._incoming = incoming
        self._wanted = field_name
        self._take: Callable[[bytes], None] | None = None
        self._header = bytearray(), bytearray()
        self._disposition = b""
        self._value = bytearray()

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: self._read_header(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._read_header(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open_part,
            "on_part_data": lambda data, start, end: self._take and self._take(data[start:end]),
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        self._disposition, self._value = b"", bytearray()
        self._end_header()

    def _read_header(self, place: int, piece: bytes) -> None:
        self._header[place].extend(piece)
        if len(self._header[place]) > _HEADER_LIMIT:
            raise FormParserError("a header of a part is too long")

    def _end_header(self) -> None:
        name, value = self._header
        if bytes(name).lower() == b"content-disposition":
            self._disposition = bytes(value)
        self._header = bytearray(), bytearray()

    def _open_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        name, file_name = _text(options.get(b"name")), options.get(b"filename")
        self._take = None
        if file_name is not None and name == self._wanted and self.file_name is None:
            self.file_name = _text(file_name).replace("\\", "/").rpartition("/")[2][:255] or "file"
            self._take = self._incoming.write
        elif file_name is None and len(self.fields) < 100:
            self._field = name[:100]
            self._take = self._take_value

    def _take_value(self, piece: bytes) -> None:
        self._value.extend(piece)
        if len(self._value) > _FIELD_LIMIT:
            raise FormParserError("a field is too long")

    def _end_part(self) -> None:
        if self._take == self._take_value:
            self.fields[self._field] = _text(bytes(self._value))

    def _end(self) -> None:
        self.is_complete = True


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace").replace("\0", "")
