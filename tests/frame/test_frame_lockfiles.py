"""The lockfiles say exactly what is installed, and nothing about where one machine fetched it."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def npm_lock(project: Path) -> dict[str, Any]:
    return json.loads((project / "frontend/package-lock.json").read_text(encoding="utf-8"))


def test_the_npm_lockfile_names_no_host(project: Path) -> None:
    text = (project / "frontend/package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    assert '"resolved"' not in text


def test_every_locked_npm_package_carries_a_strong_checksum(npm_lock: dict[str, Any]) -> None:
    packages = {name: entry for name, entry in npm_lock["packages"].items() if name}
    assert packages
    weak = [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")]
    assert weak == []


def test_wanted_npm_versions_are_exact_and_are_the_locked_ones(
    project: Path, npm_lock: dict[str, Any]
) -> None:
    wanted = json.loads((project / "frontend/package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), wanted
    locked = {name: npm_lock["packages"][f"node_modules/{name}"]["version"] for name in wanted}
    assert locked == wanted


def test_each_shipped_package_ships_its_licence(project: Path) -> None:
    shipped = tomllib.loads((project / "frontend/shipped.toml").read_text(encoding="utf-8"))
    licensed = {
        (rule["package"], folder)
        for rule in shipped["copy"]
        for folder in shipped["folders"]
        if Path(rule["to"]).is_relative_to(folder) and any("LICENSE" in pattern for pattern in rule["from"])
    }
    used = {
        (rule["package"], folder)
        for rule in shipped["copy"]
        for folder in shipped["folders"]
        if Path(rule["to"]).is_relative_to(folder)
    }
    assert used == licensed


def test_the_python_lockfile_covers_every_declared_dependency(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    locked = tomllib.loads((project / "uv.lock").read_text(encoding="utf-8"))
    (ours,) = (package for package in locked["package"] if package["name"] == "pressrun")
    requested = {
        re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0].lower() for line in declared["project"]["dependencies"]
    }
    assert {entry["name"] for entry in ours["dependencies"]} == requested
    for group, lines in declared["dependency-groups"].items():
        names = {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0].lower() for line in lines}
        assert {entry["name"] for entry in ours["dev-dependencies"][group]} == names, group


def test_build_requirements_are_exact_because_no_lockfile_covers_them(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    loose = [line for line in declared["build-system"]["requires"] if "==" not in line]
    assert loose == []
