"""docs/architecture.md is the program's own shape: layers, folders, states, requirements."""

import re
import tomllib
from typing import Any

from docs.reading import PACKAGE, code_blocks, quoted, section, table, text
from pressrun.domain.post import TRANSITIONS, PostStatus

PAGE = "docs/architecture.md"
REQUIREMENTS = {"S0": 7, "S1": 6, "S2": 13, "S3": 6, "S4": 6}


def contract() -> dict[str, Any]:
    settings = tomllib.loads(text("pyproject.toml"))
    (layers,) = [each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers"]
    return layers


def folders() -> set[str]:
    """Every package, two levels deep; a provider and a stand-in are described by their own page."""
    packages = {path.parent.relative_to(PACKAGE) for path in PACKAGE.glob("*/__init__.py")}
    packages |= {path.parent.relative_to(PACKAGE) for path in PACKAGE.glob("*/*/__init__.py")}
    return {f"{path}/" for path in packages if path.parent.name != "sandbox"}


def test_the_layers_are_those_that_the_build_enforces() -> None:
    assert code_blocks(PAGE)[0].split("\n")[:-1] == contract()["layers"]


def test_every_layer_is_a_part_of_the_program_and_every_part_has_a_layer() -> None:
    layers = {part for line in code_blocks(PAGE)[0].splitlines() for part in line.split(" | ")}
    parts = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    parts |= {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    assert layers | {"sandbox"} == parts


def test_every_folder_is_described_and_only_what_is_there() -> None:
    described = re.findall(r"^- \*\*`([\w/]+)`\*\* \S", section(PAGE, "The folders"), re.MULTILINE)
    assert set(described) == folders()
    assert len(described) == len(set(described))


def test_the_states_of_a_post_and_their_events_are_those_of_the_domain() -> None:
    told = {
        (quoted(status)[0], event.strip(), quoted(following)[0])
        for status, steps in table(PAGE, "The life of a post")
        if "→" in steps
        for event, following in (step.split("→") for step in steps.split(","))
    }
    assert told == {(was.value, event.value, then.value) for (was, event), then in TRANSITIONS.items()}
    listed = [quoted(status)[0] for status, _ in table(PAGE, "The life of a post")]
    assert listed == [status.value for status in PostStatus]


def test_every_requirement_has_a_place_or_is_said_to_have_none() -> None:
    told = [
        name
        for ids, _, where in table(PAGE, "Where do I find …")
        for name in ids.split(", ")
        if where.strip()
    ]
    asked = [f"{part}.{number}" for part, count in REQUIREMENTS.items() for number in range(1, count + 1)]
    assert sorted(told) == sorted(asked)


def test_every_module_that_a_folder_is_described_by_is_there() -> None:
    for line in section(PAGE, "The folders").splitlines():
        if described := re.match(r"- \*\*`([\w/]+)`\*\* ", line):
            modules = [words for words in quoted(line) if re.fullmatch(r"\w+\.py", words)]
            for module in modules:
                assert (PACKAGE / described[1] / module).exists(), f"{described[1]}{module}"


def test_paths_of_the_source_that_are_named_without_their_root_are_there() -> None:
    top = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    for words in quoted(text(PAGE)):
        if "/" in words and words.split("/")[0] in top:
            assert (PACKAGE / words).exists(), words
