"""The scripts a person meets first: they parse, they can be run, and they say what is missing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPTS = ["bin/setup", "bin/demo", "bin/storm", "bin/test", "bin/check", ".ci/run"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_parses_and_is_executable(project: Path, name: str) -> None:
    script = project / name
    assert os.access(script, os.X_OK)
    shell = script.read_text(encoding="utf-8").splitlines()[0].split("/")[-1].removeprefix("env ")
    parsed = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (parsed.returncode, parsed.stderr) == (0, "")


def test_the_list_of_scripts_is_complete(project: Path) -> None:
    found = {f"bin/{path.name}" for path in (project / "bin").iterdir()} | {".ci/run"}
    assert found == set(SCRIPTS)


def fake_python(folder: Path, body: str) -> Path:
    path = folder / "fake-python"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def run_setup(
    checkout: Path, python: Path | str, path: str = "/usr/bin:/bin"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin/setup"],
        cwd="/",
        env={"PATH": path, "HOME": str(checkout), "PRESSRUN_PYTHON": str(python)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_setup_refuses_an_old_python_and_says_in_both_languages_what_to_install(
    bare_checkout: Path, tmp_path: Path
) -> None:
    ended = run_setup(bare_checkout, fake_python(tmp_path, "exit 1"))
    assert ended.returncode != 0
    assert "Python 3.11 이상을 설치" in ended.stderr
    assert "Install Python 3.11 or newer" in ended.stderr
    assert not (bare_checkout / ".venv").exists()


def test_setup_refuses_a_python_without_venv_and_names_the_package(
    bare_checkout: Path, tmp_path: Path
) -> None:
    without_venv = 'case "$2" in *ensurepip*) exit 1 ;; esac; exit 0'
    ended = run_setup(bare_checkout, fake_python(tmp_path, without_venv), path=path_without_uv(tmp_path))
    assert ended.returncode != 0
    assert "venv와 ensurepip이 들어 있는 패키지를 설치" in ended.stderr
    assert "Install the package with venv and ensurepip" in ended.stderr
    assert "python3-venv" in ended.stderr
    assert not (bare_checkout / ".venv").exists()


def path_without_uv(folder: Path) -> str:
    """The ordinary path with a uv in front that is too old to be used."""
    shadow = folder / "shadow"
    shadow.mkdir()
    uv = shadow / "uv"
    uv.write_text("#!/bin/sh\necho 'uv 0.4.30'\n", encoding="utf-8")
    uv.chmod(0o755)
    return f"{shadow}:/usr/bin:/bin"


HOLD_THE_LOCK = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_setup(bare_checkout: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of its setup of the same checkout; it goes on when its stdin closes."""
    (bare_checkout / ".cache").mkdir()
    command = [sys.executable, "-c", HOLD_THE_LOCK, bare_checkout / ".cache/setup.lock"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def python_up_to_the_lock(tmp_path: Path) -> Path:
    """A Python that takes the lock and then ends setup, because it has no venv."""
    return fake_python(
        tmp_path, f'case "$2" in *fcntl*) exec "{sys.executable}" "$@" ;; *venv*) exit 1 ;; esac'
    )


def test_setup_waits_for_the_setup_that_is_under_way(
    bare_checkout: Path, tmp_path: Path, other_setup: subprocess.Popen[str], python_up_to_the_lock: Path
) -> None:
    environment = {"PATH": path_without_uv(tmp_path), "PRESSRUN_PYTHON": str(python_up_to_the_lock)}
    with subprocess.Popen([bare_checkout / "bin/setup"], env=environment, stderr=subprocess.PIPE) as setup:
        with pytest.raises(subprocess.TimeoutExpired):
            setup.wait(0.5)
        other_setup.kill()
        assert b"python3-venv" in setup.communicate(timeout=10)[1]


def test_a_killed_setup_leaves_nothing_in_the_way_of_the_next_one(
    bare_checkout: Path, tmp_path: Path, other_setup: subprocess.Popen[str], python_up_to_the_lock: Path
) -> None:
    other_setup.kill()
    other_setup.wait()
    ended = run_setup(bare_checkout, python_up_to_the_lock, path=path_without_uv(tmp_path))
    assert "python3-venv" in ended.stderr
