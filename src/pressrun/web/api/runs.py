"""`/api/runs`: productions, their stages, artefacts and log; stop, start again (S1.4, S4.1, S4.4)."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from pressrun.actions import runs as actions
from pressrun.domain.content import ContentType
from pressrun.domain.persona import Language
from pressrun.domain.run import RunStatus, Stage, StageStatus
from pressrun.store import contents, events, personas, posts, runs
from pressrun.store.database import Store, Tx
from pressrun.store.runs import Run
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.failure_text import failure_text
from pressrun.web.forms import Word
from pressrun.web.language import language_of
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/api/runs", tags=["runs"], responses=EVERYWHERE)


class RunStageAnswer(BaseModel):
    """One stage of a run; `artefacts` is what it made."""

    name: Stage
    status: StageStatus
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    artefacts: dict[str, Any] | None
    error: str | None


class RunLine(BaseModel):
    """One line of a run's log."""

    id: int
    at: datetime
    kind: str
    data: dict[str, Any]


class RunAnswer(BaseModel):
    """A run as a list shows it."""

    id: str
    task_id: str
    persona_id: str
    account_ids: list[str]
    content_type: ContentType
    topic: str
    status: RunStatus
    failed_stage: Stage | None
    attempt: int
    created_at: datetime
    ended_at: datetime | None


class RunWithStages(RunAnswer):
    """A run with its history."""

    content_id: str | None
    post_ids: list[str]
    stages: list[RunStageAnswer]
    log: list[RunLine]


class RunList(BaseModel):
    """One page of runs."""

    items: list[RunAnswer]
    next_cursor: str | None


class RetryWanted(BaseModel):
    """From which stage a run starts again."""

    from_stage: Word


@router.get("")
def list_runs(
    visitor: Reader,
    store: InStore,
    page: WantedPage,
    persona_id: Annotated[Word | None, Query()] = None,
) -> RunList:
    """Runs, the newest first."""
    with store.read() as tx:
        found = runs.newest(tx, persona_id=persona_id, limit=page.limit + 1, before=page.after)
    items, cursor = page.cut(found, lambda run: (run.created_at, run.id))
    return RunList(items=[RunAnswer(**_fields(run)) for run in items], next_cursor=cursor)


@router.get("/{run_id}")
def get_run(request: Request, visitor: Reader, store: InStore, run_id: str) -> RunWithStages:
    """One run with its stages and log."""
    return _answer(store, run_id, language_of(request))


@router.post("/{run_id}/retry")
def retry_run(
    request: Request, visitor: Writer, workspace: InWorkspace, run_id: str, wanted: RetryWanted
) -> RunWithStages:
    """Does a stage and all after it again."""
    actions.retry(workspace, visitor.caller, run_id, from_stage=wanted.from_stage)
    return _answer(workspace.store, run_id, language_of(request))


@router.post("/{run_id}/stop")
def stop_run(request: Request, visitor: Writer, workspace: InWorkspace, run_id: str) -> RunWithStages:
    """Stops a run after the stage it is in."""
    actions.stop(workspace, visitor.caller, run_id)
    return _answer(workspace.store, run_id, language_of(request))


def _answer(store: Store, run_id: str, language: Language) -> RunWithStages:
    with store.read() as tx:
        run = runs.get(tx, run_id)
        content = contents.of_run(tx, run_id)
        log = events.newest(tx, [runs.topic(run_id)], limit=500)
        return RunWithStages(
            **_fields(run),
            content_id=content.id if content else None,
            post_ids=[post.id for post in posts.of_run(tx, run_id)],
            stages=_stages(tx, run, language),
            log=[RunLine(id=line.id, at=line.at, kind=line.kind, data=line.data) for line in log],
        )


def _fields(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "task_id": run.id,
        "persona_id": run.persona_id,
        "account_ids": list(run.account_ids),
        "content_type": run.content_type,
        "topic": run.topic,
        "status": run.status,
        "failed_stage": run.failed_stage,
        "attempt": run.attempt,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
    }


def _stages(tx: Tx, run: Run, language: Language) -> list[RunStageAnswer]:
    persona = personas.get(tx, run.persona_id).name
    return [
        RunStageAnswer(
            name=stage.name,
            status=stage.status,
            started_at=stage.started_at,
            ended_at=stage.ended_at,
            attempts=stage.attempts,
            artefacts=stage.result,
            error=failure_text(stage.failure, language, persona=persona).happened if stage.failure else None,
        )
        for stage in runs.stages(tx, run.id)
    ]
