"""What holds for every request and answer: a sane Host, a limit on bodies, security headers, no caching."""

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pressrun.domain.problems import Flaw, Problem
from pressrun.web import language
from pressrun.web.errors import problem_response, unexpected_response

_HOST = re.compile(r"(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        # Personas and progress bars carry their hue and value in a style attribute.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


BODY_LIMIT = 1_000_000
"""Bytes a request may carry, unless its route raises `request.state.body_limit` before it reads them."""


class Guard:
    """An ASGI layer around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(scope, MutableHeaders(raw=message["headers"]))
            await send(message)

        scope.setdefault("state", {})["body_limit"] = BODY_LIMIT
        try:
            await self._answer(scope, receive, send_guarded)
        except Exception as error:
            if started:
                raise
            refusal = unexpected_response(Request(scope), error)
            await refusal(scope, receive, send_guarded)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_sane(scope):
            await self._app(scope, _limited(scope, receive), send)
            return
        refusal = problem_response(Request(scope), Problem(Flaw("request_malformed"), status=400))
        await refusal(scope, receive, send)


def _limited(scope: Scope, receive: Receive) -> Receive:
    announced = Headers(scope=scope).get("content-length", "")
    expected = int(announced) if announced.isdecimal() else 0
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive() if expected <= scope["state"]["body_limit"] else None
        if message is not None:
            received += len(message.get("body", b""))
        if message is None or received > scope["state"]["body_limit"]:
            raise HTTPException(413)
        return message

    return receive_limited


def _is_sane(scope: Scope) -> bool:
    hosts = Headers(scope=scope).getlist("host")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return False
    # No name of ours holds a NUL, and PostgreSQL can't even compare with one.
    return "\0" not in scope["path"] and b"%00" not in scope["query_string"]


def _add_headers(scope: Scope, headers: MutableHeaders) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if scope["method"] == "GET" and headers.get("content-type", "").startswith("text/html"):
        _remember_language(scope, headers)


def _remember_language(scope: Scope, headers: MutableHeaders) -> None:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    if chosen := language.spoken(asked):
        headers.append(
            "Set-Cookie", f"{language.COOKIE}={chosen.value}; Path=/; Max-Age=31536000; SameSite=Lax"
        )
