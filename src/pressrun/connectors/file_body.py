"""A file, or a range of its bytes, as the body of a request, read from the disk as it leaves."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pressrun.domain.failures import Answer, MediaBroken, Reach

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Form:
    """Sends the file as one field of a form (multipart/form-data), after the other fields."""

    fields: Mapping[str, str] = field(default_factory=dict)
    name: str = "file"
    filename: str = ""
    """What the service is told; the file's own name where empty."""
    mime: str = "application/octet-stream"


@dataclass(frozen=True)
class FileBody:
    """An open file between the bytes that come before and after it."""

    file: BinaryIO
    size: int
    head: bytes = b""
    tail: bytes = b""
    content_type: str | None = None
    """Set for a form; a bare file is called what the caller calls it."""

    @property
    def length(self) -> int:
        """How many bytes are sent in all."""
        return len(self.head) + self.size + len(self.tail)

    async def chunks(self, on_progress: Callable[[], None]) -> AsyncIterator[bytes]:
        """All bytes in order. `on_progress` is called whenever those given so far have been taken.

        Raises `MediaBroken` where the file turns out shorter than it was when it was opened.
        """
        if self.head:
            yield self.head
        left = self.size
        while left:
            on_progress()
            chunk = await asyncio.to_thread(self.file.read, min(left, CHUNK_BYTES))
            if not chunk:
                raise _broken(f"{Path(self.file.name).name} became shorter", Reach.SENT)
            left -= len(chunk)
            yield chunk
        on_progress()
        if self.tail:
            yield self.tail


@asynccontextmanager
async def opened(path: Path, offset: int, length: int | None, form: Form | None) -> AsyncIterator[FileBody]:
    """`length` bytes of a file from `offset` on, or all of them. Raises `MediaBroken` where it has fewer."""
    try:
        file = await asyncio.to_thread(path.open, "rb")
    except OSError as error:
        raise _broken(f"{path.name}: {error.strerror}", Reach.NOT_SENT) from error
    try:
        there = os.fstat(file.fileno()).st_size - offset
        size = there if length is None else length
        if not 0 <= size <= there:
            raise _broken(f"{path.name} is shorter than {offset + max(size, 0)} bytes", Reach.NOT_SENT)
        file.seek(offset)
        yield FileBody(file, size) if form is None else _in_form(file, size, path.name, form)
    finally:
        file.close()


def _in_form(file: BinaryIO, size: int, name: str, form: Form) -> FileBody:
    boundary = secrets.token_hex(16)
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(key)}"\r\n\r\n{value}\r\n'
        for key, value in form.fields.items()
    )
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(form.name)}"; '
        f'filename="{_quoted(form.filename or name)}"\r\nContent-Type: {form.mime}\r\n\r\n'
    )
    tail = f"\r\n--{boundary}--\r\n"
    content_type = f"multipart/form-data; boundary={boundary}"
    return FileBody(file, size, head.encode(), tail.encode(), content_type)


def _quoted(name: str) -> str:
    """As browsers write names in a form."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _broken(message: str, reach: Reach) -> MediaBroken:
    return MediaBroken(answer=Answer(message=message), reach=reach)
