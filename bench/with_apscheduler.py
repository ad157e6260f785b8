"""The other side of the dispatch bench: APScheduler 3 with jobs in SQLite, threads and its own loop."""

import pickle
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from pressrun.kit.database import create_engine

THREADS = 50
LOOK_SECONDS = 0.1

_FUTURE = """
INSERT INTO apscheduler_jobs (id, next_run_time, job_state)
WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :count)
SELECT 'future' || n, :first + n * :seconds / :count, :state FROM number
"""

_taken_up = sa.Table(
    "taken_up",
    sa.MetaData(),
    sa.Column("job_id", sa.String, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Variant:
    """One way to use the peer. `wal` gives it the database settings of Pressrun; with `writes_row` its jobs
    begin, as Pressrun's attempts do, by writing down that they began.
    """

    side: str
    wal: bool
    writes_row: bool


VARIANTS = (
    Variant("apscheduler", wal=False, writes_row=False),
    Variant("apscheduler, WAL", wal=True, writes_row=False),
    Variant("apscheduler, WAL, row", wal=True, writes_row=True),
)


@dataclass
class Notebook:
    """Where the jobs of this process note how late they are, in seconds."""

    lateness: dict[str, float] = field(default_factory=dict)
    engine: sa.Engine | None = None


# Jobs are found by name and carry only what can be pickled.
_notebook = Notebook()


def note_start(job_id: str, due: float) -> None:
    """The job: says how late it is, and ends."""
    if _notebook.engine is not None:
        with _notebook.engine.begin() as connection:
            connection.execute(sa.insert(_taken_up).values(job_id=job_id, at=time.time()))
    _notebook.lateness[job_id] = time.time() - due


def measure(
    folder: Path, *, due: int, waiting: int, lead: timedelta, patience: timedelta, variant: Variant
) -> list[float]:
    """How late each job's first line was done, in seconds."""
    url = f"sqlite:///{folder / 'apscheduler.db'}"
    engine = create_engine(url, pool_size=THREADS + 1) if variant.wal else sa.create_engine(url)
    store = SQLAlchemyJobStore(engine=engine)
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )
    store.jobs_t.create(engine)
    _add_future(store, scheduler, waiting)
    at = datetime.now(UTC) + lead
    _add_due(store, scheduler, due, at)
    _taken_up.create(engine)
    _notebook.lateness.clear()
    _notebook.engine = engine if variant.writes_row else None
    scheduler.start()
    try:
        _wait(due, until=at + patience)
    finally:
        scheduler.shutdown()
        engine.dispose()
    return list(_notebook.lateness.values())


def _wait(due: int, *, until: datetime) -> None:
    while len(_notebook.lateness) < due and datetime.now(UTC) < until:
        time.sleep(LOOK_SECONDS)


def _add_due(store: SQLAlchemyJobStore, scheduler: BackgroundScheduler, count: int, at: datetime) -> None:
    # Written as the store writes them, all in one transaction: `add_job` would take until after `at`.
    rows = [
        {
            "id": f"due{number}",
            "next_run_time": at.timestamp(),
            "job_state": _state(scheduler, f"due{number}", at),
        }
        for number in range(count)
    ]
    with store.engine.begin() as connection:
        connection.execute(sa.insert(store.jobs_t), rows)


def _add_future(store: SQLAlchemyJobStore, scheduler: BackgroundScheduler, count: int) -> None:
    # One state for all of them: they are never read in this run, and a million pickles take minutes.
    first = datetime.now(UTC) + timedelta(days=1)
    values = {
        "count": count,
        "first": first.timestamp(),
        "seconds": timedelta(days=365).total_seconds(),
        "state": _state(scheduler, "future", first),
    }
    with store.engine.begin() as connection:
        connection.execute(sa.text(_FUTURE if count else "SELECT 1"), values if count else {})


def _state(scheduler: BackgroundScheduler, job_id: str, at: datetime) -> bytes:
    job = Job(
        scheduler,
        id=job_id,
        name=job_id,
        func=note_start,
        args=(job_id, at.timestamp()),
        kwargs={},
        trigger=DateTrigger(at, UTC),
        executor="default",
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
        next_run_time=at,
    )
    return pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL)
