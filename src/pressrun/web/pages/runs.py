"""Runs: productions from topic to posts, stage by stage, live (S4.1, S4.4, S1.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import runs as actions
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.domain.run import FINAL, RunStatus, Stage, StageStatus
from pressrun.store import assets, contents, events, personas, posts, runs
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.store.posts import PostFilter
from pressrun.store.runs import Run, RunStage
from pressrun.web import templating
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.failure_text import failure_text
from pressrun.web.language import language_of
from pressrun.web.pages import post_view
from pressrun.web.pages.frame import screen
from pressrun.web.pages.log import Teller
from pressrun.web.pages.looks import APPROVAL, CONTENT_WORDS, STAGE_WORDS, STAGES, STEP_WORDS, Look, run_look
from pressrun.web.pages.own_forms import OwnForm, done
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/runs", include_in_schema=False)

LOG_LINES = 200
AXIS_MARKS = 5
PARTS = ("stages", "artefacts", "log", "facts")


@dataclass(frozen=True)
class RunRow:
    """A run in the list."""

    run: Run
    persona: Persona
    look: Look


@dataclass(frozen=True)
class Bar:
    """One stage as a bar on the time axis: begin and width in percent."""

    stage: RunStage
    word: str
    look: Look
    begin: float
    width: float
    seconds: float | None


@dataclass(frozen=True)
class Gantt:
    """The stages on one time axis."""

    bars: Sequence[Bar]
    marks: Sequence[datetime]


@router.get("")
def listed(request: Request, visitor: Reader, store: InStore, page: WantedPage) -> HTMLResponse:
    """All runs, the newest first."""
    with store.read() as tx:
        found = runs.newest(tx, limit=page.limit + 1, before=page.after)
        shown, next_cursor = page.cut(found, lambda run: (run.created_at, run.id))
        people = {persona.id: persona for persona in personas.listed(tx)}
    rows = [RunRow(run, people[run.persona_id], run_look(run.status)) for run in shown]
    values = {"rows": rows, "next_cursor": next_cursor, "content_words": CONTENT_WORDS}
    return screen(request, "run/list.html", values)


@router.get("/rows/{run_id}")
def row(request: Request, visitor: Reader, store: InStore, run_id: str) -> HTMLResponse:
    """One row of the list, as the page holds it."""
    with store.read() as tx:
        run = runs.get(tx, run_id)
        shown = RunRow(run, personas.get(tx, run.persona_id), run_look(run.status))
    return templating.part(request, "run/row.html", {"row": shown, "content_words": CONTENT_WORDS})


@router.get("/{run_id}")
def run_page(request: Request, visitor: Reader, store: InStore, run_id: str) -> HTMLResponse:
    """One run."""
    with store.read() as tx:
        values = _values(tx, runs.get(tx, run_id), language_of(request))
    return screen(request, "run/page.html", values)


@router.get("/{run_id}/{part}")
def part(request: Request, visitor: Reader, store: InStore, run_id: str, part: str) -> HTMLResponse:
    """One card of the page, as the page holds it."""
    if part not in PARTS:
        raise Problem.not_found("not_found")
    with store.read() as tx:
        values = _values(tx, runs.get(tx, run_id), language_of(request))
    return templating.part(request, f"run/{part}.html", values)


@router.post("/{run_id}/retry", dependencies=[OwnForm])
def retry(
    visitor: Reader,
    workspace: InWorkspace,
    run_id: str,
    from_stage: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """여기부터 다시 (S4.4)."""
    actions.retry(workspace, visitor.caller, run_id, from_stage=from_stage)
    return done("", f"/runs/{run_id}", "run_retried")


@router.post("/{run_id}/stop", dependencies=[OwnForm])
def stop(visitor: Reader, workspace: InWorkspace, run_id: str) -> Response:
    """중단."""
    actions.stop(workspace, visitor.caller, run_id)
    return done("", f"/runs/{run_id}", "run_stopped")


def _values(tx: Tx, run: Run, language: Language) -> dict[str, Any]:
    persona = personas.get(tx, run.persona_id)
    stages = runs.stages(tx, run.id)
    content = contents.of_run(tx, run.id)
    failed = next((stage for stage in stages if stage.failure), None)
    return {
        "run": run,
        "persona": persona,
        "zone": persona.zone,
        "look": run_look(run.status),
        "gantt": gantt(stages, tx.now, waits=run.status is RunStatus.AWAITING_APPROVAL),
        "content": content,
        "artefacts": _artefacts(tx, stages),
        "posts": _posts(tx, run, language),
        "log": _log(tx, run, persona, language),
        "failed": failed,
        "trouble": failure_text(failed.failure, language, persona=persona.name)
        if failed and failed.failure
        else None,
        "ended_at": run.ended_at or tx.now,
        "can_stop": run.status not in FINAL,
        "can_retry": run.status in (RunStatus.FAILED, RunStatus.CANCELLED),
        "stage_words": STAGE_WORDS,
        "step_words": STEP_WORDS,
        "content_words": CONTENT_WORDS,
        "zone_key": persona.timezone,
    }


def gantt(stages: Sequence[RunStage], now: datetime, *, waits: bool = False) -> Gantt:
    """The stages of a run on one axis from its first start to its last end, or now.

    While the run `waits` for approval, the stage that is open looks like it.
    """
    begun = [stage.started_at for stage in stages if stage.started_at]
    first = min(begun, default=now)
    last = max([stage.ended_at or now for stage in stages if stage.started_at], default=first)
    span = max(last - first, timedelta(seconds=1))
    bars = [_bar(stage, first, span, now, waits=waits) for stage in stages]
    marks = [first + span * step / AXIS_MARKS for step in range(AXIS_MARKS)] if begun else []
    return Gantt(bars, marks)


def _bar(stage: RunStage, first: datetime, span: timedelta, now: datetime, *, waits: bool) -> Bar:
    word, look = STAGE_WORDS[stage.name], STAGES[stage.status]
    if waits and stage.status is StageStatus.RUNNING:
        look = APPROVAL
    if stage.started_at is None:
        return Bar(stage, word, look, 0, 0, None)
    took = (stage.ended_at or now) - stage.started_at
    begin, width = 100 * ((stage.started_at - first) / span), 100 * (took / span)
    return Bar(stage, word, look, round(begin, 1), round(width, 1), took.total_seconds())


def _artefacts(tx: Tx, stages: Sequence[RunStage]) -> dict[str, Any]:
    """What the stages made, by stage; pictures with their alt texts."""
    made = {stage.name: stage.result for stage in stages if stage.status is StageStatus.DONE and stage.result}
    asset_ids = (made.get(Stage.IMAGE) or {}).get("asset_ids", [])
    return {
        "script": made.get(Stage.SCRIPT),
        "pictures": [asset for asset_id in asset_ids if (asset := assets.find(tx, asset_id))],
    }


def _posts(tx: Tx, run: Run, language: Language) -> Sequence[post_view.PostView]:
    return post_view.views(tx, PostFilter(run_id=run.id), language)


def _log(tx: Tx, run: Run, persona: Persona, language: Language) -> Sequence[Any]:
    found = posts.of_run(tx, run.id)
    topics = (runs.topic(run.id), *(post.topic for post in found))
    teller = Teller(
        language=language,
        zone=persona.zone,
        now=tx.now,
        names={post.id: persona.name for post in found},
        troubles={
            post.id: failure_text(post.failure, language, persona=persona.name).happened
            for post in found
            if post.failure
        },
    )
    return teller.lines(events.newest(tx, topics, limit=LOG_LINES))
