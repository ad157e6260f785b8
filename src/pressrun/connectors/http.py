"""The one HTTP client of all connectors: time limits, size limits, no redirects, nothing secret in a log."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

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
        # Nothing is chained: httpx quotes addresses and headers, and both may carry tokens.
        try:
            request = self._client.build_request(method, url, **options)
            async with asyncio.timeout(self._seconds):
                return await self._send(request)
        except (*_NEVER_LEFT, *_UNSAYABLE) as trouble:
            raise _transient(trouble, Reach.NOT_SENT) from None
        except (httpx.HTTPError, TimeoutError) as trouble:
            raise _transient(trouble, Reach.SENT) from None

    async def fetch(self, url: str) -> bytes:
        """The bytes at an address. Raises `MediaUnreachable` for anything but success."""
        answer = await self.request("GET", url)
        if not answer.is_success:
            raise MediaUnreachable(url=url, answer=Answer(status=answer.status))
        return answer.content

    async def close(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

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


def _parsed(response: httpx.Response, content: bytes) -> Any:
    if not any(word in response.headers.get("content-type", "") for word in _JSON_TYPES):
        return None
    try:
        return httpx.Response(200, content=content).json()
    except (ValueError, RecursionError):
        return None


def _transient(trouble: Exception, reach: Reach) -> Transient:
    return Transient(answer=Answer(message=type(trouble).__name__), reach=reach)
