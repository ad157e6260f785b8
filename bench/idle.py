"""A real `pressrun up` that has nothing to do: memory, seconds until it is ready, share of one core."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.figures import show
from bench.house import add_accounts, add_posts, future
from bench.processes import running_pressrun
from pressrun import bootstrap
from pressrun.settings import Settings
from pressrun.store.migrate import migrate

ACCOUNTS = 1000
STARTS = 5
SETTLE_SECONDS = 5.0
WINDOW_SECONDS = 30.0
COLUMNS = (
    "future",
    "ready_seconds",
    "ready_least",
    "ready_cpu",
    "bare_seconds",
    "bare_least",
    "resident_mb",
    "idle_cpu_percent",
)


@dataclass(frozen=True)
class Sizes:
    """How much is measured, and for how long."""

    future: list[int]
    accounts: int = ACCOUNTS
    starts: int = STARTS
    settle: float = SETTLE_SECONDS
    window: float = WINDOW_SECONDS


def main(given: Sequence[str] | None = None) -> None:
    """Measures, and prints one JSON line for each number of waiting posts, then a table."""
    sizes = _sizes(given)
    show([_measure(sizes, waiting) for waiting in sizes.future], COLUMNS)


def _sizes(given: Sequence[str] | None) -> Sizes:
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--future", type=int, nargs="+", default=[0, 1_000_000], help="posts that wait")
    parser.add_argument(
        "--smoke", action="store_true", help="one start, a short look: whether it works at all"
    )
    wanted = parser.parse_args(given)
    if wanted.smoke:
        return Sizes(future=[2000], accounts=30, starts=1, settle=0.5, window=1.0)
    return Sizes(future=wanted.future)


def _measure(sizes: Sizes, waiting: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder, sizes.accounts, waiting)
        with running_pressrun(folder):
            pass  # a first start makes what later ones find: the engine's tables, byte code, a warm disk
        # In turns, so that whatever else the machine does meets both.
        ready, bare = zip(*((_until_ready(folder), _bare_start()) for _ in range(sizes.starts)), strict=True)
        with running_pressrun(folder) as process:
            time.sleep(sizes.settle)
            idle = _share_of_core(process, sizes.window)
            resident = process.memory_info().rss
    return {
        "bench": "idle",
        "future": waiting,
        "starts": sizes.starts,
        "ready_seconds": round(statistics.median(seconds for seconds, _ in ready), 2),
        "ready_least": round(min(seconds for seconds, _ in ready), 2),
        "ready_cpu": round(statistics.median(cpu for _, cpu in ready), 2),
        "bare_seconds": round(statistics.median(bare), 2),
        "bare_least": round(min(bare), 2),
        "resident_mb": round(resident / 1_000_000, 1),
        "idle_cpu_percent": round(100 * idle, 2),
    }


def _fill(folder: Path, account_count: int, waiting: int) -> None:
    store = bootstrap.open_store(Settings(data=folder))
    migrate(store.engine)
    add_accounts(store, account_count)
    add_posts(store, future(waiting, store.clock.now()))
    store.engine.dispose()


def _bare_start() -> float:
    """Seconds that Python takes to import the two frameworks and nothing of ours: a yardstick."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", "import dbos, fastapi"], check=True)
    return time.monotonic() - started


def _until_ready(folder: Path) -> tuple[float, float]:
    """Seconds from start until it answers, and how many of them it had a core."""
    started = time.monotonic()
    with running_pressrun(folder) as process:
        return time.monotonic() - started, _cpu(process)


def _share_of_core(process: psutil.Process, seconds: float) -> float:
    before, begun = _cpu(process), time.monotonic()
    time.sleep(seconds)
    return (_cpu(process) - before) / (time.monotonic() - begun)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
