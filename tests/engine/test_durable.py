"""Durable work across the deaths of real processes, on both databases (DESIGN.md 4, ENGINE.md 4.6)."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import life

PATIENCE_SECONDS = 30


class Process:
    """A running `life.py`."""

    def __init__(self, url: str, folder: Path, executor_id: str) -> None:
        self._log = folder / f"{executor_id}.log"
        with self._log.open("w") as log:
            self._popen = subprocess.Popen(
                [sys.executable, life.__file__, url, str(folder), executor_id],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._answer()

    def ask(self, do: str, **values: Any) -> dict[str, Any]:
        assert self._popen.stdin is not None
        self._popen.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self._popen.stdin.flush()
        return self._answer()

    def ends(self) -> int:
        """Waits for the end after `stop`."""
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        return self._popen.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            assert pipe is not None
            pipe.close()

    @property
    def log(self) -> str:
        return self._log.read_text()

    def _answer(self) -> dict[str, Any]:
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        assert line, self.log
        return json.loads(line)


Begin = Callable[[str], Process]


@pytest.fixture
def begin(database_url: str, tmp_path: Path) -> Iterator[Begin]:
    """Starts a process with this executor id; all end with the test."""
    started: list[Process] = []

    def begun(executor_id: str) -> Process:
        started.append(Process(database_url, tmp_path, executor_id))
        return started[-1]

    yield begun
    for process in started:
        process.kill()


@pytest.fixture
def marks(tmp_path: Path) -> Callable[[], list[str]]:
    path = tmp_path / "marks"
    return lambda: path.read_text().splitlines() if path.exists() else []


def wait_for(mark: str, marks: Callable[[], list[str]], *, times: int = 1) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sum(each.startswith(mark) for each in marks()) < times:
        assert time.monotonic() < deadline, (mark, marks())
        time.sleep(0.02)


Marks = Callable[[], list[str]]


def test_work_runs_once_for_each_id_and_only_if_its_transaction_was_kept(begin: Begin, marks: Marks) -> None:
    process = begin("a")
    process.ask("enqueue", kind="count", work_id="undone", name="undone", keep=False)
    process.ask("enqueue", kind="count", work_id="one", name="one")
    process.ask("enqueue", kind="count", work_id="one", name="one again")
    wait_for("one", marks)
    process.ask("enqueue", kind="count", work_id="one", name="one after its end")
    process.ask("enqueue", kind="count", work_id="two", name="two")
    wait_for("two", marks)
    assert sorted(marks()) == ["one", "two"]


def test_what_a_killed_process_had_done_is_remembered_by_the_one_that_takes_over(
    begin: Begin, marks: Marks, tmp_path: Path
) -> None:
    dying = begin("dying")
    dying.ask("enqueue", kind="stages", work_id="work", name="w")
    wait_for("w work", marks)
    dying.kill()
    heir = begin("heir")
    assert heir.ask("unfinished", work_ids=["work", "never"])["found"] == ["work"]
    assert heir.ask("take_over", executor_id="dying")["resumed"] == 1
    wait_for("w second begins", marks, times=2)
    (tmp_path / "w").touch()
    wait_for("w third", marks)
    assert marks().count("w first") == 1
    assert marks().count("w second ends") == 1
    assert heir.ask("take_over", executor_id="dying")["resumed"] == 0


def test_stopping_lets_the_step_in_flight_end_and_leaves_the_rest(
    begin: Begin, marks: Marks, tmp_path: Path
) -> None:
    leaving = begin("leaving")
    leaving.ask("enqueue", kind="stages", work_id="work", name="w")
    wait_for("w work", marks)
    (tmp_path / "w").touch()
    leaving.ask("stop", grace=20)
    assert leaving.ends() == 0, leaving.log
    assert marks()[-1] == "w second ends"
    assert "Traceback" not in leaving.log
    heir = begin("heir")
    assert heir.ask("take_over", executor_id="leaving")["resumed"] == 1
    wait_for("w third", marks)
    assert [marks().count(mark) for mark in ("w first", "w second begins")] == [1, 1]


def test_stopping_waits_no_longer_than_its_grace(begin: Begin, marks: Marks, tmp_path: Path) -> None:
    leaving = begin("leaving")
    leaving.ask("enqueue", kind="stages", work_id="work", name="w")
    wait_for("w work", marks)
    started = time.monotonic()
    leaving.ask("stop", grace=0.2)
    assert time.monotonic() - started < 10
    assert "w second ends" not in marks()
    leaving.kill()
    heir = begin("heir")
    (tmp_path / "w").touch()
    assert heir.ask("take_over", executor_id="leaving")["resumed"] == 1
    wait_for("w third", marks)


def test_only_what_ended_is_forgotten(begin: Begin, marks: Marks) -> None:
    process = begin("a")
    process.ask("enqueue", kind="count", work_id="ended", name="ended")
    process.ask("enqueue", kind="stages", work_id="going on", name="w")
    wait_for("ended", marks)
    wait_for("w going on", marks)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.ask("unfinished", work_ids=["ended", "going on"])["found"] != ["going on"]:
        assert time.monotonic() < deadline
    assert process.ask("unfinished", work_ids=[])["found"] == []
    assert process.ask("prune", hours=-1)["pruned"] == 0
    assert process.ask("prune", hours=1)["pruned"] == 1
    assert process.ask("prune", hours=1)["pruned"] == 0
    assert process.ask("unfinished", work_ids=["going on"])["found"] == ["going on"]
