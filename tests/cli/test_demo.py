"""`pressrun demo --once`: real processes, real posts on the sandbox, and the truth in its exit status."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pressrun.cli.demo import STOPPED

KINDS = ["carousel", "image_post", "tweet", "thread"]
PATIENCE_SECONDS = 120


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PRESSRUN_")}
    inherited.pop("ANTHROPIC_API_KEY", None)
    ports = {"PRESSRUN_PORT": free_port(), "PRESSRUN_SANDBOX_PORT": free_port()}
    return inherited | {"PRESSRUN_DATA": str(folder / "data")} | ports | more


def demo(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pressrun", "demo", "--once", *arguments]


def test_one_of_each_kind_is_published_and_seen(tmp_path: Path) -> None:
    title = "아침을 여는 다섯 가지 습관"
    done = subprocess.run(
        demo("--json", "--title", title),
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [row["kind"] for row in rows] == KINDS
    for row in rows:
        assert set(row) == {"kind", "title", "account", "status", "permalink", "seconds"}
        assert row["title"].startswith(title)
        assert row["status"] == "published"
        assert row["permalink"].startswith("http://127.0.0.1:")
        assert row["seconds"] > 0
    assert len({row["permalink"] for row in rows}) == len(KINDS)
    assert "Traceback" not in (tmp_path / "data" / "demo.log").read_text()


def test_a_sandbox_that_can_not_start_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            demo(),
            env=environment(tmp_path, PRESSRUN_SANDBOX_PORT=port),
            cwd=tmp_path,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert "`pressrun sandbox` did not start" in done.stderr.decode()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_its_processes_end_with_it(tmp_path: Path, told: signal.Signals) -> None:
    chosen = environment(tmp_path)
    with subprocess.Popen(
        demo("--json"),
        env=chosen,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(told)
        _, told_us = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == STOPPED
    assert b"Traceback" not in told_us
    for port in (chosen["PRESSRUN_PORT"], chosen["PRESSRUN_SANDBOX_PORT"]):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0
