"""The benches run from end to end on small numbers. How fast they were is nobody's business here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def smoke(bench: str) -> list[dict[str, Any]]:
    """The JSON lines of one bench's smoke run, in a process of its own."""
    command = [sys.executable, "-m", f"bench.{bench}", "--smoke"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def test_every_due_post_is_taken_up_exactly_once_on_every_side() -> None:
    pytest.importorskip("apscheduler", reason="the peer is in the dependency group `bench`")
    lines = smoke("dispatch")
    sides = [line for line in lines if "taken_up" in line]

    assert [line["side"] for line in sides] == [
        "pressrun",
        "apscheduler",
        "apscheduler, WAL",
        "apscheduler, WAL, row",
    ]
    assert sides[0]["posts"] == 30
    for line in sides:
        assert (line["future"], line["due"]) == (2000, 30)
        assert line["taken_up"] == 30
        assert line["p50"] <= line["p99"] <= line["max"]
    assert {line["side"] for line in lines} >= {f"{line['side']} / pressrun" for line in sides[1:]}


def test_an_idle_process_is_measured_while_posts_wait() -> None:
    (line,) = smoke("idle")

    assert line["future"] == 2000
    assert line["ready_least"] <= line["ready_seconds"]
    assert line["resident_mb"] > 0
    assert line["idle_cpu_percent"] >= 0


def test_every_post_goes_out_once_on_both_sides_of_the_publishing_bench() -> None:
    ours, floor, ratio = smoke("publish")
    assert (ours["side"], floor["side"]) == ("pressrun", "floor")
    assert (ours["posts"], floor["posts"]) == (12, 12)
    assert ratio["ratio"] > 0
