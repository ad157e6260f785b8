"""Approvals: what waits for a yes, its preview, and the decision (S2.12, promise 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import approving
from pressrun.actions.base import Workspace
from pressrun.domain.content import ContentStatus
from pressrun.domain.problems import Problem
from pressrun.domain.user import Right
from pressrun.store import assets, contents, personas, posts, users
from pressrun.store.contents import Content
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.store.posts import PostCard, PostFilter
from pressrun.web import templating
from pressrun.web.auth import Reader, Visitor
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm, done, flaw_texts

router = APIRouter(prefix="/approvals", include_in_schema=False)

SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """Content with who says it and where it goes."""

    content: Content
    persona: Persona
    posts: Sequence[PostCard]

    @property
    def title(self) -> str:
        """Its name in the list."""
        lines = (line for line in self.content.caption.splitlines() if line.strip())
        return self.content.title or next(lines, "")

    @property
    def is_open(self) -> bool:
        """Whether a decision is still to be made."""
        return self.content.status is ContentStatus.IN_REVIEW


@router.get("")
def inbox(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """The inbox, with the first one open."""
    with store.read() as tx:
        waiting = _waiting(tx)
        opened = waiting[0] if waiting else None
        values = _values(tx, waiting, opened)
    return screen(request, "approval/page.html", values)


@router.get("/list")
def listed(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """The list of the inbox, as the page holds it."""
    with store.read() as tx:
        values = {"waiting": _waiting(tx), "opened": None}
    return templating.part(request, "approval/list.html", values)


@router.get("/{content_id}")
def one(request: Request, visitor: Reader, store: InStore, content_id: str) -> HTMLResponse:
    """One content beside the inbox."""
    with store.read() as tx:
        values = _values(tx, _waiting(tx), _one(tx, contents.get(tx, content_id)))
    return screen(request, "approval/page.html", values)


@router.post("/{content_id}", dependencies=[OwnForm])
def decide(
    request: Request,
    visitor: Reader,
    workspace: InWorkspace,
    content_id: str,
    decision: Annotated[str, Form(max_length=10)],
    caption: Annotated[str, Form(max_length=10_000)] = "",
    hashtags: Annotated[str, Form(max_length=3_000)] = "",
    note: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """승인, 반려, or just keeping the edited caption; approving keeps it too."""
    caption = caption.replace("\r\n", "\n")
    if decision != "save":
        visitor.caller.need(Right.APPROVE)
    try:
        if decision != "reject":
            _save(workspace, visitor, content_id, caption, hashtags)
        if decision == "approve":
            approving.approve(workspace, visitor.caller, content_id, note=note)
        elif decision == "reject":
            approving.reject(workspace, visitor.caller, content_id, note=note)
    except Problem as problem:
        flaws = flaw_texts(problem, language_of(request))
        with workspace.store.read() as tx:
            values = _values(tx, _waiting(tx), _one(tx, contents.get(tx, content_id)))
        typed = {"caption": caption, "hashtags": hashtags, "note": note}
        return screen(request, "approval/page.html", {**values, "flaws": flaws, "typed": typed}, status=422)
    if decision == "save":
        return done("", f"/approvals/{content_id}", "post_edited")
    kind = "content_approved" if decision == "approve" else "content_rejected"
    return done("", "/approvals", kind, href=f"/approvals/{content_id}")


def _save(workspace: Workspace, visitor: Visitor, content_id: str, caption: str, hashtags: str) -> None:
    with workspace.store.read() as tx:
        content = contents.get(tx, content_id)
    wanted = hashtags.split()
    unchanged = caption == content.caption and [tag.lstrip("#") for tag in wanted] == list(content.hashtags)
    if not unchanged and visitor.caller.may(Right.WRITE):
        approving.edit(workspace, visitor.caller, content_id, caption=caption, hashtags=wanted)


def _waiting(tx: Tx) -> list[Waiting]:
    """What waits, the one that goes out first on top."""
    found = [_one(tx, content) for content in contents.in_review(tx, limit=SHOWN)]
    return sorted(found, key=lambda one: min((card.post.due_at for card in one.posts), default=tx.now))


def _one(tx: Tx, content: Content) -> Waiting:
    ids = tuple(post.id for post in posts.of_content(tx, content.id))
    cards = posts.cards(tx, PostFilter(ids=ids)) if ids else []
    return Waiting(content, personas.get(tx, content.persona_id), cards)


def _values(tx: Tx, waiting: Sequence[Waiting], opened: Waiting | None) -> dict[str, Any]:
    decided_by = users.find(tx, opened.content.decided_by) if opened and opened.content.decided_by else None
    asset_ids = opened.content.asset_ids if opened else ()
    return {
        "waiting": waiting,
        "opened": opened,
        "decided_by": decided_by.name if decided_by else "",
        "alt_texts": {asset.id: asset.alt_text for asset in assets.get_all(tx, asset_ids)},
        "flaws": {},
        "typed": {},
    }
