"""`/api/posts`: what goes where and when, what was tried, and what can be done about it (S2.1 to S2.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from pressrun.actions import posts as actions
from pressrun.actions.posts import OfMany
from pressrun.domain.failures import Failure
from pressrun.domain.persona import Language
from pressrun.domain.post import PostStatus
from pressrun.domain.times import parse_publish_time
from pressrun.store import attempts, metrics, personas, posts
from pressrun.store.database import Store, Tx
from pressrun.store.posts import PostCard, PostFilter
from pressrun.web import wording
from pressrun.web.auth import Reader, Sender
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.failure_text import failure_text
from pressrun.web.forms import Word
from pressrun.web.language import language_of
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/api/posts", tags=["posts"], responses=EVERYWHERE)


@dataclass(frozen=True)
class DueRange:
    """The times that a list is narrowed to; `end` is not among them."""

    begin: datetime | None
    end: datetime | None


def due_range(
    store: InStore,
    persona_id: Annotated[Word | None, Query()] = None,
    from_: Annotated[Word | None, Query(alias="from", description="A date, or RFC 3339.")] = None,
    to: Annotated[Word | None, Query(description="A date, or RFC 3339.")] = None,
) -> DueRange:
    """Times without an offset are read in the persona's zone, or in UTC where none is named."""
    zone = _zone(store, persona_id) if from_ or to else ZoneInfo("UTC")
    return DueRange(_instant(from_, zone, "from"), _instant(to, zone, "to"))


def _zone(store: Store, persona_id: str | None) -> ZoneInfo:
    with store.read() as tx:
        known = {persona.id: persona.timezone for persona in personas.listed(tx)}
    return ZoneInfo(known.get(persona_id or "", "UTC"))


def _instant(text: str | None, zone: ZoneInfo, field: str) -> datetime | None:
    if not text:
        return None
    return parse_publish_time(f"{text}T00:00" if len(text) == len("2026-11-20") else text, zone, field=field)


WantedRange = Annotated[DueRange, Depends(due_range)]


class StageAnswer(BaseModel):
    """One stage of an attempt."""

    name: str
    started_at: datetime
    ended_at: datetime | None
    message: str | None


