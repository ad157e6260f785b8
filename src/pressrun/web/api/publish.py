"""`/api/workflow/…`: publish now or later, watch it happen, change or cancel what waits (S0.2 to S0.4)."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from pressrun.actions import media, scheduling
from pressrun.actions.base import Workspace
from pressrun.actions.media import Mended
from pressrun.actions.scheduling import PublishRequest
from pressrun.domain import messages
from pressrun.domain.persona import Language
from pressrun.domain.post import PostStatus
from pressrun.domain.problems import Flaw
from pressrun.store import events, posts
from pressrun.store.database import Store, Tx
from pressrun.store.posts import Post, PostCard, PostFilter
from pressrun.web import progress
from pressrun.web.api.posts import AttemptAnswer, WantedRange, attempt_answers
from pressrun.web.auth import Reader, Sender
from pressrun.web.deps import InLive, InStore, InWorkspace
from pressrun.web.forms import Text, Word
from pressrun.web.idempotency import OnceRoute
from pressrun.web.language import language_of
from pressrun.web.live import Live
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage
from pressrun.web.sse import COMMENT, RECONNECT_MILLISECONDS, last_event_id, stream

router = APIRouter(prefix="/api/workflow", tags=["publish"], responses=EVERYWHERE, route_class=OnceRoute)

WAITING_STREAM = timedelta(minutes=1)
"""A stream of a post that waits closes after this; the browser comes back."""

HttpUrl = Annotated[str, Field(max_length=2000, pattern=r"^https?://")]


class NewPost(BaseModel):
    """What is to go out; without a time it goes out at once."""

    account_id: Word
    caption: Text = ""
    hashtags: list[Word] = Field(default_factory=list, max_length=200)
    asset_ids: list[Word] = Field(default_factory=list, max_length=50)
    image_urls: list[HttpUrl] = Field(default_factory=list, max_length=20)
    format: Word | None = None
    location_id: Word | None = None
    options: Annotated[dict[Word, Any], Field(max_length=40)] = Field(default_factory=dict)
    """Settings of the platform, such as `title` or `privacy`; each platform's are checked like the rest."""
    scheduled_publish_time: Word | None = None

    def request(self) -> PublishRequest:
        """What is asked for, in the words of the actions."""
        options = dict(self.options)
        if self.location_id:
            options["location_id"] = self.location_id
        return PublishRequest(
            account_id=self.account_id,
            caption=self.caption,
            hashtags=self.hashtags,
            asset_ids=self.asset_ids,
            image_urls=self.image_urls,
            format=self.format,
            scheduled_publish_time=self.scheduled_publish_time,
            options=options,
        )


class NewTime(BaseModel):
    """Another time for a scheduled post."""

    scheduled_publish_time: Word


class WarningAnswer(BaseModel):
    """Something worth knowing about a post that was accepted all the same."""

    code: str
    message: str


class FixAnswer(BaseModel):
    """Something that is changed in the `which`th file so that the platform takes it."""

    which: int
    code: str
    message: str


class ProblemAnswer(BaseModel):
    """Why a post would be refused, and what to do about it."""

    field: str | None
    code: str
    message: str
    what_to_do: str


class TextAnswer(BaseModel):
    """How long caption and hashtags are together, as the platform counts."""

    length: int
    limit: int


class Checked(BaseModel):
    """What publishing this would come to; nothing was kept."""

    account_id: str
    format: str
    problems: list[ProblemAnswer]
    fixes: list[FixAnswer]
    text: TextAnswer


class PublishingNow(BaseModel):
    """A post that goes out at once or when it is approved; watch it at `publish-progress/{task_id}`."""

    task_id: str
    post_id: str
    status: PostStatus
    warnings: list[WarningAnswer]
    fixed: list[FixAnswer]


class Submitted(PublishingNow):
    """A post with a time, which waits for approval first."""

    job_id: str
    scheduled_publish_time: datetime


class Scheduled(BaseModel):
    """A post that waits for its time in Pressrun."""

    success: bool = True
    job_id: str
    post_id: str
    scheduled_publish_time: datetime
    status: PostStatus
    warnings: list[WarningAnswer]
    fixed: list[FixAnswer]


