"""What surrounds every page: the counts of the menu and where the live stream begins."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from pressrun.domain.account import AccountStatus
from pressrun.domain.content import ContentEvent
from pressrun.domain.post import PostEvent, PostStatus
from pressrun.domain.run import FINAL
from pressrun.store import contents, events, notifications, posts, schema
from pressrun.store.database import Tx
from pressrun.store.posts import PostFilter
from pressrun.web import templating
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore, store_of

router = APIRouter(include_in_schema=False)

NEEDS_A_PERSON = (PostStatus.FAILED, PostStatus.UNCONFIRMED)
LIVE_KINDS = " ".join(
    chain(
        ("post.created", "post.put_off", "post.linked", "post.measured", "post.disappeared"),
        (f"post.{event.value}" for event in PostEvent),
        (f"content.{event.value}" for event in ContentEvent),
        ("attempt.started", "attempt.ended", "stage.started", "stage.ended", "stage.reported"),
        ("stage.failed", "run.created", "run.changed", "run.note", "content.created"),
        ("title.created", "title.cancelled", "notification.created"),
        (f"account.{status.value}" for status in AccountStatus),
        ("account.connected", "account.login_renewed", "account.renewal_failed", "account.removed"),
        ("app.changed", "app.removed", "user.created"),
        (f"persona.{what}" for what in ("created", "changed", "paused", "resumed", "removed")),
        ("schedule.created", "schedule.missed"),
    )
)
"""The kinds of events that change something on a page; an `EventSource` hears only those it names."""


@dataclass(frozen=True)
class Counts:
    """What the menu counts."""

    approvals: int
    failures: int
    runs: int
    accounts: int
    unread: int


@dataclass(frozen=True)
class Live:
    """Where the page's stream of events begins, and of what; empty for everything."""

    last_event_id: int
    topic: str = ""
    kinds: str = LIVE_KINDS


def screen(
    request: Request, template: str, values: Mapping[str, Any], *, topic: str = "", status: int = 200
) -> HTMLResponse:
    """A whole page inside its frame."""
    with store_of(request).read() as tx:
        frame = {"counts": read_counts(tx), "live": Live(events.newest_id(tx), topic)}
    return templating.page(request, template, {**frame, **values}, status=status)


def read_counts(tx: Tx) -> Counts:
    """What waits for a person, and what runs."""
    account, run = schema.account, schema.run
    troubled = sa.select(sa.func.count()).select_from(account)
    ongoing = sa.select(sa.func.count()).select_from(run)
    by_status = posts.counts(tx, PostFilter(statuses=NEEDS_A_PERSON))
    return Counts(
        approvals=contents.count_in_review(tx),
        failures=sum(by_status.values()),
        runs=tx.value(ongoing.where(run.c.status.not_in([status.value for status in FINAL]))),
        accounts=tx.value(
            troubled.where(
                account.c.status.in_([AccountStatus.NEEDS_REAUTH.value, AccountStatus.SUSPENDED.value])
            )
        ),
        unread=notifications.count_unread(tx),
    )


@router.get("/counts")
def counts(visitor: Reader, store: InStore) -> dict[str, int]:
    """The menu's counts by name, for the script that keeps them fresh."""
    with store.read() as tx:
        return asdict(read_counts(tx))