class AttemptAnswer(BaseModel):
    """One try to publish."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    lateness_seconds: float
    code: str | None
    message: str | None
    stages: list[StageAnswer]


class ErrorAnswer(BaseModel):
    """Why the post is not out, and what to do."""

    code: str
    message: str
    what_to_do: str
    said: str
    retry_at: datetime | None


class PostAnswer(BaseModel):
    """A post as a list shows it."""

    id: str
    task_id: str
    account_id: str
    persona_id: str
    run_id: str | None
    platform: str
    format: str
    status: PostStatus
    status_reason: str | None
    caption: str
    hashtags: list[str]
    assets: list[str]
    due_at: datetime
    ready_at: datetime
    published_at: datetime | None
    permalink: str | None
    external_id: str | None
    error: ErrorAnswer | None


class PostWithAttempts(PostAnswer):
    """A post with its history."""

    started_at: datetime | None
    lateness_seconds: float | None
    attempts: list[AttemptAnswer]


class PostList(BaseModel):
    """One page of posts."""

    items: list[PostAnswer]
    next_cursor: str | None


class MetricAnswer(BaseModel):
    """What the platform said at one time, by its own names such as `likes`."""

    at: datetime
    values: dict[str, int]


class MetricList(BaseModel):
    """Every look at a post, the oldest first."""

    items: list[MetricAnswer]


class RetryWanted(BaseModel):
    """When to try again: `now`, `30m`, `1h` or an RFC 3339 time."""

    at: Word = "now"


PostIds = Annotated[list[Word], Field(min_length=1, max_length=500)]


class ManyWanted(BaseModel):
    """To which posts the same is done."""

    post_ids: PostIds


class ManyRetriesWanted(ManyWanted):
    """Which posts are tried again, and when."""

    at: Word = "now"


class RefusedAnswer(BaseModel):
    """A post to which it could not be done."""

    post_id: str
    code: str
    message: str


class ManyAnswer(BaseModel):
    """What came of it, post by post."""

    done: list[str]
    refused: list[RefusedAnswer]


class Resolution(BaseModel):
    """What a person saw on the platform."""

    published: bool
    url: Annotated[str, Field(max_length=500)] = ""


@router.get("")
def list_posts(
    request: Request,
    visitor: Reader,
    store: InStore,
    page: WantedPage,
    due: WantedRange,
    status: Annotated[list[PostStatus] | None, Query()] = None,
    persona_id: Annotated[Word | None, Query()] = None,
    account_id: Annotated[Word | None, Query()] = None,
) -> PostList:
    """Posts in the order of their times."""
    wanted = PostFilter(
        statuses=status or (),
        persona_id=persona_id,
        account_id=account_id,
        due_from=due.begin,
        due_to=due.end,
    )
    with store.read() as tx:
        found = posts.cards(tx, wanted, limit=page.limit + 1, after=page.after)
    cards, cursor = page.cut(found, lambda card: (card.post.due_at, card.post.id))
    language = language_of(request)
    return PostList(items=[PostAnswer(**_fields(card, language)) for card in cards], next_cursor=cursor)


@router.get("/{post_id}")
def get_post(request: Request, visitor: Reader, store: InStore, post_id: str) -> PostWithAttempts:
    """One post with its history."""
    return _answer(store, post_id, language_of(request))


@router.get("/{post_id}/metrics")
def get_metrics(visitor: Reader, store: InStore, post_id: str) -> MetricList:
    """The numbers of a published post, each time they were read (S2.12)."""
    with store.read() as tx:
        posts.get(tx, post_id)
        found = metrics.of_post(tx, post_id)
    return MetricList(items=[MetricAnswer(at=each.at, values=dict(each.values)) for each in found])


@router.post("/{post_id}/retry")
def retry_post(
    request: Request, visitor: Sender, workspace: InWorkspace, post_id: str, wanted: RetryWanted
) -> PostWithAttempts:
    """Tries a failed post again."""
    actions.retry(workspace, visitor.caller, post_id, at=wanted.at)
    return _answer(workspace.store, post_id, language_of(request))


@router.post("/retry")
def retry_posts(
    request: Request, visitor: Sender, workspace: InWorkspace, wanted: ManyRetriesWanted
) -> ManyAnswer:
    """Tries many failed posts again; one that refuses stops none of the others (S2.4)."""
    retried = actions.to_each(
        wanted.post_ids, lambda post_id: actions.retry(workspace, visitor.caller, post_id, at=wanted.at)
    )
    return _many(retried, language_of(request))


@router.post("/give-up")
def give_up_posts(
    request: Request, visitor: Sender, workspace: InWorkspace, wanted: ManyWanted
) -> ManyAnswer:
    """Leaves many failed posts alone."""
    left = actions.to_each(
        wanted.post_ids, lambda post_id: actions.give_up(workspace, visitor.caller, post_id)
    )
    return _many(left, language_of(request))


@router.post("/take-back")
def take_back_posts(
    request: Request, visitor: Sender, workspace: InWorkspace, wanted: ManyWanted
) -> ManyAnswer:
    """Undoes giving up for many posts."""
    back = actions.to_each(
        wanted.post_ids, lambda post_id: actions.take_back(workspace, visitor.caller, post_id)
    )
    return _many(back, language_of(request))


@router.post("/{post_id}/publish-now")
def publish_post_now(
    request: Request, visitor: Sender, workspace: InWorkspace, post_id: str
) -> PostWithAttempts:
    """Sends a waiting post at once."""
    actions.publish_now(workspace, visitor.caller, post_id)
    return _answer(workspace.store, post_id, language_of(request))


@router.post("/{post_id}/give-up")
def give_up_post(request: Request, visitor: Sender, workspace: InWorkspace, post_id: str) -> PostWithAttempts:
    """Leaves a failed post alone."""
    actions.give_up(workspace, visitor.caller, post_id)
    return _answer(workspace.store, post_id, language_of(request))


@router.post("/{post_id}/take-back")
def take_back_post(
    request: Request, visitor: Sender, workspace: InWorkspace, post_id: str
) -> PostWithAttempts:
    """Undoes giving up."""
    actions.take_back(workspace, visitor.caller, post_id)
    return _answer(workspace.store, post_id, language_of(request))


@router.post("/{post_id}/resolve")
def resolve_post(
    request: Request, visitor: Sender, workspace: InWorkspace, post_id: str, wanted: Resolution
) -> PostWithAttempts:
    """Says whether a post of unknown outcome is there."""
    actions.resolve(workspace, visitor.caller, post_id, is_published=wanted.published, url=wanted.url)
    return _answer(workspace.store, post_id, language_of(request))


def attempt_answers(tx: Tx, card: PostCard, *, language: Language) -> list[AttemptAnswer]:
    """The attempts of a post with their stages."""
    return [_attempt(tx, attempt, card, language) for attempt in attempts.of_post(tx, card.post.id)]


def _many(came_of_it: OfMany, language: Language) -> ManyAnswer:
    return ManyAnswer(
        done=[post.id for post in came_of_it.done],
        refused=[
            RefusedAnswer(
                post_id=post_id,
                code=problem.code,
                message=wording.what_happened(problem.code, language, problem.flaws[0].values),
            )
            for post_id, problem in came_of_it.refused.items()
        ],
    )


def _answer(store: Store, post_id: str, language: Language) -> PostWithAttempts:
    with store.read() as tx:
        card = posts.card(tx, post_id)
        tried = attempt_answers(tx, card, language=language)
    first = tried[0] if tried else None
    return PostWithAttempts(
        **_fields(card, language),
        started_at=first.started_at if first else None,
        lateness_seconds=first.lateness_seconds if first else None,
        attempts=tried,
    )


def _fields(card: PostCard, language: Language) -> dict[str, Any]:
    post = card.post
    return {
        "id": post.id,
        "task_id": post.id,
        "account_id": post.account_id,
        "persona_id": post.persona_id,
        "run_id": post.run_id,
        "platform": card.platform,
        "format": post.format.value,
        "status": post.status,
        "status_reason": post.status_reason,
        "caption": card.caption,
        "hashtags": list(card.hashtags),
        "assets": list(card.asset_ids),
        "due_at": post.due_at,
        "ready_at": post.ready_at,
        "published_at": post.published_at,
        "permalink": post.permalink,
        "external_id": post.external_id,
        "error": _error(post.failure, card, language) if post.failure else None,
    }


def _error(failure: Failure, card: PostCard, language: Language) -> ErrorAnswer:
    text = failure_text(failure, language, persona=card.persona)
    retries = card.post.status is PostStatus.RETRY_WAIT
    return ErrorAnswer(
        code=text.code,
        message=text.happened,
        what_to_do=text.todo,
        said=text.said,
        retry_at=card.post.ready_at if retries else None,
    )


def _attempt(tx: Tx, attempt: attempts.Attempt, card: PostCard, language: Language) -> AttemptAnswer:
    text = failure_text(attempt.failure, language, persona=card.persona) if attempt.failure else None
    return AttemptAnswer(
        number=attempt.number,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        lateness_seconds=round(attempt.lateness_seconds, 3),
        code=text.code if text else None,
        message=text.happened if text else None,
        stages=[_stage(stage, language) for stage in attempts.stages(tx, attempt.id)],
    )


def _stage(stage: attempts.AttemptStage, language: Language) -> StageAnswer:
    note = stage.message
    message = wording.what_happened(note["code"], language, note["values"]) if note else None
    return StageAnswer(name=stage.name, started_at=stage.started_at, ended_at=stage.ended_at, message=message)
