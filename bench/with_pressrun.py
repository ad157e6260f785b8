"""One side of the dispatch bench: Pressrun's own worker on its own schema."""

import asyncio
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from bench.house import Posts, add_accounts, add_posts, future, open_store
from bench.quiet_platform import NoMediaStore, NoModel, QuietPlatform, no_fetch, no_notifier
from pressrun.actions.base import Rules, Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.domain.confirming import ConfirmPolicy
from pressrun.domain.limits import AccountLimit
from pressrun.engine.durable import Durable
from pressrun.kit.database import create_engine
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Store
from pressrun.workflows.meters import Meters
from pressrun.workflows.publish_post import PublishingRules
from pressrun.workflows.worker import Worker, WorkerRules

LOOK_SECONDS = 0.5
AT_ONCE = 10
CALL_WITHIN = timedelta(seconds=60)
LEASE = timedelta(seconds=20)
MISSED_GRACE = timedelta(hours=1)

_attempt = schema.attempt.c


@dataclass(frozen=True)
class TakenUp:
    """What was taken up, and how late in seconds: from its instant until its row was committed."""

    post_ids: list[str]
    lateness: list[float]


def measure(folder: Path, *, due: int, waiting: int, lead: timedelta, patience: timedelta) -> TakenUp:
    """`due` posts fall due at one instant, `lead` from now, while `waiting` others lie in the future."""
    store = open_store(folder / "pressrun.db")
    add_accounts(store, due)
    add_posts(store, future(waiting, store.clock.now()))
    at = store.clock.now() + lead
    add_posts(store, Posts("due", due, at))
    try:
        return asyncio.run(_take_up(store, folder, due, until=at + patience))
    finally:
        store.engine.dispose()


async def _take_up(store: Store, folder: Path, due: int, *, until: datetime) -> TakenUp:
    commits: list[datetime] = []
    store.on_commit(lambda: commits.append(store.clock.now()))
    engine = create_engine(store.engine.url.render_as_string())
    durable = Durable(engine, executor_id=new_id())
    worker = Worker(
        _workspace(store, durable, folder),
        durable,
        _rules(),
        meters=Meters(CollectorRegistry()),
        on_lost=_lost,
    )
    await worker.start()
    try:
        # It looks from outside, as a person would: the worker is not told that it is watched.
        while await asyncio.to_thread(_count, store) < due and store.clock.now() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await worker.stop()
        engine.dispose()
    return _read(store, sorted(commits))


def _workspace(store: Store, durable: Durable, folder: Path) -> Workspace:
    platform = QuietPlatform()
    return Workspace(
        store=store,
        asset_folder=folder,
        publishers={platform.platform: platform},
        media_store=NoMediaStore(),
        local_media=NoMediaStore(),
        text_model=NoModel(),
        fallback_text_model=NoModel(),
        image_model=NoModel(),
        notifier=no_notifier,
        enqueue=durable.enqueue,
        fetch=no_fetch,
        rules=Rules(),
    )


def _rules() -> WorkerRules:
    return WorkerRules(
        preflight=timedelta(),
        dispatch=DispatchRules(),
        publishing=PublishingRules(at_once=AT_ONCE, limit=AccountLimit(), call_within=CALL_WITHIN),
        confirm=ConfirmPolicy(),
        lease=LEASE,
        missed_grace=MISSED_GRACE,
        alone=True,
    )


def _lost() -> None:
    raise AssertionError("a worker that is alone can't lose its lease")


def _count(store: Store) -> int:
    with store.read() as tx:
        return tx.value(sa.select(sa.func.count()).select_from(schema.attempt))


def _read(store: Store, commits: list[datetime]) -> TakenUp:
    with store.read() as tx:
        rows = tx.rows(sa.select(_attempt.post_id, _attempt.ready_at, _attempt.started_at))
    # Writers of one SQLite file follow one another, so the next commit is the one that kept the row.
    written = [commits[bisect_left(commits, row["started_at"])] for row in rows]
    return TakenUp(
        post_ids=[row["post_id"] for row in rows],
        lateness=[(at - row["ready_at"]).total_seconds() for row, at in zip(rows, written, strict=True)],
    )
