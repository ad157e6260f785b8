"""Answering with `text/event-stream`: how long streams stay open, and where a reconnect goes on."""

from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.sse import EventSourceResponse, format_sse_event

RECONNECT_MILLISECONDS = 1000
COMMENT = format_sse_event(comment="")


def stream(chunks: AsyncIterator[bytes]) -> EventSourceResponse:
    """An event stream that proxies pass on at once."""
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    return EventSourceResponse(chunks, headers=headers)


def last_event_id(request: Request) -> int | None:
    """Where the browser wants to go on; None for the first connection and for what is no id of ours."""
    given = request.headers.get("last-event-id", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
