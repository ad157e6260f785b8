"""One side of the dispatch bench: Pressrun's own worker on its own schema."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.house import Posts, fill, future, open_store
from bench.quiet_platform import NoMediaStore, QuietPlatform
from pressrun.actions.base import Rules, Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.domain.confirming import ConfirmPolicy
from pressrun.domain.limits import AccountLimit
from pressrun.engine.durable import Durable
from pressrun.kit.database import create_engine
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Store
from pressrun.workflows.publish_post import PublishingRules
from pressrun.workflows.worker import Worker, WorkerRules

LOOK_SECONDS = 0.5
PUBLISHING_AT_ONCE = 10
HTTP_TIMEOUT = timedelta(seconds=60)

_attempt = schema.attempt.c


@dataclass(frozen=True)
class TakeUps:
    """How late each post was taken up, from its instant until its attempt's row was committed, in seconds."""

    post_ids: list[str]
    lateness: list[float]
    claimed_ahead: float
    """How long before the instant the first attempt could have started: all of them were in memory."""


class NoModel:
    """Nothing is produced while posts go out."""

    name = "none"

    async def write(self, brief: object) -> Any:
        raise AssertionError("no text was wanted")

    async def draw(self, picture: object) -> Any:
        raise AssertionError("no picture was wanted")


def measure(folder: Path, *, due_count: int, future_count: int, lead: timedelta, patience: float) -> TakeUps:
    """Fills a database, runs a worker over it until every due post was taken up, and reads how late that was."""
    store = open_store(str(folder / "pressrun.db"))
    try:
        fill(store, account_count=due_count, posts=[future(future_count, store.clock.now())])
        return asyncio.run(_measure(store, folder, due_count, lead, patience))
    finally:
        store.engine.dispose()
