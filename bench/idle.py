"""A real `pressrun up` that has nothing to do: memory, seconds until it is ready, share of one core."""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.figures import show
from bench.house import add_accounts, add_posts, future
from pressrun import bootstrap
from pressrun.settings import Settings
from pressrun.store.migrate import migrate

ACCOUNTS = 1000
STARTS = 5
SETTLE_SECONDS = 5.0
WINDOW_SECONDS = 30.0
READY_WITHIN = 60.0
STOP_WITHIN = 45.0
COLUMNS = ("future", "ready_seconds", "ready_cpu_seconds", "resident_mb", "idle_cpu_percent", "stop_seconds")


@dataclass(frozen=True)
class Sizes:
    """How much is measured, and for how long."""

    future: list[int]
    accounts: int = ACCOUNTS
    starts: int = STARTS
    settle: float = SETTLE_SECONDS
    window: float = WINDOW_SECONDS


@dataclass(frozen=True)
class Process:
    """A `pressrun up` that answers, and what it took to get there."""

    seen: psutil.Process
    ready_seconds: float
    ready_cpu_seconds: float


def main(given: Sequence[str] | None = None) -> None:
    """Measures, and prints one JSON line for each number of waiting posts, then a table."""
    sizes = _sizes(given)
    show([_measure(sizes, waiting) for waiting in sizes.future], COLUMNS)


def _sizes(given: Sequence[str] | None) -> Sizes:
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--future", type=int, nargs="+", default=[0, 1_000_000], help="posts that wait")
    parser.add_argument("--smoke", action="store_true", help="one start, a short look: whether it works at all")
    wanted = parser.parse_args(given)
    if wanted.smoke:
        return Sizes(future=[2000], accounts=30, starts=1, settle=0.5, window=1.0)
    return Sizes(future=wanted.future)


def _measure(sizes: Sizes, waiting: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder), sizes.accounts, waiting)
        with _running(Path(folder)):
            pass  # a first start makes what later ones find: tables, byte code, a warm disk
        ready, cpu = [], []
        for _ in range(sizes.starts - 1):
            with _running(Path(folder)) as process:
                ready.append(process.ready_seconds)
                cpu.append(process.ready_cpu_seconds)
        with _running(Path(folder)) as process:
            ready.append(process.ready_seconds)
            cpu.append(process.ready_cpu_seconds)
            time.sleep(sizes.settle)
            idle = _busy(process.seen, sizes.window)
            resident = process.seen.memory_info().rss
            begun = time.monotonic()
            process.seen.send_signal(signal.SIGTERM)
            process.seen.wait(STOP_WITHIN)
            stop = time.monotonic() - begun
    return {
        "bench": "idle",
        "future": waiting,
        "starts": sizes.starts,
        "ready_seconds": round(statistics.median(ready), 2),
        "ready_cpu_seconds": round(statistics.median(cpu), 2),
        "resident_mb": round(resident / 1_000_000, 1),
        "idle_cpu_percent": round(100 * idle, 2),
        "stop_seconds": round(stop, 2),
    }
