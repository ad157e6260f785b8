"""`/api/events`: everything that happens, live (DESIGN.md 11)."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import format_sse_event
from starlette.responses import Response

from pressrun.store import events
from pressrun.store.database import Store
from pressrun.store.events import Event
from pressrun.web.auth import Reader
from pressrun.web.deps import InLive, InStore
from pressrun.web.live import Live
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.sse import COMMENT, RECONNECT_MILLISECONDS, last_event_id, stream

router = APIRouter(prefix="/api/events", tags=["events"], responses=EVERYWHERE)

LONGEST_STREAM = timedelta(minutes=15)
HIGHEST_ID = 2**63 - 1


@router.get("", response_class=Response)
async def follow_events(
    request: Request,
    visitor: Reader,
    store: InStore,
    live: InLive,
    topic: Annotated[str | None, Query(max_length=64, pattern=r"^\w+:\w+$")] = None,
    after: Annotated[
        int | None, Query(ge=0, le=HIGHEST_ID, description="Begin after this event, on the first connection.")
    ] = None,
) -> Response:
    """Server-Sent Events from now on, or after `Last-Event-ID`; the event names are the kinds."""
    given = last_event_id(request)
    newest = await run_in_threadpool(_newest, store)
    asked = given if given is not None else after
    # An id of the future is from a database that was restored since: nothing may be held back until it comes.
    begin = newest if asked is None else min(asked, newest)
    return stream(_events(store, live, begin, topic))


async def _events(store: Store, live: Live, begin: int, topic: str | None) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RECONNECT_MILLISECONDS)
    end = store.clock.now() + LONGEST_STREAM
    async for event in live.follow(begin, topic=topic):
        yield _event(event) if event is not None else COMMENT
        if store.clock.now() >= end:
            return


def _event(event: Event) -> bytes:
    data = {"topic": event.topic, "kind": event.kind, "at": event.at.isoformat(), "data": event.data}
    return format_sse_event(id=str(event.id), event=event.kind, data_str=json.dumps(data, ensure_ascii=False))


def _newest(store: Store) -> int:
    with store.read() as tx:
        return events.newest_id(tx)
