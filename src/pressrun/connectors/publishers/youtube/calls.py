"""Requests to the YouTube Data API as one channel."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pressrun.connectors.base import Login
from pressrun.connectors.http import Http, HttpAnswer
from pressrun.connectors.publishers.youtube import answers
from pressrun.domain.failures import Answer, LoginExpired, Reach, Transient

_GOOGLE = "googleapis.com"


class Calls:
    """Every answer is the parsed body of a success, or one of `domain.failures`."""

    def __init__(self, http: Http, url: str, *, now: Callable[[], datetime]) -> None:
        self.http = http
        self.now = now
        self._url = url.rstrip("/")

    async def get(self, login: Login, path: str, **params: str) -> dict[str, Any]:
        """Reads a resource, such as `videos`."""
        answer = await self.http.request("GET", self._address(path), headers=bearer(login), params=params)
        return self.read(answer)

    async def post(self, login: Login, path: str, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Adds to a resource."""
        answer = await self.http.request(
            "POST", self._address(path), headers=bearer(login), params=params, json=body
        )
        return self.read(answer)

    async def begin_upload(
        self, login: Login, resource: Mapping[str, Any], *, size: int, mime: str, **params: str
    ) -> str:
        """Starts a resumable upload of a video; answers the address of its session, which is a secret."""
        headers = {"X-Upload-Content-Length": str(size), "X-Upload-Content-Type": mime}
        answer = await self.http.request(
            "POST",
            self._upload_address("videos"),
            headers={**bearer(login), **headers},
            params={"uploadType": "resumable", "part": "snippet,status", **params},
            json=resource,
        )
        location = answer.headers.get("location", "")
        if not answer.is_success:
            raise answers.translate(answer, now=self.now())
        if not location:
            raise unreadable(answer, "Location")
        return location

    async def upload_text(
        self, login: Login, path: str, body: bytes, *, mime: str, **params: str
    ) -> dict[str, Any]:
        """Sends metadata and a small file in one request."""
        answer = await self.http.request(
            "POST",
            self._upload_address(path),
            headers={**bearer(login), "Content-Type": mime},
            params={"uploadType": "multipart", **params},
            content=body,
        )
        return self.read(answer)

    async def upload_file(
        self, login: Login, path: str, file: Path, *, mime: str, **params: str
    ) -> dict[str, Any]:
        """Sends a file in one request."""
        answer = await self.http.send(
            "POST",
            self._upload_address(path),
            file=file,
            headers={**bearer(login), "Content-Type": mime},
            params={"uploadType": "media", **params},
        )
        return self.read(answer)

    def session_headers(self, session: str, login: Login) -> dict[str, str]:
        """What a request to an upload session says of its sender.

        The session's address is enough. The token is sent beside it while it is good and the address is
        Google's: an upload may well take longer than a token lives.
        """
        return bearer(login) if self._is_our_service(session) and not self.is_over(login) else {}

    def is_over(self, login: Login) -> bool:
        """Whether the token's hour is over, so that a fresh one would do."""
        return login.expires_at is not None and login.expires_at <= self.now()

    def read(self, answer: HttpAnswer) -> dict[str, Any]:
        """The body of a success."""
        if not answer.is_success:
            raise answers.translate(answer, now=self.now())
        if not isinstance(answer.body, dict):
            raise unreadable(answer, "body")
        return answer.body

    def _is_our_service(self, address: str) -> bool:
        host, ours = urlsplit(address).hostname or "", urlsplit(self._url).hostname or ""
        is_google = host.endswith(f".{_GOOGLE}") and ours.endswith(f".{_GOOGLE}")
        return host == ours or is_google

    def _address(self, path: str) -> str:
        return f"{self._url}/youtube/v3/{path}"

    def _upload_address(self, path: str) -> str:
        return f"{self._url}/upload/youtube/v3/{path}"


def bearer(login: Login) -> dict[str, str]:
    """The header that says who asks. Raises `LoginExpired` for what can be no token."""
    token = str(login.credentials.get("access_token", ""))
    if not re.fullmatch(r"[!-~]+", token):
        raise LoginExpired(answer=Answer(message="this can't be a token"), reach=Reach.NOT_SENT)
    return {"Authorization": f"Bearer {token}"}


def items(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The items of a list that can be read."""
    found = body.get("items")
    yield from (item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()


def section(resource: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One part of a resource, such as `snippet`; empty where it is not there."""
    value = resource.get(name)
    return value if isinstance(value, dict) else {}


def unreadable(answer: HttpAnswer, name: str) -> Transient:
    """A success that does not say what it must."""
    return Transient(answer=Answer(status=answer.status, message=f"the answer has no {name}"))
