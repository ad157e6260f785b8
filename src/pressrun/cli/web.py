"""`pressrun web`: the web server alone, beside workers, over one PostgreSQL."""

import argparse
from typing import Any

from pressrun import bootstrap
from pressrun.cli.many import refuse_unready
from pressrun.cli.serving import serve
from pressrun.kit import logs
from pressrun.settings import Settings


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("web", help="the web server alone (PostgreSQL)")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Serves until it is stopped."""
    logs.configure()
    settings = Settings()
    if refuse_unready(settings):
        return 1
    house = bootstrap.build(settings)
    return serve(bootstrap.web_app(house), settings)
