"""The resumable protocol: a session is started with the metadata, then takes the bytes in order."""

import asyncio
import os
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pressrun.sandbox.standin import LOG_ENTRY, REQUEST_ID, Sandbox
from pressrun.sandbox.youtube.announcing import open_session
from pressrun.sandbox.youtube.call import ApiCall, drain, read_json
from pressrun.sandbox.youtube.errors import ApiError, bad_request
from pressrun.sandbox.youtube.finishing import Finishing
from pressrun.sandbox.youtube.rules import PLATFORM, rule
from pressrun.sandbox.youtube.sessions import Session
from pressrun.sandbox.youtube.spans import GRANULE, Span, check_span, read_span
from pressrun.sandbox.youtube.targets import Target
from pressrun.sandbox.youtube.turns import TakenOver, Turns


class Resumable:
    """Sessions of every target. The file on disk is the truth about what has been received."""

    def __init__(self, sandbox: Sandbox, finishing: Finishing) -> None:
        self._sandbox = sandbox
        self._finishing = finishing
        self._turns = Turns()
        self.sessions = finishing.sessions

    async def start(self, call: ApiCall, target: Target) -> Response:
        """All that can be refused is refused here, before any byte; answers with the session's address."""
        headers = call.request.headers
        length = headers.get("x-upload-content-length")
        if length is not None and not length.isdigit():
            raise bad_request("X-Upload-Content-Length must be a number.")
        mime = headers.get("x-upload-content-type", "")
        total = int(length) if length is not None else None
        session = open_session(call, target, await read_json(call.request), mime=mime, total=total)
        self.sessions.save(session)
        query = [(name, value) for name, value in call.request.query_params.multi_items() if name != "key"]
        address = f"{call.base_url}{call.request.url.path}?{urlencode([*query, ('upload_id', session.id)])}"
        given = {"Location": address, "X-GUploader-UploadID": session.id, "Vary": "Origin, X-Origin"}
        return Response(status_code=200, headers=given)

    async def put(self, request: Request) -> Response:
        """Bytes for a session, or the question how many it has."""
        session_id = request.query_params["upload_id"]
        try:
            return await self._turns.take(session_id, lambda: self._receive(request, session_id))
        except TakenOver:
            return ApiError(503, "backendError", "Another request took this upload over.").response()

    async def _receive(self, request: Request, session_id: str) -> Response:
        entry = request.scope[LOG_ENTRY]
        entry["upload"] = self.sessions.get(session_id).mark
        await self._finishing.wait(session_id)
        session = self.sessions.get(session_id)
        if session.answer is not None:
            await drain(request)
            return self._final(session, session.answer)
        received = self.sessions.received(session)
        span = read_span(request.headers)
        overlap = self._rule(session, "overlap") == "ignores"
        check_span(span, session, received=received, overlap=overlap)
        try:
            if not span.asks:
                await self._copy(request, session, span)
        finally:
            kept = self.sessions.received(session)
            if kept > received:
                entry["range"] = f"{received}-{kept - 1}"
        return await self._outcome(request, session, span)

    async def _copy(self, request: Request, session: Session, span: Span) -> None:
        """Append what comes; each piece is in the file before the next one is read."""
        whole = False
        with self.sessions.part(session).open("ab") as file:
            before = file.tell()
            known, room = before - span.first, self._room(session, span)
            try:
                async for piece in request.stream():
                    file.write(piece[known:room])
                    file.flush()
                    known = max(known - len(piece), 0)
                    room = None if room is None else max(room - len(piece), 0)
                whole = True
            finally:
                if not whole and self._rule(session, "interrupted") == "rounds":
                    file.truncate(max(file.tell() // GRANULE * GRANULE, before))
                await asyncio.to_thread(os.fsync, file.fileno())

    def _room(self, session: Session, span: Span) -> int | None:
        """How many bytes of this request are taken; None for all."""
        is_last = span.size is None or span.first + span.size == span.total
        if is_last or self._rule(session, "chunks") == "whole":
            return span.size
        assert span.size is not None
        return max(span.size // 2 // GRANULE, 1) * GRANULE

    async def _outcome(self, request: Request, session: Session, span: Span) -> Response:
        received = self.sessions.received(session)
        total = span.total if span.total is not None else session.total
        if span.size is None:
            total = received
        if total is None or received < total:
            ranges = {"Range": f"bytes=0-{received - 1}"} if received else None
            return Response(status_code=308, headers=ranges)
        request_id, base_url = request.scope[REQUEST_ID], self._sandbox.base_url(request)
        make = self._finishing.finish(session, request_id=request_id, base_url=base_url)
        return self._final(session, await make)

    def _final(self, session: Session, answer: dict[str, Any]) -> Response:
        return JSONResponse(answer, self._rule(session, "final_status") if session.target == "video" else 200)

    def _rule(self, session: Session, name: str) -> Any:
        account = self._sandbox.accounts.get(PLATFORM, session.account_id)
        if account is None:
            raise ApiError(404, "notFound", "The upload session was not found or has expired.")
        return rule(self._sandbox, account, name)
