"""The sandbox as one ASGI app, and the ways to run it."""

import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from pressrun.sandbox import control, feed
from pressrun.sandbox.frame import Frame
from pressrun.sandbox.registry import STAND_INS
from pressrun.sandbox.server import SandboxServer, in_thread
from pressrun.sandbox.standin import Sandbox

_log = logging.getLogger(__name__)


def create_app(*, state_path: Path | None = None, public_url: str | None = None) -> Starlette:
    """The whole sandbox; `app.state.sandbox` holds what it remembers.

    `state_path` is an SQLite file that outlives a restart. `public_url` is put in front of every
    address in an answer; without it, the address the client asked is used.
    """
    sandbox = Sandbox(state_path=state_path, public_url=public_url, stand_ins=STAND_INS)
    routes: list[BaseRoute] = [*control.routes(sandbox), *feed.routes(sandbox)]
    for stand_in in STAND_INS:
        routes.extend(stand_in.routes(sandbox))

    @contextlib.asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        yield
        sandbox.close()

    app = Starlette(
        routes=routes,
        middleware=[Middleware(Frame, sandbox=sandbox)],
        exception_handlers={HTTPException: _not_served, Exception: _broken},
        lifespan=closing,
    )
    app.state.sandbox = sandbox
    return app


def serve(host: str = "127.0.0.1", port: int = 9100, state_path: Path | None = None) -> None:
    """Run until SIGTERM or SIGINT, which end the process as a success."""
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_, _leave)
    _log.info("sandbox on http://%s:%s", host, port)
    SandboxServer(create_app(state_path=state_path), host=host, port=port).run()


@contextlib.contextmanager
def running(*, host: str = "127.0.0.1", port: int = 0, state_path: Path | None = None) -> Iterator[str]:
    """A sandbox listening in a thread of this process for the length of a `with` block; gives its address."""
    with in_thread(create_app(state_path=state_path), host=host, port=port) as url:
        yield url


def _leave(*_: object) -> None:
    raise SystemExit(0)


async def _not_served(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    return _error(request, failure.status_code, failure.detail)


async def _broken(request: Request, failure: Exception) -> Response:
    return _error(request, 500, f"the sandbox itself failed: {failure!r}")


def _error(request: Request, status: int, message: str) -> Response:
    stand_in = request.app.state.sandbox.stand_in_at(request.url.path)
    if stand_in is not None:
        return stand_in.error(status, message)
    return JSONResponse({"error": message}, status)
