"""The web application: routes, errors, limits and headers put together."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from pressrun import __doc__ as about
from pressrun.actions.base import Workspace
from pressrun.actions.passwords import Passwords
from pressrun.domain.persona import Language
from pressrun.web import openapi, pages
from pressrun.web.api import ROUTERS
from pressrun.web.deps import ErrorPage, WebParts
from pressrun.web.errors import add_error_handlers
from pressrun.web.guard import Guard
from pressrun.web.live import Live


def create_app(
    workspace: Workspace,
    *,
    language: Language = Language.KO,
    own_url: str = "http://127.0.0.1:8000",
    passwords: Passwords | None = None,
    metrics: CollectorRegistry | None = None,
    routers: Sequence[APIRouter] = (),
    error_page: ErrorPage = pages.error_page,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[Any]] | None = None,
) -> FastAPI:
    """The application on `workspace`.

    `routers` join the HTTP API and the pages, `error_page` shows people what went wrong, `metrics` is
    what `/metrics` answers beside the counts of posts.
    """
    app = FastAPI(
        title="Pressrun",
        description=about or "",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.workspace = workspace
    app.state.live = Live(workspace.store)
    app.state.web = WebParts(
        language=language,
        own_url=own_url,
        passwords=passwords or Passwords(),
        metrics=metrics or CollectorRegistry(),
        error_page=error_page,
    )
    add_error_handlers(app)
    for router in (*ROUTERS, openapi.router, *pages.ROUTERS, *routers):
        app.include_router(router)
    app.add_middleware(Guard)
    openapi.describe(app)
    return app
