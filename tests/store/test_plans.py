"""What a worker asks every second costs the same with a million future posts as with none.

SQLite alone is looked at: it plans without statistics, so its choice is the same on a small database.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import event

import databases
from pressrun.kit.clock import MovableClock
from pressrun.kit.database import create_engine
from pressrun.store import posts
from pressrun.store.database import Store, Tx
from pressrun.store.secrets import Vault

Plan = list[str]
PlanOf = Callable[[Callable[[Tx], object]], Plan]


@pytest.fixture
def plan_of(sqlite_template: Path, tmp_path: Path, clock: MovableClock) -> Iterator[PlanOf]:
    """How SQLite answers the last statement of a question."""
    engine = create_engine(databases.sqlite_copy(sqlite_template, tmp_path))
    store = Store(engine, clock=clock, vault=Vault([Fernet.generate_key()]))

    def plan(ask: Callable[[Tx], object]) -> Plan:
        asked: list[tuple[str, Any]] = []
        with store.read() as tx:
            event.listen(tx.connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
            ask(tx)
            statement, values = asked[-1]
            steps = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return [step.detail for step in steps]

    yield plan
    engine.dispose()


def test_posts_to_be_armed_are_one_step_into_an_index(plan_of: PlanOf) -> None:
    plan = plan_of(lambda tx: posts.due(tx, until=tx.now, limit=100))
    assert "SEARCH post USING INDEX ix_post_ready (status=? AND ready_at<?)" in plan
    assert "SEARCH other USING INDEX ix_post_armed_account (account_id=?)" in plan


def test_posts_to_be_looked_for_are_one_step_into_an_index(plan_of: PlanOf) -> None:
    plan = plan_of(lambda tx: posts.to_look_for(tx, until=tx.now, limit=100))
    assert plan == ["SEARCH post USING INDEX ix_post_ready (status=? AND ready_at<?)"]
