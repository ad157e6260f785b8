"""`pressrun migrate`: brings the database to this version's schema."""

import argparse
from typing import Any

from pressrun import bootstrap
from pressrun.engine import durable
from pressrun.settings import Settings
from pressrun.store.migrate import HEAD, migrate


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("migrate", help="bring the database to this version's schema")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Migrates, or says that there is nothing to do."""
    settings = Settings()
    changed = migrate(bootstrap.open_store(settings).engine)
    durable.migrate(bootstrap.database_url(settings))
    print(f"schema {HEAD}" + ("" if changed else " already"))
    return 0
