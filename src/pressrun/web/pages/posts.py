"""One post: preview, content, history, and everything a person may do to it (S2.3, S2.4)."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import media, scheduling
from pressrun.actions import posts as actions
from pressrun.actions.base import Workspace
from pressrun.domain.content import ContentStatus
from pressrun.domain.post import PostStatus
from pressrun.domain.problems import Problem
from pressrun.domain.user import Right
from pressrun.store import assets, attempts, contents, metrics, personas, posts
from pressrun.store.database import Tx
from pressrun.store.posts import PostCard, PostFilter
from pressrun.web import templating
from pressrun.web.auth import Reader, Visitor
from pressrun.web.deps import InWorkspace
from pressrun.web.language import language_of
from pressrun.web.pages import post_view, trail
from pressrun.web.pages.frame import screen
from pressrun.web.pages.looks import FORMAT_WORDS, METRIC_WORDS, STEP_WORDS
from pressrun.web.pages.own_forms import Next, OwnForm, done, flaw_texts
from pressrun.web.pages.post_view import PostView
from pressrun.web.pages.queue import row_part
from pressrun.web.pages.zones import reading_zone

router = APIRouter(prefix="/posts", include_in_schema=False)

_EDITABLE = (
    PostStatus.AWAITING_APPROVAL,
    PostStatus.SCHEDULED,
    PostStatus.RETRY_WAIT,
    PostStatus.HELD,
    PostStatus.FAILED,
)


@router.get("/{post_id}")
def post_page(request: Request, visitor: Reader, workspace: InWorkspace, post_id: str) -> HTMLResponse:
    """The post."""
    with workspace.store.read() as tx:
        values = _values(workspace, tx, request, visitor, post_id)
    return screen(request, "post/page.html", values, topic=f"post:{post_id}")


@router.get("/{post_id}/body")
def body(request: Request, visitor: Reader, workspace: InWorkspace, post_id: str) -> HTMLResponse:
    """The body of the page, as the page holds it."""
    with workspace.store.read() as tx:
        values = _values(workspace, tx, request, visitor, post_id)
    return templating.part(request, "post/body.html", values)


@router.post("/{post_id}/publish-now", dependencies=[OwnForm])
def publish_now(
    request: Request, visitor: Reader, workspace: InWorkspace, post_id: str, next_address: Next = ""
) -> Response:
    """수동 즉시 포스팅 (S2.1)."""
    actions.publish_now(workspace, visitor.caller, post_id)
    return _answer(request, workspace, post_id, next_address, "post_publishing")


@router.post("/{post_id}/reschedule", dependencies=[OwnForm])
def reschedule(
    request: Request,
    visitor: Reader,
    workspace: InWorkspace,
    post_id: str,
    at: Annotated[str, Form(max_length=40)] = "",
    next_address: Next = "",
) -> Response:
    """스케줄 수정 (S2.1)."""
    try:
        scheduling.reschedule(workspace, visitor.caller, post_id, time=at)
    except Problem as problem:
        if templating.is_swap(request):
            raise
        flaws = flaw_texts(problem, language_of(request), names={"scheduled_publish_time": "at"})
        return _again(request, visitor, workspace, post_id, flaws=flaws, typed_at=at)
    return _answer(request, workspace, post_id, next_address, "post_rescheduled")


@router.post("/{post_id}/cancel", dependencies=[OwnForm])
def cancel(
    request: Request, visitor: Reader, workspace: InWorkspace, post_id: str, next_address: Next = ""
) -> Response:
    """Calls the post off."""
    scheduling.cancel_scheduled(workspace, visitor.caller, post_id)
    return _answer(request, workspace, post_id, next_address, "post_cancelled")


@router.post("/{post_id}/retry", dependencies=[OwnForm])
def retry(
    request: Request,
    visitor: Reader,
    workspace: InWorkspace,
    post_id: str,
    at: Annotated[str, Form(max_length=40)] = "now",
    next_address: Next = "",
) -> Response:
    """재시도: now, in 30 minutes, in an hour (S2.4)."""
    actions.retry(workspace, visitor.caller, post_id, at=at)
    return _answer(request, workspace, post_id, next_address, "post_retried")


@router.post("/{post_id}/give-up", dependencies=[OwnForm])
def give_up(
    request: Request, visitor: Reader, workspace: InWorkspace, post_id: str, next_address: Next = ""
) -> Response:
    """포기 (S2.4)."""
    actions.give_up(workspace, visitor.caller, post_id)
    return _answer(request, workspace, post_id, next_address, "post_given_up")


@router.post("/{post_id}/take-back", dependencies=[OwnForm])
def take_back(
    request: Request, visitor: Reader, workspace: InWorkspace, post_id: str, next_address: Next = ""
) -> Response:
    """Undoes giving up."""
    actions.take_back(workspace, visitor.caller, post_id)
    return _answer(request, workspace, post_id, next_address, "post_taken_back")


@router.post("/{post_id}/resolve", dependencies=[OwnForm])
def resolve(
    request: Request,
    visitor: Reader,
    workspace: InWorkspace,
    post_id: str,
    published: Annotated[bool, Form()],
    url: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """A person says whether an unconfirmed post is there."""
    try:
        actions.resolve(workspace, visitor.caller, post_id, is_published=published, url=url.strip())
    except Problem as problem:
        flaws = flaw_texts(problem, language_of(request))
        return _again(request, visitor, workspace, post_id, flaws=flaws)
    return _answer(request, workspace, post_id, "", "post_resolved")


def _values(
    workspace: Workspace,
    tx: Tx,
    request: Request,
    visitor: Visitor,
    post_id: str,
    *,
    flaws: dict[str, str] | None = None,
) -> dict[str, Any]:
    language = language_of(request)
    it = post_view.one(tx, post_id, language)
    content = contents.get(tx, it.post.content_id)
    tries = attempts.of_post(tx, post_id)
    last = tries[-1] if tries else None
    before, following = _neighbours(tx, it)
    return {
        "it": it,
        "before": before,
        "following": following,
        "trail": trail.of_post(tx, it, language),
        "alt_texts": {asset.id: asset.alt_text for asset in assets.get_all(tx, it.card.asset_ids)},
        "changed": media.changed(tx, workspace, it.post),
        "persona_language": personas.get(tx, it.post.persona_id).language,
        "lateness": last.lateness_seconds if last else None,
        "took": (last.ended_at - last.started_at).total_seconds() if last and last.ended_at else None,
        "can_edit": _can_edit(visitor, it, content.status),
        "in_half_hour": tx.now + timedelta(minutes=30),
        "in_hour": tx.now + timedelta(hours=1),
        "metrics": metrics.of_post(tx, post_id),
        "metric_words": METRIC_WORDS,
        "format_words": FORMAT_WORDS,
        "step_words": STEP_WORDS,
        "flaws": flaws or {},
        "typed_at": "",
    }


def _can_edit(visitor: Visitor, it: PostView, status: ContentStatus) -> bool:
    return (
        visitor.caller.may(Right.WRITE) and it.post.status in _EDITABLE and status is not ContentStatus.DRAFT
    )


def _neighbours(tx: Tx, it: PostView) -> tuple[str, str]:
    """The ids of the posts due before and after, empty at the ends."""
    place = (it.post.due_at, it.post.id)
    before = posts.cards(tx, PostFilter(), newest_first=True, limit=1, after=place)
    following = posts.cards(tx, PostFilter(), limit=1, after=place)
    return _first_id(before), _first_id(following)


def _first_id(found: list[PostCard]) -> str:
    return found[0].post.id if found else ""


def _again(
    request: Request,
    visitor: Visitor,
    workspace: Workspace,
    post_id: str,
    *,
    flaws: dict[str, str],
    typed_at: str = "",
) -> HTMLResponse:
    """The page with what was wrong, beside the field."""
    with workspace.store.read() as tx:
        values = _values(workspace, tx, request, visitor, post_id, flaws=flaws)
    values["typed_at"] = typed_at
    return screen(request, "post/page.html", values, topic=f"post:{post_id}", status=422)


def _answer(request: Request, workspace: Workspace, post_id: str, next_address: str, kind: str) -> Response:
    """The row as it now is for the script that swaps it, else the way back with a notice."""
    if not templating.is_swap(request):
        return done(next_address, f"/posts/{post_id}", kind, href=f"/posts/{post_id}" if next_address else "")
    with workspace.store.read() as tx:
        shown = post_view.one(tx, post_id, language_of(request))
        zone = reading_zone(personas.listed(tx))
    return row_part(request, shown, zone)
