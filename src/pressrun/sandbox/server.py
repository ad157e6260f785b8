"""A uvicorn server whose connections a stand-in can cut, and which stops promptly."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

CUT = "pressrun.sandbox.cut"
"""Name of the ASGI extension: a function that ends the connection of this request."""


class CuttableProtocol(H11Protocol):
    """Gives each request a way to end its TCP connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answered_by: Any = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                scope.setdefault("extensions", {})[CUT] = self.cut
            await answered_by(scope, receive, send)

        self.app = app

    def cut(self) -> None:
        """Close after what was already written; uvicorn then takes the request for disconnected."""
        self.cycle.disconnected = True
        self.transport.close()


class SandboxServer(uvicorn.Server):
    """Lets held requests (faults `hang` and `delay`) go before it waits for open connections."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=CuttableProtocol,
            ws="none",
            loop="asyncio",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        super().__init__(config)
        self._stopping: asyncio.Event = app.state.sandbox.stopping

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets)

    @property
    def port(self) -> int:
        """The port really listened on, also when port 0 was asked for."""
        return self.servers[0].sockets[0].getsockname()[1]


@contextlib.contextmanager
def in_thread(app: Starlette, *, host: str, port: int) -> Iterator[str]:
    """A listening server for the length of a `with` block; gives its address, such as http://127.0.0.1:9100."""
    server = SandboxServer(app, host=host, port=port)
    thread = threading.Thread(target=server.run, name="pressrun-sandbox", daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(timeout=0.005)
            if not thread.is_alive():
                raise RuntimeError(f"the sandbox could not listen on {host}:{port}")
        yield f"http://{host}:{server.port}"
    finally:
        server.should_exit = True
        thread.join()
