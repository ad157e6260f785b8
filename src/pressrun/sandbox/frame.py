"""The frame around every stand-in: keeps the log of requests and plays the faults that were switched on."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pressrun.sandbox.body import KeptBody, only_first
from pressrun.sandbox.clock import real_now
from pressrun.sandbox.faults import Fault
from pressrun.sandbox.server import CUT
from pressrun.sandbox.standin import LOG_ENTRY, OUTCOME, REQUEST_ID, IncomingCall, Sandbox, StandIn

_READ_AHEAD = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_SECRETS = frozenset(
    [
        "access_token",
        "client_secret",
        "code",
        "fb_exchange_token",
        "input_token",
        "appsecret_proof",
        "signature",
        "api_key",
        "refresh_token",
        "token",
        "upload_id",
    ]
)


class ClientGone(Exception):
    """The client left before its request was complete: nothing of it happens."""


@dataclass
class CapturedAnswer:
    """What the stand-in answered, held back from the client."""

    start: MutableMapping[str, Any] | None = None
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Frame:
    """ASGI middleware; what does not belong to a stand-in passes untouched."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stand_in = self._sandbox.stand_in_at(scope["path"]) if scope["type"] == "http" else None
        if stand_in is None:
            await self._app(scope, receive, send)
            return
        with contextlib.suppress(ClientGone, ClientDisconnect):
            await Exchange(self._app, self._sandbox, stand_in, scope, receive, send).run()


class Exchange:
    """One request to a stand-in, from its arrival to its answer, or to the lack of one."""

    def __init__(
        self, app: ASGIApp, sandbox: Sandbox, stand_in: StandIn, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._app = app
        self._sandbox = sandbox
        self._stand_in = stand_in
        self._scope = scope
        self._receive = receive
        self._send = send
        self._body: KeptBody | None = None
        self._headers = Headers(scope=scope)
        self._entry: dict[str, Any] = {}
        scope[REQUEST_ID] = uuid4().hex

    async def run(self) -> None:
        self._entry = self._scope[LOG_ENTRY] = self._log()
        try:
            if self._headers.get("content-type", "").split(";")[0].strip() in _READ_AHEAD:
                await self._read_body()
            account_id = self._stand_in.account_of(self._sandbox, self._call())
            self._entry["account_id"] = account_id
            fault = self._sandbox.faults.take(
                platform=self._stand_in.platform,
                method=self._scope["method"],
                path=self._scope["path"],
                account_id=account_id,
            )
            if fault is None:
                await self._serve(self._send_logged)
            else:
                self._entry["fault_id"] = fault.id
                if fault.kind != "drop_within":
                    await self._read_body()
                await self._play(fault)
        finally:
            if self._body is not None:
                self._body.close()
            self._entry["ended_at"] = real_now().isoformat()

    def _log(self) -> dict[str, Any]:
        entry = {
            "id": self._scope[REQUEST_ID],
            "platform": self._stand_in.platform,
            "method": self._scope["method"],
            "path": self._scope["path"],
            "query": _masked(self._scope["query_string"]),
            "account_id": None,
            "status": None,
            "started_at": real_now().isoformat(),
            "ended_at": None,
        }
        self._sandbox.requests.append(entry)
        return entry

    def _call(self) -> IncomingCall:
        return IncomingCall(
            method=self._scope["method"],
            path=self._scope["path"],
            query=dict(parse_qsl(self._scope["query_string"].decode("latin-1"))),
            headers=self._headers,
            body=self._body.start() if self._body is not None else b"",
        )

    async def _read_body(self) -> None:
        if self._body is not None:
            return
        self._body = KeptBody()
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._body.add(message.get("body", b""))
            more = message.get("more_body", False)

    async def _serve(self, send: Send) -> None:
        await self._app(self._scope, self._whole_request(), send)

    def _whole_request(self) -> Receive:
        return self._receive if self._body is None else self._body.replay(self._receive)

    async def _send_logged(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._entry["status"] = message["status"]
        await self._send(message)

    # Effects

    async def _play(self, fault: Fault) -> None:
        effects: Mapping[str, Callable[[Fault], Awaitable[None]]] = {
            "answer": self._answer,
            "answer_after": self._answer_after,
            "drop_before": self._drop_before,
            "drop_within": self._drop_within,
            "drop_after": self._drop_after,
            "delay": self._delay,
            "truncate": self._truncate,
            "hang": self._hang,
        }
        await effects.get(fault.kind, self._serve_with_outcome)(fault)

    async def _serve_with_outcome(self, fault: Fault) -> None:
        self._scope[OUTCOME] = fault.kind
        await self._serve(self._send_logged)

    async def _answer(self, fault: Fault) -> None:
        response = _injected(self._stand_in, fault.effect)
        await response(self._scope, self._receive, self._send_logged)

    async def _answer_after(self, fault: Fault) -> None:
        await self._serve(CapturedAnswer().send)
        await self._answer(fault)

    async def _drop_before(self, fault: Fault) -> None:
        self._cut()

    async def _drop_within(self, fault: Fault) -> None:
        """The connection ends while the body is on its way: the stand-in sees its first bytes only."""
        receive = only_first(self._whole_request(), fault.effect["bytes"])
        with contextlib.suppress(ClientDisconnect):
            await self._app(self._scope, receive, CapturedAnswer().send)
        self._cut()

    async def _drop_after(self, fault: Fault) -> None:
        await self._serve(CapturedAnswer().send)
        self._cut()

    async def _delay(self, fault: Fault) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._sandbox.stopping.wait(), timeout=fault.effect["ms"] / 1000)
            self._cut()
            return
        await self._serve(self._send_logged)

    async def _truncate(self, fault: Fault) -> None:
        whole = CapturedAnswer()
        await self._serve(whole.send)
        if whole.start is not None:
            await self._send_logged(whole.start)
            part = bytes(whole.body[: fault.effect["bytes"]])
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        self._cut()

    async def _hang(self, fault: Fault) -> None:
        """Hold until the fault is deleted or the client goes: nothing is done, nothing is answered."""
        ends = [
            asyncio.ensure_future(fault.removed.wait()),
            asyncio.ensure_future(self._sandbox.stopping.wait()),
            asyncio.ensure_future(self._gone()),
        ]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        self._cut()

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _cut(self) -> None:
        self._scope["extensions"][CUT]()


def _injected(stand_in: StandIn, effect: Mapping[str, Any]) -> Response:
    status, body, headers = effect["status"], effect.get("body"), effect.get("headers")
    if body is None:
        response = stand_in.error(status, "switched on in the sandbox")
    elif isinstance(body, str):
        response = Response(body, status)
    else:
        response = JSONResponse(body, status)
    response.headers.update({name: str(value) for name, value in (headers or {}).items()})
    return response


def _masked(query_string: bytes) -> str:
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    return urlencode([(name, "***" if name in _SECRETS else value) for name, value in pairs])
