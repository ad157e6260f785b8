"""The one HTTP client of all connectors: time limits, size limits, no redirects, nothing secret in a log."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from pressrun.connectors.file_body import Form, opened
from pressrun.domain.failures import Answer, MediaUnreachable, Reach, Transient

MAX_ANSWER_BYTES = 30_000_000
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_UNSAYABLE = (httpx.InvalidURL, UnicodeEncodeError)
"""No request can be made of it: an address that is none, a header with letters that headers can't hold."""

_JSON_TYPES = ("json", "javascript")
"""Meta calls its JSON `text/javascript` where a client does not ask for a type."""


@dataclass(frozen=True)
class HttpAnswer:
    """What a service answered. `body` is the parsed JSON, None where it is not JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any
    content: bytes

    @property
    def text(self) -> str:
        """The content as text, for logs and people."""
        return self.content.decode(errors="replace")

    @property
    def is_success(self) -> bool:
        """Whether the status is one of the 200s."""
        return 200 <= self.status < 300


class Http:
    """Sends requests. Every network trouble becomes `Transient` with how far the request got."""

    def __init__(self, *, timeout: timedelta) -> None:
        self._seconds = timeout.total_seconds()
        connect = min(10, self._seconds / 2)
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self._client = httpx.AsyncClient(
            # Shorter than the whole, so that a request that never left is told from one that did.
            timeout=httpx.Timeout(self._seconds, connect=connect, pool=connect),
            limits=limits,
            follow_redirects=False,
            trust_env=False,
        )

    async def request(self, method: str, url: str, **options: Any) -> HttpAnswer:
        """One request, within the time limit as a whole. Options are httpx's: params, data, json, headers."""
        with _trouble_as_failure():
            request = self._client.build_request(method, url, **options)
            async with asyncio.timeout(self._seconds):
                return await self._send(request)

    async def send(
        self,
        method: str,
        url: str,
        *,
        file: Path,
        offset: int = 0,
        length: int | None = None,
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> HttpAnswer:
        """One request whose body is a file, or `length` bytes of it from `offset` on, never whole in memory.

        The time limit holds for each piece of progress and then for the answer, not for the whole: a large
        file on a slow line takes as long as it takes, and a line that stands still is given up. The call that
        can't be undone therefore goes by `request`: it may not outlive its settle time.
        Raises `MediaBroken` where the file is gone or too short.
        """
        with _trouble_as_failure():
            async with opened(file, offset, length, form) as body, asyncio.timeout(self._seconds) as limit:
                sent = httpx.Headers(headers)
                sent["Content-Length"] = str(body.length)
                if body.content_type:
                    sent["Content-Type"] = body.content_type
                content = body.chunks(lambda: self._start_again(limit))
                request = self._client.build_request(method, url, content=content, headers=sent, **options)
                return await self._send(request)

    async def fetch(self, url: str) -> bytes:
        """The bytes at an address. Raises `MediaUnreachable` for anything but success."""
        answer = await self.request("GET", url)
        if not answer.is_success:
            raise MediaUnreachable(url=url, answer=Answer(status=answer.status))
        return answer.content

    async def reach(self, url: str) -> None:
        """Whether an address answers, told from its first byte. Raises `MediaUnreachable` where not."""
        try:
            answer = await self.request("GET", url, headers={"Range": "bytes=0-0"})
        except Transient as trouble:
            raise MediaUnreachable(url=url.partition("?")[0], answer=trouble.answer) from None
        if not answer.is_success:
            raise MediaUnreachable(url=url.partition("?")[0], answer=Answer(status=answer.status))

    async def close(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    def _start_again(self, limit: asyncio.Timeout) -> None:
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time() + self._seconds)

    async def _send(self, request: httpx.Request) -> HttpAnswer:
        response = await self._client.send(request, stream=True)
        try:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_ANSWER_BYTES:
                    raise httpx.DecodingError("the answer is too large", request=request)
        finally:
            await response.aclose()
        received = bytes(content)
        return HttpAnswer(response.status_code, response.headers, _parsed(response, received), received)


@contextmanager
def _trouble_as_failure() -> Iterator[None]:
    # Nothing is chained: httpx quotes addresses and headers, and both may carry tokens.
    try:
        yield
    except (*_NEVER_LEFT, *_UNSAYABLE) as trouble:
        raise _transient(trouble, Reach.NOT_SENT) from None
    except (httpx.HTTPError, TimeoutError) as trouble:
        raise _transient(trouble, Reach.SENT) from None


def _parsed(response: httpx.Response, content: bytes) -> Any:
    if not any(word in response.headers.get("content-type", "") for word in _JSON_TYPES):
        return None
    try:
        return httpx.Response(200, content=content).json()
    except (ValueError, RecursionError):
        return None


def _transient(trouble: Exception, reach: Reach) -> Transient:
    return Transient(answer=Answer(message=type(trouble).__name__), reach=reach)
