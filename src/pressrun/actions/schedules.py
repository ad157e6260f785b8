"""Schedules: made by people, run by the clock, each occurrence once (DESIGN.md 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pressrun.actions import runs as run_actions
from pressrun.actions import titles
from pressrun.actions.base import Caller, Enqueue, Workspace
from pressrun.domain.recurrence import read_recurrence
from pressrun.domain.user import Right
from pressrun.store import personas, runs, schedules
from pressrun.store.database import Store, Tx
from pressrun.store.schedules import Schedule

BATCH = 50


@dataclass(frozen=True)
class ScheduleRequest:
    """What a person asks for: a frequency or cron, and what the content is about."""

    name: str
    persona_id: str
    account_ids: Sequence[str]
    content_type: str
    prompt: str
    timezone: str | None = None
    frequency: str | None = None
    cron: str | None = None
    time_of_day: str | None = None
    weekday: int | None = None
    day_of_month: int | None = None


def create(workspace: Workspace, caller: Caller, request: ScheduleRequest) -> Schedule:
    """A new schedule, switched on. Raises `Problem` 404 and 422."""
    caller.need(Right.WRITE)
    with workspace.store.transaction() as tx:
        persona = personas.get(tx, request.persona_id)
        rule = read_recurrence(
            timezone=request.timezone or persona.timezone,
            created_at=tx.now,
            frequency=request.frequency,
            cron=request.cron,
            time_of_day=request.time_of_day,
            weekday=request.weekday,
            day_of_month=request.day_of_month,
        )
        content_type = titles.check_content_type(request.content_type)
        account_ids = titles.check_accounts(tx, workspace, persona.id, request.account_ids, content_type)
        return schedules.add(
            tx,
            name=request.name,
            persona_id=persona.id,
            account_ids=account_ids,
            content_type=content_type,
            rule=rule,
            prompt=titles.check_title(request.prompt, field="settings.customPrompt"),
        )


def start_due(store: Store, enqueue: Enqueue, *, grace: timedelta) -> int:
    """Starts the runs of occurrences that have come; answers how many were dealt with.

    One missed by more than `grace`, because nothing ran then, is recorded and not made up for.
    """
    with store.transaction() as tx:
        due = schedules.due(tx, limit=BATCH)
        for schedule in due:
            assert schedule.next_run_at is not None, "only occurrences that have come are due"
            is_missed = tx.now - schedule.next_run_at > grace
            if is_missed:
                at = schedule.next_run_at.isoformat()
                tx.append(schedules.topic(schedule.id), "schedule.missed", {"at": at})
            else:
                _run(tx, enqueue, schedule)
            schedules.advance(tx, schedule, ran=not is_missed)
        return len(due)


def _run(tx: Tx, enqueue: Enqueue, schedule: Schedule) -> None:
    run = runs.add(
        tx,
        persona_id=schedule.persona_id,
        account_ids=schedule.account_ids,
        content_type=schedule.content_type,
        about=schedule.prompt,
        schedule_id=schedule.id,
        occurrence_at=schedule.next_run_at,
    )
    run_actions.enqueue(tx, enqueue, run)
