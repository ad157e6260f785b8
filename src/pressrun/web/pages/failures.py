"""What did not go out, grouped by its reason, because one cause has one cure (S2.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import posts as actions
from pressrun.domain.post import HeldReason, PostStatus
from pressrun.store import personas
from pressrun.store.database import Tx
from pressrun.store.posts import Post, PostFilter
from pressrun.web import templating
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.flash import back_to
from pressrun.web.language import language_of
from pressrun.web.pages import post_view
from pressrun.web.pages.frame import NEEDS_A_PERSON, screen
from pressrun.web.pages.own_forms import OwnForm
from pressrun.web.pages.post_view import PostView
from pressrun.web.pages.reasons import REASONS, Reason, reason_of
from pressrun.web.pages.zones import reading_zone

router = APIRouter(prefix="/failures", include_in_schema=False)

SHOWN = 200
GIVEN_UP_SHOWN = 20
_TROUBLED = (*NEEDS_A_PERSON, PostStatus.HELD, PostStatus.RETRY_WAIT)
_HELD_BY_THE_PLATFORM = (HeldReason.ACCOUNT_SUSPENDED, HeldReason.NEEDS_REAUTH)

PostIds = Annotated[list[str], Form(alias="post_id", max_length=SHOWN)]
At = Annotated[str, Form(max_length=40)]
Chosen = Annotated[str, Form(alias="reason", max_length=40)]


@dataclass(frozen=True)
class Group:
    """Posts that one cure would help; those of an account's trouble are one group for each account."""

    reason: Reason
    posts: Sequence[PostView]

    @property
    def first(self) -> PostView:
        """The one whose trouble is told for all."""
        return next((it for it in self.posts if it.trouble), self.posts[0])

    @property
    def retryable(self) -> list[str]:
        """The ids of those that may be tried again now."""
        return [] if self.reason.blocks else [it.post.id for it in self.posts if it.can("retried")]

    @property
    def leavable(self) -> list[str]:
        """The ids of those that may be given up."""
        return [it.post.id for it in self.posts if it.can("given_up")]


@dataclass(frozen=True)
class Chip:
    """One reason to narrow the list to, with how many posts it has."""

    value: str
    word: str
    icon: str
    number: int


@router.get("")
def failures(request: Request, visitor: Reader, store: InStore, reason: str = "") -> HTMLResponse:
    """The list, of one reason or of all."""
    with store.read() as tx:
        found = _troubled(tx, request)
        values = {
            "groups": [group for group in _groups(found) if reason in ("", group.reason.key)],
            "chips": _chips(found),
            "chosen": reason,
            "given_up": _given_up(tx, request),
            **_times(tx),
        }
    return screen(request, "failure/page.html", values)


@router.get("/rows/{post_id}")
def row(request: Request, visitor: Reader, store: InStore, post_id: str) -> HTMLResponse:
    """One post, as the page holds it."""
    with store.read() as tx:
        it = post_view.one(tx, post_id, language_of(request))
        values = {"it": it, "blocks": reason_of(it).blocks, **_times(tx)}
    return templating.part(request, "failure/row.html", values)


@router.post("/retry", dependencies=[OwnForm])
def retry(
    visitor: Reader, workspace: InWorkspace, post_ids: PostIds, at: At = "now", reason: Chosen = ""
) -> Response:
    """재시도 of one, a group or all: now, in 30 minutes, in an hour."""
    return _of_many(
        post_ids, lambda post_id: actions.retry(workspace, visitor.caller, post_id, at=at), "retried", reason
    )


@router.post("/give-up", dependencies=[OwnForm])
def give_up(visitor: Reader, workspace: InWorkspace, post_ids: PostIds, reason: Chosen = "") -> Response:
    """포기 of one or a group."""
    return _of_many(
        post_ids, lambda post_id: actions.give_up(workspace, visitor.caller, post_id), "given_up", reason
    )


@router.post("/take-back", dependencies=[OwnForm])
def take_back(visitor: Reader, workspace: InWorkspace, post_ids: PostIds) -> Response:
    """Undoes giving up."""
    return _of_many(
        post_ids, lambda post_id: actions.take_back(workspace, visitor.caller, post_id), "taken_back", ""
    )


def _of_many(post_ids: Sequence[str], act: Callable[[str], Post], done: str, reason: str) -> Response:
    came_of_it = actions.to_each(post_ids, act)
    address = f"/failures?reason={reason}" if reason in REASONS else "/failures"
    if not came_of_it.done and came_of_it.refused:
        # Nothing was done: say why with the first refusal's own words.
        raise next(iter(came_of_it.refused.values()))
    kind = f"posts_{done}" if not came_of_it.refused else f"some_posts_{done}"
    return back_to(address, kind, href="/failures#given-up" if done == "given_up" else "")


def _troubled(tx: Tx, request: Request) -> list[PostView]:
    found = post_view.views(
        tx, PostFilter(statuses=_TROUBLED), language_of(request), newest_first=True, limit=SHOWN
    )
    return [it for it in found if _is_trouble(it.post)]


def _is_trouble(post: Post) -> bool:
    """Whether the platform is in the way, not a person or a clock of ours."""
    match post.status:
        case PostStatus.HELD:
            return post.status_reason in _HELD_BY_THE_PLATFORM
        case PostStatus.RETRY_WAIT:
            return post.failure is not None
    return True


def _groups(found: Sequence[PostView]) -> list[Group]:
    together: dict[tuple[str, str], list[PostView]] = {}
    for it in found:
        reason = reason_of(it)
        together.setdefault((reason.key, it.post.account_id if reason.of_account else ""), []).append(it)
    order = list(REASONS)
    keys = sorted(together, key=lambda key: order.index(key[0]))
    return [Group(REASONS[key[0]], together[key]) for key in keys]


def _chips(found: Sequence[PostView]) -> list[Chip]:
    numbers: dict[str, int] = {}
    for it in found:
        key = reason_of(it).key
        numbers[key] = numbers.get(key, 0) + 1
    return [Chip(key, each.word, each.icon, numbers.get(key, 0)) for key, each in REASONS.items()]


def _given_up(tx: Tx, request: Request) -> Sequence[PostView]:
    wanted = PostFilter(statuses=(PostStatus.GIVEN_UP,))
    return post_view.views(tx, wanted, language_of(request), newest_first=True, limit=GIVEN_UP_SHOWN)


def _times(tx: Tx) -> dict[str, Any]:
    zone = reading_zone(personas.listed(tx))
    return {
        "zone": zone,
        "zone_key": zone.key,
        "in_half_hour": tx.now + timedelta(minutes=30),
        "in_hour": tx.now + timedelta(hours=1),
    }
