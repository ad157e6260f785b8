"""Posts due at one instant: how late each is taken up, beside APScheduler 3 in the same run."""

import argparse
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import with_apscheduler, with_pressrun
from bench.figures import lateness, show

LEAD = timedelta(seconds=25)
PEER_LEAD = timedelta(seconds=5)
PATIENCE = timedelta(seconds=90)
SMOKE_LEAD = timedelta(seconds=2)
COLUMNS = ("side", "future", "due", "taken_up", "p50", "p99", "max")


def main(given: Sequence[str] | None = None) -> None:
    """Measures, and prints one JSON line for each side and each ratio, then a table."""
    wanted = _arguments(given)
    lines: list[dict[str, Any]] = []
    for waiting in wanted.future:
        ours, *theirs = _both_sides(wanted, waiting)
        lines += [ours, *theirs, *(_ratio(ours, peer) for peer in theirs)]
    show(lines, COLUMNS)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.dispatch", description=__doc__)
    parser.add_argument("--future", type=int, nargs="+", default=[0, 1_000_000], help="posts that wait")
    parser.add_argument("--due", type=int, default=1000, help="posts due at one instant")
    parser.add_argument("--smoke", action="store_true", help="30 due, 2,000 waiting: whether it works at all")
    wanted = parser.parse_args(given)
    wanted.lead = LEAD
    if wanted.smoke:
        wanted.future, wanted.due, wanted.lead = [2000], 30, SMOKE_LEAD
    return wanted


def _both_sides(wanted: argparse.Namespace, waiting: int) -> list[dict[str, Any]]:
    sizes: dict[str, Any] = {"due": wanted.due, "waiting": waiting, "patience": PATIENCE}
    with tempfile.TemporaryDirectory() as folder:
        ours = with_pressrun.measure(Path(folder), **sizes, lead=wanted.lead)
    lines = [_line("pressrun", wanted, waiting, ours.lateness) | {"posts": len(set(ours.post_ids))}]
    for variant in with_apscheduler.VARIANTS:
        with tempfile.TemporaryDirectory() as folder:
            late = with_apscheduler.measure(Path(folder), **sizes, lead=PEER_LEAD, variant=variant)
        lines.append(_line(variant.side, wanted, waiting, late))
    return lines


def _line(side: str, wanted: argparse.Namespace, waiting: int, late: list[float]) -> dict[str, Any]:
    return {
        "bench": "dispatch",
        "side": side,
        "future": waiting,
        "due": wanted.due,
        "taken_up": len(late),
        **lateness(late),
    }


def _ratio(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """How many times later the peer was."""
    ratios = {column: round(theirs[column] / ours[column], 1) for column in ("p50", "p99", "max")}
    return {"bench": "dispatch", "side": f"{theirs['side']} / pressrun", "future": ours["future"], **ratios}


if __name__ == "__main__":
    main()
