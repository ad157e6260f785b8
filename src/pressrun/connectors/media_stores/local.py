"""Media on this machine's disk, fetched by platforms through signed addresses of our own."""

import asyncio
import contextlib
import errno
import hashlib
import hmac
import os
import re
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from pressrun.connectors.media_stores.file_names import check_key, ending
from pressrun.domain.failures import Answer, MediaBroken, Misconfigured, Reach
from pressrun.domain.problems import Problem
from pressrun.kit.clock import Clock

_LOCATION = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]/[0-9A-Za-z_-]{1,126}\.[a-z0-9]{2,4}")
_DAY = timedelta(days=1)


class LocalMediaStore:
    """Keeps files below `root`, named by their key, and signs addresses below `{public_url}/media/`."""

    name = "local"

    def __init__(self, root: Path, public_url: str, key: bytes, clock: Clock) -> None:
        self._root = root
        self._public_url = public_url.rstrip("/")
        self._key = key
        self._clock = clock

    async def put(self, key: str, path: Path, mime: str) -> str:
        """Stores a file, whole or not at all; the same key again is the same file, and nothing is done.

        Raises `MediaBroken` where `path` is gone and `Misconfigured` where the disk refuses.
        """
        check_key(key)
        location = f"{key[:2]}/{key[2:]}.{ending(mime)}"
        await asyncio.to_thread(_place, path, self._root / location)
        return location

    def url(self, location: str) -> str:
        """A signed address that works for two to three days; the same one all day, for caches."""
        now = self._clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        expires = str(int((midnight + 3 * _DAY).timestamp()))
        query = urlencode({"expires": expires, "signature": self._signature(location, expires)})
        return f"{self._public_url}/media/{location}?{query}"

    def verify(self, location: str, expires: str, signature: str, now: datetime) -> Path:
        """The file that a signed address names. Raises `Problem` (404) unless all of it is right."""
        expected = self._signature(location, expires)
        signed = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        if not signed or not _LOCATION.fullmatch(location) or int(expires) <= now.timestamp():
            raise Problem.not_found("not_found")
        path = self._root / location
        if not path.is_file():
            raise Problem.not_found("not_found")
        return path

    def _signature(self, location: str, expires: str) -> str:
        signed = f"media\n{location}\n{expires}".encode("utf-8", "replace")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def _place(source: Path, target: Path) -> None:
    """Copies to a name beside the target and renames, with the disk told to keep both.

    A full disk is an `OSError`, as everywhere: whoever asks is told at once and nothing is accepted.
    """
    if not source.is_file():
        raise MediaBroken(answer=Answer(message=f"{source.name} is gone"), reach=Reach.NOT_SENT)
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part)
        _keep(part)
        part.replace(target)
        _keep(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        if error.errno in _NO_ROOM:
            raise
        raise Misconfigured(answer=Answer(message=error.strerror or ""), reach=Reach.NOT_SENT) from error


def _keep(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
