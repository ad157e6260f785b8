"""`/api/tasks/{id}`: any job, task or run by one id, in one vocabulary (S4.3, S4.4)."""

from enum import StrEnum

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from pressrun.domain.persona import Language
from pressrun.domain.post import Format, PostStatus
from pressrun.domain.problems import Problem
from pressrun.domain.run import RunStatus, StageStatus
from pressrun.store import attempts, personas, posts, runs
from pressrun.store.attempts import AttemptStage
from pressrun.store.database import Tx
from pressrun.store.posts import Post
from pressrun.store.runs import Run
from pressrun.web import wording
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore
from pressrun.web.failure_text import failure_text
from pressrun.web.language import language_of
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.progress import is_told, percent, told_as

router = APIRouter(prefix="/api/tasks", tags=["tasks"], responses=EVERYWHERE)


class TaskStatus(StrEnum):
    """Where any kind of work stands (API.md, "Words and rules")."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    NEEDS_PERSON = "needs_person"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskError(BaseModel):
    """Why it failed, and what to do."""

    code: str
    message: str
    what_to_do: str


class TaskAnswer(BaseModel):
    """A task; `progress` in percent."""

    id: str
    kind: str
    status: TaskStatus
    stage: str | None
    progress: int
    message: str
    links: dict[str, str]
    error: TaskError | None
    video_id: str | None = Field(default=None, description="The platform's id of a published video.")


_OF_POST = {
    PostStatus.DRAFT: TaskStatus.NEEDS_PERSON,
    PostStatus.AWAITING_APPROVAL: TaskStatus.NEEDS_PERSON,
    PostStatus.SCHEDULED: TaskStatus.QUEUED,
    PostStatus.ARMED: TaskStatus.QUEUED,
    PostStatus.PUBLISHING: TaskStatus.RUNNING,
    PostStatus.CONFIRMING: TaskStatus.RUNNING,
    PostStatus.RETRY_WAIT: TaskStatus.WAITING,
    PostStatus.HELD: TaskStatus.NEEDS_PERSON,
    PostStatus.PUBLISHED: TaskStatus.COMPLETED,
    PostStatus.FAILED: TaskStatus.FAILED,
    PostStatus.UNCONFIRMED: TaskStatus.NEEDS_PERSON,
    PostStatus.CANCELLED: TaskStatus.CANCELLED,
    PostStatus.GIVEN_UP: TaskStatus.FAILED,
}

_OF_RUN = {
    RunStatus.SCHEDULED: TaskStatus.QUEUED,
    RunStatus.SCRIPT_PROCESSING: TaskStatus.RUNNING,
    RunStatus.IMAGE_PROCESSING: TaskStatus.RUNNING,
    RunStatus.VIDEO_PROCESSING: TaskStatus.RUNNING,
    RunStatus.AWAITING_APPROVAL: TaskStatus.NEEDS_PERSON,
    RunStatus.PUBLISHING: TaskStatus.RUNNING,
    RunStatus.COMPLETED: TaskStatus.COMPLETED,
    RunStatus.FAILED: TaskStatus.FAILED,
    RunStatus.CANCELLED: TaskStatus.CANCELLED,
}


_VIDEOS = (Format.VIDEO, Format.SHORT)

_STOPPED = (TaskStatus.WAITING, TaskStatus.NEEDS_PERSON, TaskStatus.FAILED)
"""What went wrong last is told while nothing goes on."""


@router.get("/{task_id}")
def get_task(request: Request, visitor: Reader, store: InStore, task_id: str) -> TaskAnswer:
    """Status and progress of a post or a run."""
    language = language_of(request)
    with store.read() as tx:
        post = posts.find(tx, task_id)
        if post is not None:
            return _of_post(tx, post, language)
        run = runs.find(tx, task_id)
        if run is not None:
            return _of_run(tx, run, language)
    raise Problem.not_found("task_not_found")


def _of_post(tx: Tx, post: Post, language: Language) -> TaskAnswer:
    status = _OF_POST[post.status]
    step = _step(tx, post)
    persona = personas.get(tx, post.persona_id).name
    is_stopped = status in _STOPPED
    text = failure_text(post.failure, language, persona=persona) if post.failure and is_stopped else None
    return TaskAnswer(
        id=post.id,
        kind="post",
        status=status,
        stage="done" if status is TaskStatus.COMPLETED else step and told_as(step.name),
        progress=_percent(status, step),
        message=text.happened if text else _message(status, step, language),
        links=_links(post),
        error=TaskError(code=text.code, message=text.happened, what_to_do=text.todo) if text else None,
        video_id=post.external_id if post.format in _VIDEOS else None,
    )


def _step(tx: Tx, post: Post) -> AttemptStage | None:
    ongoing = attempts.open_attempt(tx, post.id)
    begun = attempts.stages(tx, ongoing.id) if ongoing else []
    return next((stage for stage in reversed(begun) if is_told(stage.name)), None)


def _percent(status: TaskStatus, step: AttemptStage | None) -> int:
    if status is TaskStatus.COMPLETED:
        return 100
    return percent(step.name, (step.message or {}).get("values")) if step else 0


def _message(status: TaskStatus, step: AttemptStage | None, language: Language) -> str:
    if step is None:
        return wording.what_happened(_message_of(status), language, {})
    told = step.message or {"code": f"stage_{told_as(step.name)}", "values": {}}
    return wording.what_happened(told["code"], language, told["values"])


def _links(post: Post) -> dict[str, str]:
    links = {"post": f"/posts/{post.id}"}
    if post.permalink:
        links["permalink"] = post.permalink
        if post.format in _VIDEOS:
            links["video"] = post.permalink
    return links


def _of_run(tx: Tx, run: Run, language: Language) -> TaskAnswer:
    stages = runs.stages(tx, run.id)
    done = sum(stage.status is StageStatus.DONE for stage in stages)
    running = next((stage.name.value for stage in stages if stage.status is StageStatus.RUNNING), None)
    status = _OF_RUN[run.status]
    persona = personas.get(tx, run.persona_id).name
    text = failure_text(run.failure, language, persona=persona) if run.failure else None
    return TaskAnswer(
        id=run.id,
        kind="run",
        status=status,
        stage=run.failed_stage.value if run.failed_stage else running,
        progress=100 if status is TaskStatus.COMPLETED else 100 * done // len(stages),
        message=text.happened if text else wording.what_happened(_message_of(status), language, {}),
        links={"run": f"/runs/{run.id}"},
        error=TaskError(code=text.code, message=text.happened, what_to_do=text.todo) if text else None,
    )


def _message_of(status: TaskStatus) -> str:
    return f"task_{status.value}"
