"""Metrics: what a platform says about a published post, at each time it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx

_metric = schema.metric.c


@dataclass(frozen=True)
class Metric:
    """The numbers of one look, by the platform's own names."""

    at: datetime
    values: Mapping[str, int]


def add(tx: Tx, post_id: str, values: Mapping[str, int]) -> None:
    """Keeps what was seen now."""
    tx.execute(sa.insert(schema.metric).values(id=new_id(), post_id=post_id, at=tx.now, values=dict(values)))


def of_post(tx: Tx, post_id: str) -> list[Metric]:
    """Every look at a post, the oldest first."""
    query = sa.select(_metric.at, _metric["values"]).where(_metric.post_id == post_id).order_by(_metric.at)
    return [Metric(row["at"], row["values"]) for row in tx.rows(query)]
