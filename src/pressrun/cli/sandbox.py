"""`pressrun sandbox`: stand-ins for every outside service, for rehearsals, the demo and tests."""

import argparse
from pathlib import Path
from typing import Any

from pressrun.sandbox.app import serve
from pressrun.settings import Settings


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("sandbox", help="stand-ins for every outside service")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=None, help="default: PRESSRUN_SANDBOX_PORT, 9100")
    parser.add_argument("--state", type=Path, default=None, help="a file that outlives a restart")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serves until it is stopped."""
    serve(arguments.host, arguments.port or Settings().sandbox_port, arguments.state)
    return 0
