"""Runs and their stages: the history of each production (S1.4, S4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.content import ContentType
from pressrun.domain.failures import Failure, from_json, to_json
from pressrun.domain.problems import Problem
from pressrun.domain.run import FINAL, RECIPES, RunStatus, Stage, StageStatus, check_change
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_run, _stage = schema.run.c, schema.run_stage.c


@dataclass(frozen=True)
class Run:
    """One production as it is kept. `publish_at` is when its posts go out, None for at once."""

    id: str
    persona_id: str
    account_ids: tuple[str, ...]
    content_type: ContentType
    topic: str
    status: RunStatus
    failed_stage: Stage | None
    failure: Failure | None
    version: int
    attempt: int
    publish_at: datetime | None
    title_id: str | None
    schedule_id: str | None
    occurrence_at: datetime | None
    created_by: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def recipe(self) -> tuple[Stage, ...]:
        """The stages that make this kind of content."""
        return RECIPES[self.content_type]


@dataclass(frozen=True)
class RunStage:
    """One stage of a run as it went; `result` holds what it made, such as asset ids."""

    name: Stage
    status: StageStatus
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    result: dict[str, Any] | None
    failure: Failure | None


def topic(run_id: str) -> str:
    """The topic of a run's events."""
    return f"run:{run_id}"


def add(
    tx: Tx,
    *,
    persona_id: str,
    account_ids: Sequence[str],
    content_type: ContentType,
    about: str,
    publish_at: datetime | None = None,
    title_id: str | None = None,
    schedule_id: str | None = None,
    occurrence_at: datetime | None = None,
    created_by: str | None = None,
) -> Run:
    """A new run with all its stages waiting."""
    run_id = new_id()
    tx.execute(
        sa.insert(schema.run).values(
            id=run_id,
            persona_id=persona_id,
            account_ids=list(account_ids),
            content_type=content_type.value,
            topic=about,
            status=RunStatus.SCHEDULED.value,
            publish_at=publish_at,
            title_id=title_id,
            schedule_id=schedule_id,
            occurrence_at=occurrence_at,
            created_by=created_by,
            created_at=tx.now,
        )
    )
    stages = [
        {"run_id": run_id, "name": name.value, "position": position, "status": StageStatus.WAITING.value}
        for position, name in enumerate(RECIPES[content_type])
    ]
    tx.connection.execute(sa.insert(schema.run_stage), stages)
    tx.append(topic(run_id), "run.created", {"topic": about})
    return get(tx, run_id)


def get(tx: Tx, run_id: str) -> Run:
    """The run. Raises `Problem` (404)."""
    run = find(tx, run_id)
    if run is None:
        raise Problem.not_found("run_not_found")
    return run


def find(tx: Tx, run_id: str) -> Run | None:
    """The run, if there is one."""
    row = tx.row(sa.select(schema.run).where(_run.id == run_id))
    return _read(row) if row else None


def of_title(tx: Tx, title_id: str) -> Run | None:
    """The run that a title started."""
    row = tx.row(sa.select(schema.run).where(_run.title_id == title_id))
    return _read(row) if row else None


def newest(
    tx: Tx, *, persona_id: str | None = None, limit: int = 50, before: Place | None = None
) -> list[Run]:
    """Runs, the newest first; `before` is the (created_at, id) of the last one seen."""
    query = sa.select(schema.run)
    if persona_id is not None:
        query = query.where(_run.persona_id == persona_id)
    if before is not None:
        query = query.where(sa.tuple_(_run.created_at, _run.id) < place(before))
    query = query.order_by(_run.created_at.desc(), _run.id.desc()).limit(limit)
    return [_read(row) for row in tx.rows(query)]


def ongoing(tx: Tx, *, limit: int = 50) -> list[Run]:
    """Runs that are not over, the newest first."""
    over = [status.value for status in FINAL]
    query = (
        sa.select(schema.run).where(_run.status.not_in(over)).order_by(_run.created_at.desc()).limit(limit)
    )
    return [_read(row) for row in tx.rows(query)]


def stages(tx: Tx, run_id: str) -> list[RunStage]:
    """The stages of a run in their order."""
    query = sa.select(schema.run_stage).where(_stage.run_id == run_id).order_by(_stage.position)
    return [_read_stage(row) for row in tx.rows(query)]


