"""Media in a bucket of any S3-compatible service, fetched through presigned addresses."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

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

VALID = timedelta(hours=48)
"""Containers are fetched within minutes; a day is promised, and clocks may differ."""

_PART_BYTES = 5 * 1024 * 1024
_PARTS_AT_ONCE = 3
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_MESSAGE = re.compile(r"<Message>([^<]{0,300})")
_WRONG_REGION = "incorrectly configured region"
_AGAIN = frozenset({"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted"})


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where the bucket is and what opens it. Without an endpoint it is Amazon's own."""

    name: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    endpoint: str = ""
    prefix: str = ""

    @property
    def address(self) -> str:
        """The host that is asked, and that addresses are signed for."""
        return (self.endpoint or f"https://s3.{self.region}.amazonaws.com").rstrip("/")


class S3MediaStore:
    """Keeps files below the bucket's prefix, named by their key; large ones travel in parts."""

    def __init__(self, bucket: Bucket, *, timeout: timedelta) -> None:
        # With the bucket's, so that what lies in another one is not looked for in this one.
        self.name = f"s3:{bucket.name}"[:LONGEST_NAME]
        self._prefix = f"{bucket.prefix.strip('/')}/" if bucket.prefix.strip("/") else ""
        self._store = S3Store(
            bucket.name,
            endpoint=bucket.address,
            region=bucket.region,
            # A path works with every service; a host name for each bucket needs its own certificates.
            virtual_hosted_style_request=False,
            # Given this way, so that no AWS_* variable of the machine mixes in.
            credential_provider=lambda: {
                "access_key_id": bucket.access_key,
                "secret_access_key": bucket.secret_key,
                "token": None,
                "expires_at": None,
            },
            client_options={
                "allow_http": bucket.address.startswith("http://"),
                # For each part, not for the whole file.
                "timeout": timeout,
                "connect_timeout": min(timeout / 2, timedelta(seconds=10)),
            },
            retry_config={"max_retries": 2, "retry_timeout": timeout},
        )

    async def put(self, key: str, path: Path, mime: str) -> str:
        """Stores a file, whole or not at all; the same key again takes the place of the first.

        Raises `MediaBroken` where `path` is gone, `Transient` where the service can't be reached, and
        `Misconfigured` where it refuses the keys or the bucket.
        """
        check_key(key)
        location = f"{self._prefix}{key}.{ending(mime)}"
        try:
            await obstore.put_async(
                self._store,
                location,
                path,
                attributes={"Content-Type": mime},
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )
        except (BaseError, OSError) as error:
            raise _failure(str(error), path) from None
        return location

    def url(self, location: str) -> str:
        """A presigned address; no call is made for it."""
        return obstore.sign(self._store, "GET", location, VALID)


def _failure(text: str, path: Path) -> Failure:
    """What went wrong. The text of the error is read, since nothing else tells the service's own code."""
    status, code = _found(_STATUS, text), _found(_CODE, text)
    if not status and not path.is_file():
        return MediaBroken(answer=Answer(message=f"{path.name} is gone"), reach=Reach.NOT_SENT)
    answer = Answer(
        status=int(status) if status else None,
        code=code or None,
        message=_found(_MESSAGE, text) or ("" if status else "no answer"),
    )
    if _WRONG_REGION in text:
        return Misconfigured(answer=Answer(status=301, code="PermanentRedirect", message=_WRONG_REGION))
    if not status:
        return Transient(answer=answer, reach=Reach.SENT)
    return _refusal(int(status), code)(answer=answer)


def _refusal(status: int, code: str) -> type[Failure]:
    if code == "EntityTooLarge":
        return MediaBroken
    if status == 429:
        return RateLimited
    if status >= 500 or status == 408 or code in _AGAIN:
        return Transient
    # Keys, clock, permission, bucket or region: nothing that waiting would mend.
    return Misconfigured


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
