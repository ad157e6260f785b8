"""Media at Cloudinary: signed uploads, in chunks where the file is large, and public delivery addresses."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from pressrun.connectors.file_body import Form
from pressrun.connectors.http import Http, HttpAnswer
from pressrun.connectors.media_stores.file_names import LONGEST_NAME, check_key, ending
from pressrun.domain.failures import (
    Answer,
    Failure,
    MediaBroken,
    Misconfigured,
    RateLimited,
    Reach,
    Transient,
)

CHUNK_BYTES = 20_000_000
FOLDER = "pressrun"

_ALGORITHMS = ("sha1", "sha256")
_FILE_TEXT = re.compile(
    r"(invalid|unsupported|corrupt|empty)\b.*\b(file|format|image|video)|file size too large|not allowed",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """One product environment and the key that opens it."""

    name: str
    api_key: str
    api_secret: str
    api_url: str = "https://api.cloudinary.com"
    delivery_url: str = "https://res.cloudinary.com"


class CloudinaryMediaStore:
    """Stores files under a public id made of their key, so that a repeated upload is the same asset."""

    def __init__(self, http: Http, cloud: Cloud, *, now: Callable[[], datetime]) -> None:
        # With the cloud's, so that what lies in another one is not looked for in this one.
        self.name = f"cloudinary:{cloud.name}"[:LONGEST_NAME]
        self._http = http
        self._cloud = cloud
        self._now = now
        # Which of them an account takes is one of its settings and can't be asked for.
        self._algorithms = _ALGORITHMS

    async def put(self, key: str, path: Path, mime: str) -> str:
        """Stores a file, whole or not at all; the same key again takes the place of the first.

        Raises `MediaBroken` where the file is gone or refused, `Transient` and `RateLimited` where it may
        work later, `Misconfigured` where the account, its key or the clock is wrong.
        """
        check_key(key)
        kind = _resource_type(mime)
        public_id = f"{FOLDER}/{key}" + (f".{ending(mime)}" if kind == "raw" else "")
        upload = _Upload(self._http, self._cloud, kind, public_id, path, mime, self._now)
        stored = await self._signed_rightly(upload)
        try:
            named = f"{stored['public_id']}.{stored['format']}" if kind != "raw" else stored["public_id"]
        except (KeyError, TypeError) as missing:
            raise Transient(answer=Answer(status=200, message="an answer without an asset")) from missing
        return f"{kind}/{named}"

    def url(self, location: str) -> str:
        """The delivery address, which never ends. `v1` keeps the folder from being read as something else."""
        kind, _, named = location.partition("/")
        return f"{self._cloud.delivery_url.rstrip('/')}/{self._cloud.name}/{kind}/upload/v1/{quote(named)}"

    async def _signed_rightly(self, upload: "_Upload") -> Any:
        first, second = self._algorithms
        try:
            return await upload.send(first)
        except Misconfigured as refused:
            if "Invalid Signature" not in refused.answer.message:
                raise
        stored = await upload.send(second)
        self._algorithms = (second, first)
        return stored


@dataclass(frozen=True)
class _Upload:
    """One file on its way."""

    http: Http
    cloud: Cloud
    kind: str
    public_id: str
    path: Path
    mime: str
    now: Callable[[], datetime]

    async def send(self, algorithm: str) -> Any:
        """The asset as the service describes it. Raises the failures of `put`."""
        try:
            size = self.path.stat().st_size
        except OSError as error:
            message = f"{self.path.name}: {error.strerror}"
            raise MediaBroken(answer=Answer(message=message), reach=Reach.NOT_SENT) from error
        if size <= CHUNK_BYTES:
            return await self._post(algorithm, 0, size, {})
        upload_id, answer = uuid4().hex, None
        for offset in range(0, size, CHUNK_BYTES):
            length = min(CHUNK_BYTES, size - offset)
            span = f"bytes {offset}-{offset + length - 1}/{size}"
            headers = {"X-Unique-Upload-Id": upload_id, "Content-Range": span}
            answer = await self._chunk(algorithm, offset, length, headers)
        return answer

    async def _chunk(self, algorithm: str, offset: int, length: int, headers: Mapping[str, str]) -> Any:
        try:
            return await self._post(algorithm, offset, length, headers)
        except Transient:
            # Once more at the same place: a large file is not begun again for one dropped connection.
            return await self._post(algorithm, offset, length, headers)

    async def _post(self, algorithm: str, offset: int, length: int, headers: Mapping[str, str]) -> Any:
        params = {
            # A file that is prepared again may differ in its bytes, and caches would keep the first.
            "invalidate": "true",
            "overwrite": "true",
            "public_id": self.public_id,
            "timestamp": str(int(self.now().timestamp())),
        }
        form = Form(_signed(params, self.cloud, algorithm), filename=self.path.name, mime=self.mime)
        url = f"{self.cloud.api_url.rstrip('/')}/v1_1/{quote(self.cloud.name)}/{self.kind}/upload"
        answer = await self.http.send(
            "POST", url, file=self.path, offset=offset, length=length, form=form, headers=headers
        )
        if not answer.is_success:
            raise failure_of(answer, self.now())
        if not isinstance(answer.body, dict):
            raise Transient(answer=Answer(status=answer.status, message="an answer that is no JSON"))
        return answer.body


def failure_of(answer: HttpAnswer, now: datetime) -> Failure:
    """What an answer without success means for the file and for who must act."""
    told = _told(answer)
    if answer.status in (420, 429):
        return RateLimited(answer=told, until=_until(answer, now), whose="app")
    if answer.status >= 500 or answer.status in (408, 409, 425):
        return Transient(answer=told)
    if answer.status in (413, 415) or (answer.status == 400 and _FILE_TEXT.search(told.message)):
        return MediaBroken(answer=told)
    # Key, cloud, clock, or a setting of the account.
    return Misconfigured(answer=told)


def _signed(params: dict[str, str], cloud: Cloud, algorithm: str) -> dict[str, str]:
    """No value here has an `&`, so both versions of the signature are the same."""
    to_sign = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
    digest = hashlib.new(algorithm, (to_sign + cloud.api_secret).encode()).hexdigest()
    return {**params, "api_key": cloud.api_key, "signature": digest}


def _told(answer: HttpAnswer) -> Answer:
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return Answer(
        status=answer.status,
        message=str(message or answer.headers.get("x-cld-error", ""))[:500],
        trace=answer.headers.get("x-request-id"),
    )


def _until(answer: HttpAnswer, now: datetime) -> datetime | None:
    """When the limit ends, if the answer says so in one of the ways in use."""
    seconds = answer.headers.get("retry-after", "")
    if seconds.isdigit():
        return now + timedelta(seconds=int(seconds))
    try:
        until = parsedate_to_datetime(answer.headers["x-featureratelimit-reset"])
    except (KeyError, ValueError):
        return None
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def _resource_type(mime: str) -> str:
    """Sound is a kind of video there."""
    kind = mime.partition("/")[0]
    return {"image": "image", "video": "video", "audio": "video"}.get(kind, "raw")
