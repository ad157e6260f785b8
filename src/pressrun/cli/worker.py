"""`pressrun worker`: a worker alone; as many as wanted, over one PostgreSQL."""

import argparse
import asyncio
import signal
from typing import Any

from pressrun import bootstrap
from pressrun.cli.many import refuse_unready
from pressrun.kit import logs
from pressrun.settings import Settings


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("worker", help="a worker alone (PostgreSQL)")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Works until it is stopped."""
    logs.configure()
    settings = Settings()
    if refuse_unready(settings):
        return 1
    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    house = bootstrap.build(settings)
    async with bootstrap.running(house, bootstrap.worker(house)):
        await stopped.wait()