def stage_result(tx: Tx, run_id: str, name: Stage) -> dict[str, Any] | None:
    """What a stage made, None where it has not."""
    query = sa.select(_stage.result).where(
        _stage.run_id == run_id, _stage.name == name.value, _stage.status == StageStatus.DONE.value
    )
    return tx.value(query)


def change(tx: Tx, run: Run, status: RunStatus, **changes: Any) -> Run:
    """Changes a run's status: the only door. Raises `Problem` (409) where it refuses, or was changed."""
    check_change(run.status, status)
    ended_at = tx.now if status in FINAL else None
    changed = tx.execute(
        sa.update(schema.run)
        .where(_run.id == run.id, _run.status == run.status.value, _run.version == run.version)
        .values({"ended_at": ended_at, **changes, "status": status.value, "version": run.version + 1})
    )
    if changed.rowcount != 1:
        raise Problem.conflict("edited_meanwhile")
    tx.append(topic(run.id), "run.changed", {"status": status.value})
    return get(tx, run.id)


def begin_stage(tx: Tx, run: Run, name: Stage) -> None:
    """A stage begins."""
    tx.execute(
        _where(run, name).values(
            status=StageStatus.RUNNING.value,
            started_at=tx.now,
            ended_at=None,
            attempts=_stage.attempts + 1,
            failure=None,
        )
    )
    tx.append(topic(run.id), "stage.started", {"stage": name.value})


def end_stage(tx: Tx, run: Run, name: Stage, result: dict[str, Any]) -> None:
    """A stage is done; `result` is kept for the next ones and for a later restart (S4.4)."""
    done = StageStatus.DONE.value
    tx.execute(_where(run, name).values(status=done, ended_at=tx.now, result=result))
    tx.append(topic(run.id), "stage.ended", {"stage": name.value})


def fail_stage(tx: Tx, run: Run, name: Stage, failure: Failure) -> None:
    """A stage failed."""
    plain = to_json(failure)
    tx.execute(_where(run, name).values(status=StageStatus.FAILED.value, ended_at=tx.now, failure=plain))
    tx.append(topic(run.id), "stage.failed", {"stage": name.value, "code": plain["kind"]})


def reset_stages(tx: Tx, run: Run, names: Sequence[Stage]) -> None:
    """These stages are to be done again."""
    for name in names:
        tx.execute(
            _where(run, name).values(
                status=StageStatus.WAITING.value, started_at=None, ended_at=None, result=None, failure=None
            )
        )


def finish_publishing(tx: Tx, run: Run, status: RunStatus) -> Run:
    """Its posts are all decided: the last stage and the run end with them."""
    stage_status = StageStatus.DONE if status is RunStatus.COMPLETED else StageStatus.FAILED
    tx.execute(_where(run, Stage.PUBLISH).values(status=stage_status.value, ended_at=tx.now))
    failed_stage = None if status is RunStatus.COMPLETED else Stage.PUBLISH.value
    return change(tx, run, status, failed_stage=failed_stage)


def note(tx: Tx, run_id: str, kind: str, **values: object) -> None:
    """Something worth reading in the run's log."""
    tx.append(topic(run_id), "run.note", {"code": kind, **values})


def _where(run: Run, name: Stage) -> sa.Update:
    return sa.update(schema.run_stage).where(_stage.run_id == run.id, _stage.name == name.value)


def _read(row: sa.RowMapping) -> Run:
    values = {column.name: row[column.name] for column in schema.run.columns}
    values["account_ids"] = tuple(values["account_ids"])
    values["content_type"] = ContentType(values["content_type"])
    values["status"] = RunStatus(values["status"])
    values["failed_stage"] = Stage(values["failed_stage"]) if values["failed_stage"] else None
    values["failure"] = from_json(values["failure"]) if values["failure"] else None
    return Run(**values)


def _read_stage(row: sa.RowMapping) -> RunStage:
    return RunStage(
        name=Stage(row["name"]),
        status=StageStatus(row["status"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        attempts=row["attempts"],
        result=row["result"],
        failure=from_json(row["failure"]) if row["failure"] else None,
    )
