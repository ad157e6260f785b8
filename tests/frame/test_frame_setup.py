"""When bin/setup works and when it does nothing, seen from a stand-in for the installer it calls."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FAKE_UV = """#!/bin/sh
if [ "$1" = --version ]; then echo 'uv 0.13.8'; exit; fi
echo "$@" >>"{notes}"
[ -e "{broken}" ] && exit 1
mkdir -p .venv/bin .cache src/pressrun/web/static/vendor src/pressrun/rendering/fonts
touch .cache/vendored.json .venv/bin/python
chmod +x .venv/bin/python
for po in $(find src -name '*.po'); do touch "${{po%.po}}.mo"; done
"""

Setup = Callable[..., list[str]]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """While this file exists, the installer fails."""
    return tmp_path / "broken"


@pytest.fixture
def setup(bare_checkout: Path, tmp_path: Path, broken: Path) -> Setup:
    """Run bin/setup with these groups; what the installer was asked for in this run."""
    notes = tmp_path / "notes"
    (tmp_path / "tools").mkdir()
    uv = tmp_path / "tools/uv"
    uv.write_text(FAKE_UV.format(notes=notes, broken=broken), encoding="utf-8")
    uv.chmod(0o755)

    def run(*groups: str, succeeds: bool = True) -> list[str]:
        notes.write_text("", encoding="utf-8")
        ended = subprocess.run(
            [bare_checkout / "bin/setup", *groups],
            cwd="/",
            env={"PATH": f"{tmp_path}/tools:/usr/bin:/bin", "PRESSRUN_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert (ended.returncode == 0) is succeeds, ended.stderr
        return notes.read_text(encoding="utf-8").splitlines()

    return run


def test_the_first_setup_installs_the_locked_versions_and_the_second_does_nothing(setup: Setup) -> None:
    (asked,) = setup()
    assert asked.startswith("sync --frozen --no-default-groups ")
    assert setup() == []


@pytest.mark.parametrize(
    "name",
    ["uv.lock", "pyproject.toml", "hatch_build.py", "frontend/package-lock.json", "frontend/shipped.toml"],
)
def test_a_change_of_what_is_built_from_sets_up_again(setup: Setup, bare_checkout: Path, name: str) -> None:
    setup()
    with (bare_checkout / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert len(setup()) == 1
    assert setup() == []


def test_a_new_or_changed_translation_sets_up_again(setup: Setup, bare_checkout: Path) -> None:
    setup()
    source = bare_checkout / "src/pressrun/web/locale/ko/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    for text in ("one", "two"):
        source.write_text(text, encoding="utf-8")
        assert len(setup()) == 1
        assert setup() == []


@pytest.mark.parametrize(
    "made",
    [
        ".cache/vendored.json",
        ".venv/bin/python",
        "src/pressrun/web/static/vendor",
        "src/pressrun/rendering/fonts",
    ],
)
def test_what_was_removed_is_made_again(setup: Setup, bare_checkout: Path, made: str) -> None:
    setup()
    (bare_checkout / made).rename(bare_checkout / "away")
    assert len(setup()) == 1


def test_a_group_is_added_when_first_asked_for_and_kept_by_those_who_need_less(
    setup: Setup, bare_checkout: Path
) -> None:
    (plain,) = setup()
    assert "--group" not in plain
    (with_dev,) = setup("dev")
    assert "--group dev" in with_dev
    assert setup() == []
    (bare_checkout / "uv.lock").write_text("changed", encoding="utf-8")
    (again,) = setup()
    assert "--group dev" in again


def test_after_a_failed_setup_the_next_one_tries_again_even_if_the_change_is_taken_back(
    setup: Setup, bare_checkout: Path, broken: Path
) -> None:
    setup()
    lockfile = bare_checkout / "uv.lock"
    before = lockfile.read_bytes()
    lockfile.write_text("changed", encoding="utf-8")
    broken.touch()
    assert len(setup(succeeds=False)) == 1
    lockfile.write_bytes(before)
    broken.unlink()
    assert len(setup()) == 1


def test_a_moved_checkout_is_set_up_again_because_its_scripts_name_the_old_place(
    setup: Setup, bare_checkout: Path
) -> None:
    setup()
    stamp = bare_checkout / ".venv/.pressrun-setup"
    stamp.write_text(
        stamp.read_text(encoding="utf-8").replace(str(bare_checkout), "/elsewhere"), encoding="utf-8"
    )
    assert len(setup()) == 1
