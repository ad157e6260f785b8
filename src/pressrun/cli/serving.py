"""Serving an application with uvicorn until a signal stops it, cleanly (S1.6)."""

import errno
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from pressrun.settings import Settings

GOODBYE_SECONDS = 5


class _Server(uvicorn.Server):
    """Answers while work in flight is finished: a platform may still be fetching media from here."""

    def __init__(self, config: uvicorn.Config, before_closing: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._before_closing = before_closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._before_closing()
        await super().shutdown(sockets)


async def _nothing() -> None:
    return


def serve(app: Any, settings: Settings, before_closing: Callable[[], Awaitable[None]] = _nothing) -> int:
    """Serves until SIGTERM or SIGINT, `before_closing` too. An address that is taken is said plainly."""
    try:
        listener = _listen(settings)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        address = f"{settings.host}:{settings.port}"
        print(f"Can't listen on {address}: {error.strerror}. Choose another PRESSRUN_PORT.", file=sys.stderr)
        print(f"{address} 주소를 열 수 없어요. PRESSRUN_PORT를 바꿔 주세요.", file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops at it, and then raises it once more for whoever was there before.
        signal.signal(number, _leave)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    _Server(config, before_closing).run(sockets=[listener])
    return 0


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((settings.host, settings.port))
    listener.set_inheritable(True)
    return listener