class Job(BaseModel):
    """A scheduled post in the list 예약 목록."""

    job_id: str
    post_id: str
    account_id: str
    persona: str
    platform: str
    handle: str
    format: str
    caption: str
    thumbnail_url: str | None
    scheduled_publish_time: datetime
    status: PostStatus
    status_reason: str | None
    permalink: str | None


class JobList(BaseModel):
    """One page of scheduled posts."""

    jobs: list[Job]
    next_cursor: str | None


class JobWithAttempts(Job):
    """A scheduled post with what was tried."""

    attempts: list[AttemptAnswer]


class Success(BaseModel):
    """It was done."""

    success: bool = True


@router.post(
    "/publish",
    status_code=202,
    responses={201: {"model": Scheduled}, 202: {"model": PublishingNow | Submitted}},
    response_model=None,
)
async def publish(request: Request, visitor: Sender, workspace: InWorkspace, wanted: NewPost) -> JSONResponse:
    """Publishes now (202), keeps the post until its time (201), or asks for approval first (202)."""
    post = await scheduling.schedule_publish(workspace, visitor.caller, wanted.request())
    language = language_of(request)
    found = await run_in_threadpool(scheduling.warnings_about, workspace, post)
    mended = await run_in_threadpool(_changed, workspace, post)
    warnings = [_warning(flaw, language) for flaw in found]
    return _accepted(post, warnings, [fix_answer(each, language) for each in mended])


@router.post("/check")
def check(request: Request, visitor: Sender, workspace: InWorkspace, wanted: NewPost) -> Checked:
    """Says what publishing this would come to: the same checks, and nothing is kept (S0.7)."""
    language = language_of(request)
    seen = scheduling.look_over(workspace, visitor.caller, wanted.request())
    return Checked(
        account_id=wanted.account_id,
        format=seen.format.value,
        problems=[_problem(flaw, language) for flaw in seen.problems],
        fixes=[fix_answer(each, language) for each in seen.fixes],
        text=TextAnswer(length=seen.length, limit=seen.limit),
    )


@router.get("/scheduled-jobs")
def list_jobs(
    visitor: Reader,
    workspace: InWorkspace,
    page: WantedPage,
    due: WantedRange,
    status: Annotated[list[PostStatus] | None, Query()] = None,
    persona_id: Annotated[Word | None, Query()] = None,
    account_id: Annotated[Word | None, Query()] = None,
) -> JobList:
    """Scheduled posts in the order of their times."""
    wanted = PostFilter(
        statuses=status or (),
        persona_id=persona_id,
        account_id=account_id,
        due_from=due.begin,
        due_to=due.end,
        waiting_by_time=True,
    )
    found = scheduling.get_scheduled_jobs(workspace, wanted, limit=page.limit + 1, after=page.after)
    cards, cursor = page.cut(found, lambda card: (card.post.due_at, card.post.id))
    return JobList(jobs=[job(card) for card in cards], next_cursor=cursor)


@router.get("/scheduled-jobs/{job_id}")
def get_job(request: Request, visitor: Reader, workspace: InWorkspace, job_id: str) -> JobWithAttempts:
    """One scheduled post with its attempts."""
    card = scheduling.get_job_status(workspace, job_id)
    with workspace.store.read() as tx:
        tried = attempt_answers(tx, card, language=language_of(request))
    return JobWithAttempts(**job(card).model_dump(), attempts=tried)


@router.put("/scheduled-jobs/{job_id}")
def change_job(visitor: Sender, workspace: InWorkspace, job_id: str, wanted: NewTime) -> Job:
    """Moves a scheduled post to another time."""
    scheduling.reschedule(workspace, visitor.caller, job_id, time=wanted.scheduled_publish_time)
    return job(scheduling.get_job_status(workspace, job_id))


@router.delete("/scheduled-jobs/{job_id}")
def cancel_job(visitor: Sender, workspace: InWorkspace, job_id: str) -> Success:
    """Calls a scheduled post off; twice is the same as once."""
    scheduling.cancel_scheduled(workspace, visitor.caller, job_id)
    return Success()


@router.get("/publish-progress/{task_id}", responses={204: {"description": "The stream is over."}})
async def publish_progress(
    request: Request, visitor: Reader, store: InStore, live: InLive, task_id: str
) -> Response:
    """Server-Sent Events: the stages of a post, whether now, at its time or after a retry."""
    begin = await run_in_threadpool(_begin, store, task_id, last_event_id(request))
    if begin is None:
        return Response(status_code=204)
    return stream(_progress(store, live, task_id, begin, language_of(request)))


