"""docs/licences.md names every package that Pressrun ships or needs."""

import json
import re
import tomllib

from docs.reading import quoted, table, text

PAGE = "docs/licences.md"


def test_every_dependency_is_named_with_its_licence() -> None:
    needed = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    names = [re.split(r"[^\w.-]", requirement)[0] for requirement in needed]
    told = {quoted(name)[0]: licence for name, licence in table(PAGE, "What it depends on")}
    assert list(told) == names
    assert all(told.values())


def test_every_shipped_package_is_named_with_the_licence_of_its_lockfile() -> None:
    packages = json.loads(text("frontend/package-lock.json"))["packages"]
    locked = {
        name.removeprefix("node_modules/"): package["license"] for name, package in packages.items() if name
    }
    told = {quoted(name)[0]: licence for name, licence, _ in table(PAGE, "What the package ships of others")}
    # npm metadata writes it in two ways; SPDX's name is 0BSD.
    assert told == {name: licence.replace("BSD-0-Clause", "0BSD") for name, licence in locked.items()}
