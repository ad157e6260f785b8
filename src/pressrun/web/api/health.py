"""`/healthz`, `/readyz`, `/metrics`: for whoever watches over the process. They tell counts only."""

import os
from collections.abc import Iterable

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from pressrun.domain.post import PostStatus
from pressrun.store import posts
from pressrun.store.database import Store
from pressrun.store.migrate import is_current
from pressrun.store.posts import PostFilter
from pressrun.web.deps import InStore, InWorkspace, WithParts

router = APIRouter(tags=["health"])


@router.get("/healthz")
def is_alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Not ready; `checks` says why."}})
def is_ready(workspace: InWorkspace, response: Response) -> dict[str, object]:
    """Whether requests can be served: the database answers in the right schema, files can be written."""
    checks = {
        "database": _database_state(workspace.store),
        "asset_folder": "ok" if os.access(workspace.asset_folder, os.W_OK) else "not_writable",
    }
    ready = set(checks.values()) == {"ok"}
    response.status_code = 200 if ready else 503
    return {"status": "ready" if ready else "not_ready", "checks": checks}


@router.get("/metrics")
def metrics(parts: WithParts, store: InStore, request: Request) -> Response:
    """Prometheus metrics: posts by status, and what the workers measure."""
    now = CollectorRegistry(auto_describe=False)
    now.register(_PostCounts(store))
    text = generate_latest(now) + generate_latest(parts.metrics)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


class _PostCounts(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("pressrun_posts", "Posts by status.", labels=["status"])
        with self._store.read() as tx:
            counts = posts.counts(tx, PostFilter())
        for status in PostStatus:
            gauge.add_metric([status.value], counts.get(status, 0))
        yield gauge


def _database_state(store: Store) -> str:
    try:
        return "ok" if is_current(store.engine) else "old_schema"
    except SQLAlchemyError:
        return "no_answer"
