"""Large files that arrive in pieces, held together by X-Unique-Upload-Id."""

import asyncio
import hashlib
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from pressrun.sandbox.cloudinary.errors import bad
from pressrun.sandbox.standin import Sandbox

LEAST_BYTES = 5 * 1024 * 1024
_KIND = "cloudinary_upload"
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True)
class Chunk:
    """One piece of an upload: bytes `first` to `last` of `total`."""

    upload_id: str
    first: int
    last: int
    total: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def chunk_of(request: Request) -> Chunk | None:
    """The piece this request brings; None for an upload in one request."""
    upload_id, written = request.headers.get("x-unique-upload-id"), request.headers.get("content-range")
    if not upload_id and not written:
        return None
    found = _RANGE.fullmatch(written or "")
    if not upload_id or found is None:
        raise bad("Invalid Content-Range header" if upload_id else "Missing X-Unique-Upload-Id header")
    first, last, total = map(int, found.groups())
    if not first <= last < total:
        raise bad("Invalid Content-Range header")
    return Chunk(upload_id, first, last, total)


class ChunkedUploads:
    """Pieces by cloud and upload id; each is written at its own place, so a repeated one does no harm."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def public_id(self, cloud: str, chunk: Chunk) -> str | None:
        """The id that the first piece got, which is the id of all."""
        known = self._sandbox.records.get(_KIND, f"{cloud}/{chunk.upload_id}")
        return known["public_id"] if known else None

    async def add(self, cloud: str, chunk: Chunk, piece: Path, public_id: str) -> int:
        """Keeps a piece; answers how many bytes there are now. Raises CloudinaryError."""
        await asyncio.to_thread(_place, chunk, piece, self.path(cloud, chunk))
        key = f"{cloud}/{chunk.upload_id}"
        known = self._sandbox.records.get(_KIND, key) or {"public_id": public_id, "ranges": []}
        if known.setdefault("total", chunk.total) != chunk.total:
            raise bad("Content-Range has another total than before")
        known["ranges"] = _joined([*known["ranges"], (chunk.first, chunk.last)])
        self._sandbox.records.put(_KIND, key, known, owner=cloud)
        return sum(last - first + 1 for first, last in known["ranges"])

    def end(self, cloud: str, chunk: Chunk) -> None:
        """Forgets the pieces."""
        self._sandbox.records.delete(_KIND, f"{cloud}/{chunk.upload_id}")
        self.path(cloud, chunk).unlink(missing_ok=True)

    def path(self, cloud: str, chunk: Chunk) -> Path:
        """Where the pieces of this upload come together."""
        name = hashlib.sha256(f"{cloud}/{chunk.upload_id}".encode()).hexdigest()
        return self._sandbox.media.folder / f"{name}.chunks"


def _place(chunk: Chunk, piece: Path, whole: Path) -> None:
    """Writes a piece at its place in the file that all pieces make."""
    size = piece.stat().st_size
    if size != chunk.size:
        raise bad(f"Content-Range says {chunk.size} bytes, {size} were sent")
    if size < LEAST_BYTES and chunk.last + 1 < chunk.total:
        raise bad("All parts except the last must be larger than 5 MB")
    whole.touch()
    with whole.open("rb+") as target, piece.open("rb") as source:
        target.seek(chunk.first)
        shutil.copyfileobj(source, target, 1024 * 1024)


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes in as few ranges as possible."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(map(tuple, ranges)):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
