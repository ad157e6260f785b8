"""Image posts a second through the whole of Pressrun, beside a bare loop of the same calls (the floor)."""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bench import bare_loop, full_house
from bench.figures import show
from bench.processes import free_port, running_pressrun, running_sandbox

AT_ONCE = 10
PATIENCE = timedelta(minutes=15)
LOOK_SECONDS = 0.25
COLUMNS = ("side", "answer_ms", "posts", "seconds", "posts_a_second")


@dataclass(frozen=True)
class Sizes:
    """How much is published, by how many, with what time to answer in milliseconds, how often over."""

    posts: int
    accounts: int
    answer_ms: Sequence[int]
    rounds: int


def main(given: Sequence[str] | None = None) -> None:
    """Measures, and prints one JSON line for each side and each ratio, then a table."""
    sizes = _sizes(given)
    lines: list[dict[str, Any]] = []
    for answer_ms in sizes.answer_ms:
        ours, floor = _both_sides(sizes, answer_ms)
        lines += [ours, floor, _ratio(ours, floor)]
    show(lines, (*COLUMNS, "ratio"))


def _sizes(given: Sequence[str] | None) -> Sizes:
    parser = argparse.ArgumentParser(prog="python -m bench.publish", description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--answer-ms", type=int, nargs="+", default=[0, 300])
    parser.add_argument("--rounds", type=int, default=1, help="the median of so many, in turns")
    parser.add_argument("--smoke", action="store_true", help="12 posts: whether it works at all")
    wanted = parser.parse_args(given)
    if wanted.smoke:
        return Sizes(posts=12, accounts=4, answer_ms=[20], rounds=1)
    return Sizes(wanted.posts, wanted.accounts, wanted.answer_ms, wanted.rounds)


def _both_sides(sizes: Sizes, answer_ms: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """In turns, so that whatever else the machine does meets both."""
    ours, floor = [], []
    for _ in range(sizes.rounds):
        with _slow_sandbox(answer_ms) as sandbox_url:
            ours.append(_pressrun(sizes, sandbox_url))
        with _slow_sandbox(answer_ms) as sandbox_url:
            floor.append(asyncio.run(bare_loop.measure(sandbox_url, sizes.posts, sizes.accounts, AT_ONCE)))
    return _line("pressrun", answer_ms, sizes, ours), _line("floor", answer_ms, sizes, floor)


def _ratio(ours: dict[str, Any], floor: dict[str, Any]) -> dict[str, Any]:
    """How many times faster the bare loop is."""
    ratio = round(floor["posts_a_second"] / ours["posts_a_second"], 3)
    return {"bench": "publish", "side": "floor / pressrun", "answer_ms": ours["answer_ms"], "ratio": ratio}


def _line(side: str, answer_ms: int, sizes: Sizes, seconds: Sequence[float]) -> dict[str, Any]:
    median = statistics.median(seconds)
    return {
        "bench": "publish",
        "side": side,
        "answer_ms": answer_ms,
        "posts": sizes.posts,
        "seconds": round(median, 2),
        "posts_a_second": round(sizes.posts / median, 2),
    }


@contextmanager
def _slow_sandbox(answer_ms: int) -> Iterator[str]:
    with running_sandbox() as url:
        if answer_ms:
            delay = {"kind": "delay", "ms": answer_ms}
            fault = {"platform": "instagram", "match": {}, "effect": delay, "times": None}
            httpx.post(f"{url}/_sandbox/faults", json=fault).raise_for_status()
        yield url


def _pressrun(sizes: Sizes, sandbox_url: str) -> float:
    """Seconds from the first attempt to the last post that is out; every post must be."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        settings = {
            "PRESSRUN_SANDBOX_URL": sandbox_url,
            "PRESSRUN_POSTS_PER_HOUR": str(sizes.posts),
            "PRESSRUN_PUBLISHING_AT_ONCE": str(AT_ONCE),
        }
        store = full_house.fill(folder, port, sandbox_url, posts=sizes.posts, accounts=sizes.accounts)
        try:
            with running_pressrun(folder, settings, port=port):
                _await_all(full_house.Progress(store), sizes.posts)
            return full_house.Progress(store).seconds()
        finally:
            store.engine.dispose()


def _await_all(progress: full_house.Progress, wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while progress.published() < wanted:
        if time.monotonic() > deadline:
            raise RuntimeError(
                f"only {progress.published()} of {wanted} posts went out: {progress.statuses()}"
            )
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
