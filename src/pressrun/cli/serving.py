"""Serving an application with uvicorn until a signal stops it, cleanly (S1.6)."""

import errno
import socket
import sys
from typing import Any

import uvicorn

from pressrun.settings import Settings

GOODBYE_SECONDS = 5


def serve(app: Any, settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT. An address that is taken is said plainly."""
    try:
        listener = _listen(settings)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        address = f"{settings.host}:{settings.port}"
        print(f"Can't listen on {address}: {error.strerror}. Choose another PRESSRUN_PORT.", file=sys.stderr)
        print(f"{address} 주소를 열 수 없어요. PRESSRUN_PORT를 바꿔 주세요.", file=sys.stderr)
        return 1
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((settings.host, settings.port))
    listener.set_inheritable(True)
    return listener
