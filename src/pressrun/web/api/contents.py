"""`/api/contents`: what is said, and whether it may go out (promise 4)."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import approving
from pressrun.domain.content import ContentStatus
from pressrun.store import contents
from pressrun.store.contents import Content
from pressrun.web.auth import Approver, Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.forms import Note, Text, Word
from pressrun.web.openapi import EVERYWHERE

router = APIRouter(prefix="/api/contents", tags=["contents"], responses=EVERYWHERE)


class ContentAnswer(BaseModel):
    """Content in its present version."""

    id: str
    persona_id: str
    run_id: str | None
    status: ContentStatus
    version: int
    hash: str
    title: str
    caption: str
    hashtags: list[str]
    assets: list[str]
    note: str
    decided_at: datetime | None
    created_at: datetime


class ContentList(BaseModel):
    """What waits for a decision."""

    items: list[ContentAnswer]
    next_cursor: str | None


class Decision(BaseModel):
    """A decision with an optional reason."""

    note: Note = ""


class Edited(BaseModel):
    """Other words for the same content; they must be approved again."""

    caption: Text
    hashtags: list[Word] = Field(default_factory=list, max_length=200)


@router.get("")
def list_in_review(visitor: Reader, store: InStore) -> ContentList:
    """What waits for a decision, the oldest first."""
    with store.read() as tx:
        return ContentList(items=[_answer(content) for content in contents.in_review(tx)], next_cursor=None)


@router.get("/{content_id}")
def get_content(visitor: Reader, store: InStore, content_id: str) -> ContentAnswer:
    """One content."""
    with store.read() as tx:
        return _answer(contents.get(tx, content_id))


@router.put("/{content_id}")
def edit_content(visitor: Writer, workspace: InWorkspace, content_id: str, wanted: Edited) -> ContentAnswer:
    """Changes the words."""
    return _answer(
        approving.edit(
            workspace, visitor.caller, content_id, caption=wanted.caption, hashtags=wanted.hashtags
        )
    )


@router.post("/{content_id}/approve")
def approve_content(
    visitor: Approver, workspace: InWorkspace, content_id: str, wanted: Decision | None = None
) -> ContentAnswer:
    """Lets it go out."""
    note = wanted.note if wanted else ""
    return _answer(approving.approve(workspace, visitor.caller, content_id, note=note))


@router.post("/{content_id}/reject")
def reject_content(
    visitor: Approver, workspace: InWorkspace, content_id: str, wanted: Decision | None = None
) -> ContentAnswer:
    """Sends it back with a reason."""
    note = wanted.note if wanted else ""
    return _answer(approving.reject(workspace, visitor.caller, content_id, note=note))


def _answer(content: Content) -> ContentAnswer:
    return ContentAnswer(
        id=content.id,
        persona_id=content.persona_id,
        run_id=content.run_id,
        status=content.status,
        version=content.version,
        hash=content.hash,
        title=content.title,
        caption=content.caption,
        hashtags=list(content.hashtags),
        assets=list(content.asset_ids),
        note=content.note,
        decided_at=content.decided_at,
        created_at=content.created_at,
    )
