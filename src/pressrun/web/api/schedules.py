"""`/api/schedule`: when a persona makes new content by itself (S3.1)."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import schedules as actions
from pressrun.actions.schedules import ScheduleRequest
from pressrun.domain.content import ContentType
from pressrun.domain.recurrence import next_runs
from pressrun.store import schedules
from pressrun.store.database import Tx
from pressrun.store.schedules import Schedule
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.forms import Line, Text, Word
from pressrun.web.idempotency import OnceRoute
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/api/schedule", tags=["schedules"], responses=EVERYWHERE, route_class=OnceRoute)

SHOWN_RUNS = 10


class Prompt(BaseModel):
    """What the content is about."""

    promptType: Word = "custom"  # noqa: N815 - the route's literal name (S3.1)
    customPrompt: Text = ""  # noqa: N815


class NewSchedule(BaseModel):
    """A frequency with its time of day, or cron."""

    name: Line
    persona_id: Word
    account_ids: list[Word] = Field(default_factory=list, max_length=100)
    content_type: Word
    frequency: Word | None = None
    cron: Word | None = None
    time_of_day: Word | None = None
    weekday: int | None = None
    day_of_month: int | None = None
    timezone: Word | None = None
    settings: Prompt = Field(default_factory=Prompt)


class ScheduleAnswer(BaseModel):
    """A schedule with its next ten runs."""

    id: str
    name: str
    persona_id: str
    account_ids: list[str]
    content_type: ContentType
    timezone: str
    enabled: bool
    total_generated: int
    last_run_at: datetime | None
    next_run_at: datetime | None
    next_runs: list[datetime]


class ScheduleList(BaseModel):
    """One page of schedules."""

    items: list[ScheduleAnswer]
    next_cursor: str | None


@router.post("", status_code=201)
def create_schedule(visitor: Writer, workspace: InWorkspace, wanted: NewSchedule) -> ScheduleAnswer:
    """A new schedule, switched on."""
    request = ScheduleRequest(
        name=wanted.name,
        persona_id=wanted.persona_id,
        account_ids=wanted.account_ids,
        content_type=wanted.content_type,
        prompt=wanted.settings.customPrompt,
        timezone=wanted.timezone,
        frequency=wanted.frequency,
        cron=wanted.cron,
        time_of_day=wanted.time_of_day,
        weekday=wanted.weekday,
        day_of_month=wanted.day_of_month,
    )
    schedule = actions.create(workspace, visitor.caller, request)
    with workspace.store.read() as tx:
        return _answer(tx, schedule)


@router.get("")
def list_schedules(visitor: Reader, store: InStore, page: WantedPage) -> ScheduleList:
    """Schedules, the oldest first."""
    with store.read() as tx:
        found = schedules.listed(tx, limit=page.limit + 1, after=page.after)
        items, cursor = page.cut(found, lambda schedule: (schedule.created_at, schedule.id))
        return ScheduleList(items=[_answer(tx, schedule) for schedule in items], next_cursor=cursor)


@router.get("/{schedule_id}")
def get_schedule(visitor: Reader, store: InStore, schedule_id: str) -> ScheduleAnswer:
    """One schedule."""
    with store.read() as tx:
        return _answer(tx, schedules.get(tx, schedule_id))


def _answer(tx: Tx, schedule: Schedule) -> ScheduleAnswer:
    coming = next_runs(schedule.recurrence, tx.now, SHOWN_RUNS) if schedule.enabled else ()
    return ScheduleAnswer(
        id=schedule.id,
        name=schedule.name,
        persona_id=schedule.persona_id,
        account_ids=list(schedule.account_ids),
        content_type=schedule.content_type,
        timezone=schedule.recurrence.zone.key,
        enabled=schedule.enabled,
        total_generated=schedule.total_generated,
        last_run_at=schedule.last_run_at,
        next_run_at=schedule.next_run_at,
        next_runs=[occurrence.at for occurrence in coming],
    )