def job(card: PostCard) -> Job:
    """A scheduled post as the API shows it."""
    first = card.asset_ids[0] if card.asset_ids else None
    return Job(
        job_id=card.post.id,
        post_id=card.post.id,
        account_id=card.post.account_id,
        persona=card.persona,
        platform=card.platform,
        handle=card.handle,
        format=card.post.format.value,
        caption=card.caption,
        thumbnail_url=f"/api/assets/{first}/thumbnail" if first else None,
        scheduled_publish_time=card.post.due_at,
        status=card.post.status,
        status_reason=card.post.status_reason,
        permalink=card.post.permalink,
    )


def _warning(flaw: Flaw, language: Language) -> WarningAnswer:
    return WarningAnswer(code=flaw.code, message=messages.full_text(flaw.code, language, flaw.values))


def fix_answer(mended: Mended, language: Language) -> FixAnswer:
    """A change as the API tells it."""
    code, values = mended.fix.code, mended.fix.values
    return FixAnswer(which=mended.which, code=code, message=messages.full_text(code, language, values))


def _problem(flaw: Flaw, language: Language) -> ProblemAnswer:
    return ProblemAnswer(
        field=flaw.field,
        code=flaw.code,
        message=messages.what_happened(flaw.code, language, flaw.values),
        what_to_do=messages.what_to_do(flaw.code, language, flaw.values),
    )


def _changed(workspace: Workspace, post: Post) -> list[Mended]:
    with workspace.store.read() as tx:
        return media.changed(tx, workspace, post)


def _accepted(post: Post, warnings: list[WarningAnswer], fixed: list[FixAnswer]) -> JSONResponse:
    task = {
        "task_id": post.id,
        "post_id": post.id,
        "status": post.status,
        "warnings": warnings,
        "fixed": fixed,
    }
    job = {**task, "job_id": post.id, "scheduled_publish_time": post.due_at}
    answer: BaseModel
    if not post.scheduled_by_time:
        status, answer = 202, PublishingNow(**task)
    elif post.status is PostStatus.AWAITING_APPROVAL:
        status, answer = 202, Submitted(**job)
    else:
        status, answer = 201, Scheduled(**job)
    return JSONResponse(answer.model_dump(mode="json"), status)


def _begin(store: Store, task_id: str, last_id: int | None) -> int | None:
    """The event id to go on after: 0 for all; None where the final message was received already."""
    with store.read() as tx:
        post = posts.get(tx, task_id, missing="task_not_found")
        if last_id is None or not events.is_of_topic(tx, last_id, post.topic):
            return 0
        return None if _is_over(tx, posts.card(tx, post.id), last_id) else last_id


async def _progress(
    store: Store, live: Live, task_id: str, begin: int, language: Language
) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RECONNECT_MILLISECONDS)
    quiet_until = store.clock.now() + WAITING_STREAM
    is_waiting = True
    async for event in live.follow(begin, topic=posts.topic(task_id)):
        if event is None:
            yield COMMENT
            if is_waiting and store.clock.now() >= quiet_until:
                return
            continue
        told, is_last = await run_in_threadpool(_tell, store, task_id, event, language)
        if told is None or (told.is_final and not is_last):
            continue
        is_waiting = told.event == "waiting"
        quiet_until = store.clock.now() + WAITING_STREAM
        yield format_sse_event(id=str(event.id), event=told.event, data_str=_json(told.data))
        if told.is_final:
            return


def _tell(
    store: Store, task_id: str, event: events.Event, language: Language
) -> tuple[progress.Message | None, bool]:
    """The message of an event, and whether it is the last one of the post."""
    with store.read() as tx:
        card = posts.card(tx, task_id)
        told = progress.message(event, card, language)
        return told, told is not None and told.is_final and _is_over(tx, card, event.id)


def _is_over(tx: Tx, card: PostCard, last_id: int) -> bool:
    """Whether nothing happens by itself any more, and nothing worth telling happened after `last_id`."""
    if card.post.status not in progress.OVER:
        return False
    later = events.after(tx, last_id, topic=card.post.topic)
    return not any(progress.message(event, card, Language.EN) for event in later)


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
