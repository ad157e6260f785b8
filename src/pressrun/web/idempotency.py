"""`Idempotency-Key`: a POST that is sent twice acts once and is answered twice (API.md)."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.responses import Response

from pressrun.domain.problems import Flaw, Problem
from pressrun.store import idempotency
from pressrun.store.idempotency import Claim, KeptAnswer
from pressrun.web.auth import Visitor, check_origin, visitor_of
from pressrun.web.deps import parts_of, store_of

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_MAX_KEY = 255

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OnceRoute(APIRoute):
    """A route whose POST honours `Idempotency-Key`. Successful answers are kept; refusals free the key."""

    async def fingerprint(self, request: Request) -> str:
        """What makes this request the same as another: a hash of its query and its body."""
        body = await request.body()
        return hashlib.sha256(request.url.query.encode() + b"\0" + body).hexdigest()

    async def clean_up(self, request: Request) -> None:
        """Called when the request is over, whatever came of it."""

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await self._once(request, handler)
            finally:
                await self.clean_up(request)

        return handle

    async def _once(self, request: Request, handler: Handler) -> Response:
        key = request.headers.get(HEADER)
        if request.method != "POST" or key is None:
            return await handler(request)
        visitor = await run_in_threadpool(visitor_of, request)
        if visitor is None:
            return await handler(request)
        if visitor.session_token:
            check_origin(request)
        claim = await self._claim(request, visitor, key)
        earlier = await run_in_threadpool(idempotency.claim, store_of(request), claim)
        if earlier is not None:
            return _replay(earlier, claim)
        return await _act(request, handler, claim)

    async def _claim(self, request: Request, visitor: Visitor, key: str) -> Claim:
        if not 0 < len(key) <= _MAX_KEY:
            raise Problem.invalid("request_malformed", field=HEADER)
        return Claim(
            caller=visitor.caller.id,
            route=request.url.path[:200],
            key=key,
            request_hash=await self.fingerprint(request),
            process_id=parts_of(request).process_id,
        )


async def _act(request: Request, handler: Handler, claim: Claim) -> Response:
    store = store_of(request)
    answered = False
    try:
        response = await handler(request)
        if response.status_code < 400 and isinstance(response.body, bytes):
            answer = {"body": response.body.decode(), "media_type": response.headers.get("content-type")}
            await run_in_threadpool(
                idempotency.keep, store, claim, status=response.status_code, answer=answer
            )
            answered = True
        return response
    finally:
        if not answered:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(idempotency.release, store, claim)


def _replay(earlier: KeptAnswer, claim: Claim) -> Response:
    if earlier.request_hash != claim.request_hash:
        raise Problem.invalid("idempotency_mismatch")
    if earlier.status is None or earlier.answer is None:
        raise Problem(Flaw("in_progress"), status=409, extra={"retry_after": 1})
    return Response(
        earlier.answer["body"],
        earlier.status,
        headers={REPLAYED: "true"},
        media_type=earlier.answer["media_type"],
    )
