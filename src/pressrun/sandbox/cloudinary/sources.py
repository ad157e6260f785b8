"""Where the bytes of an upload come from: form, address or data URI. They end in a file, not in memory."""

import asyncio
import base64
import binascii
import functools
import re
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import httpx
from starlette.datastructures import FormData, UploadFile

from pressrun.sandbox.cloudinary.errors import bad

FETCH_SECONDS = 20.0
MAX_FIELD_BYTES = 64_000_000
"""The longest data URI."""

_DATA_URI = re.compile(r"data:(?P<mime>[\w.+-]+/[\w.+-]+)?(?:;[\w-]+=[\w-]+)*(?P<base64>;base64)?,")


@dataclass(frozen=True)
class Source:
    """Bytes on the disk and the name they came with."""

    path: Path
    filename: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size


@contextmanager
def unfinished_file(folder: Path) -> Iterator[Path]:
    """A new file beside the kept ones, gone at the end unless something took it over."""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as made:
        path = Path(made.name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


async def write_source(form: FormData, path: Path) -> Source:
    """Writes what the form's `file` names to `path`; raises CloudinaryError."""
    sent = form.get("file")
    if isinstance(sent, UploadFile):
        await asyncio.to_thread(_copy, sent.file, path)
        source = Source(path, PurePosixPath((sent.filename or "").replace("\\", "/")).name)
    elif not sent:
        raise bad("Missing required parameter - file")
    elif sent.startswith("data:"):
        await asyncio.to_thread(path.write_bytes, _decoded(sent))
        source = Source(path, "")
    else:
        await _fetch(sent, path)
        source = Source(path, PurePosixPath(unquote(urlsplit(sent).path)).name)
    if not source.size:
        raise bad("Empty file")
    return source


def _copy(file: BinaryIO, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file, target, 1024 * 1024)


def _decoded(uri: str) -> bytes:
    found = _DATA_URI.match(uri)
    if found is None:
        raise bad("Invalid data URI")
    content = uri[found.end() :]
    if not found["base64"]:
        return unquote_to_bytes(content)
    try:
        return base64.b64decode(re.sub(r"\s", "", content), validate=True)
    except binascii.Error as broken:
        raise bad("Invalid base64 in data URI") from broken


async def _fetch(url: str, path: Path) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise bad(f"Unsupported source URL: {url}")
    try:
        async with (
            asyncio.timeout(FETCH_SECONDS),
            _client() as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise bad(f"Error in loading {url} - {response.status_code} {response.reason_phrase}")
            with path.open("wb") as target:
                async for part in response.aiter_bytes():
                    target.write(part)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as failed:
        raise bad(f"Error in loading {url} - {type(failed).__name__}") from failed


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        follow_redirects=True, timeout=FETCH_SECONDS, trust_env=False, verify=_trusted_authorities()
    )


@functools.cache
def _trusted_authorities() -> ssl.SSLContext:
    """Read once: it takes longer than a whole fetch."""
    return httpx.create_ssl_context()
