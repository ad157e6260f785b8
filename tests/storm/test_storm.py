"""A small storm each day: a worker dies, a fifth of all answers fails, no post is lost or twice (S2.10)."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import databases
from storm.rows import PLATFORMS
from storm.storm import Plan, storm_over
from storm.verdict import Verdict

pytestmark = pytest.mark.crash

SMALL = Plan(
    posts=120,
    accounts=12,
    speed=120,
    spread=timedelta(minutes=10),
    kills=1,
    dead_logins=(1, 1),
    patience=timedelta(minutes=8),
)


def test_a_small_storm_is_weathered(postgres_server: sa.URL, postgres_template: str, tmp_path: Path) -> None:
    with (
        databases.postgres_copy(postgres_server, postgres_template) as url,
        storm_over(SMALL, tmp_path, url, print) as storm,
    ):
        storm.gather(PLATFORMS)
        storm.blow()
        storm.calm()
        verdict = Verdict.on(storm)
        assert verdict.objections() == []
    assert storm.seen.kills == SMALL.kills
    published = sum(post.status == "published" for post in verdict.ours)
    assert published > SMALL.posts / 2
