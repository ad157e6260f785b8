"""`pressrun up`: web and worker in one process, on one folder of data."""

import argparse
import sys
from typing import Any

from pressrun import bootstrap
from pressrun.cli.serving import serve
from pressrun.kit import logs
from pressrun.settings import Settings
from pressrun.store.migrate import migrate


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("up", help="web and worker in one process")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Serves until it is stopped; brings its database up to date by itself."""
    logs.configure()
    settings = Settings()
    try:
        lock = bootstrap.lock_data_folder(settings.data)
    except bootstrap.AlreadyRunning:
        folder = settings.data.resolve()
        print(f"Pressrun already runs on {folder}. Stop it, or set PRESSRUN_DATA.", file=sys.stderr)
        print(f"{folder} 폴더에서 이미 실행 중이에요. 멈추거나 PRESSRUN_DATA를 바꿔 주세요.", file=sys.stderr)
        return 1
    with lock:
        house = bootstrap.build(settings)
        migrate(house.workspace.store.engine)
        worker = bootstrap.worker(house)
        return serve(bootstrap.web_app(house, worker), settings, before_closing=worker.drain)
