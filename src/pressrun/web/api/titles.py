"""`/api/titles`: topics that become runs, at once or at their time (S4.1)."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import titles as actions
from pressrun.actions.titles import TitleRequest
from pressrun.domain.content import ContentType
from pressrun.store import runs, titles
from pressrun.store.database import Tx
from pressrun.store.titles import Title
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.forms import Text, Word
from pressrun.web.idempotency import OnceRoute
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/api/titles", tags=["titles"], responses=EVERYWHERE, route_class=OnceRoute)


class NewTitle(BaseModel):
    """A topic; without a time its run starts at once."""

    title: Text
    persona_id: Word
    account_ids: list[Word] = Field(default_factory=list, max_length=100)
    content_type: Word = ContentType.CAROUSEL.value
    scheduled_at: Word | None = None


class TitleAnswer(BaseModel):
    """A title; `status` is its run's, `scheduled` before that, `cancelled` where it was called off."""

    id: str
    title: str
    persona_id: str
    account_ids: list[str]
    content_type: ContentType
    status: str
    scheduled_at: datetime | None
    run_id: str | None
    created_at: datetime


class TitleList(BaseModel):
    """One page of titles."""

    items: list[TitleAnswer]
    next_cursor: str | None


@router.post("", status_code=201)
def register_title(visitor: Writer, workspace: InWorkspace, wanted: NewTitle) -> TitleAnswer:
    """Keeps a title, and starts its run where no time is given."""
    request = TitleRequest(
        title=wanted.title,
        persona_id=wanted.persona_id,
        account_ids=wanted.account_ids,
        content_type=wanted.content_type,
        scheduled_at=wanted.scheduled_at,
    )
    title, _ = actions.register(workspace, visitor.caller, request)
    with workspace.store.read() as tx:
        return _answer(tx, titles.get(tx, title.id))


@router.get("")
def list_titles(visitor: Reader, store: InStore, page: WantedPage) -> TitleList:
    """Titles, the newest first."""
    with store.read() as tx:
        found = titles.newest(tx, limit=page.limit + 1, before=page.after)
        items, cursor = page.cut(found, lambda title: (title.created_at, title.id))
        return TitleList(items=[_answer(tx, title) for title in items], next_cursor=cursor)


@router.get("/{title_id}")
def get_title(visitor: Reader, store: InStore, title_id: str) -> TitleAnswer:
    """One title."""
    with store.read() as tx:
        return _answer(tx, titles.get(tx, title_id))


@router.delete("/{title_id}")
def cancel_title(visitor: Writer, workspace: InWorkspace, title_id: str) -> TitleAnswer:
    """Calls off a title that has not started."""
    actions.cancel(workspace, visitor.caller, title_id)
    with workspace.store.read() as tx:
        return _answer(tx, titles.get(tx, title_id))


def _answer(tx: Tx, title: Title) -> TitleAnswer:
    run = runs.of_title(tx, title.id)
    before_run = "cancelled" if title.cancelled_at else "scheduled"
    return TitleAnswer(
        id=title.id,
        title=title.title,
        persona_id=title.persona_id,
        account_ids=list(title.account_ids),
        content_type=title.content_type,
        status=run.status.value if run else before_run,
        scheduled_at=title.scheduled_at,
        run_id=run.id if run else None,
        created_at=title.created_at,
    )
