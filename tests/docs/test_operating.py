"""docs/operating.md tells all settings and commands there are, and none that are not."""

import re
from collections.abc import Iterator
from enum import Enum

import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr

from docs.reading import quoted, table, text
from pressrun.cli import COMMANDS, main
from pressrun.settings import Settings
from pressrun.web.api import health

PAGE = "docs/operating.md"
VERBS = {"user": ["create"], "token": ["create"]}


def settings() -> Iterator[tuple[str, str]]:
    """Environment name and default of every setting, as a person would write them."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        assert alias is None or isinstance(alias, str)
        yield alias or f"PRESSRUN_{name.upper()}", _written(field.default)


def _written(default: object) -> str:
    match default:
        case None:
            return ""
        case SecretStr():
            return default.get_secret_value()
        case Enum():
            return str(default.value)
        case tuple():
            return ",".join(f"{each:g}" for each in default)
        case _:
            return str(default)


def test_every_setting_is_told_with_its_default() -> None:
    told = {quoted(name)[0]: default for name, default, _ in table(PAGE, "Settings")}
    assert told == {name: f"`{default}`" if default else "*none*" for name, default in settings()}


def test_every_command_is_told() -> None:
    told = [quoted(command)[0] for command, _ in table(PAGE, "Commands")]
    assert told == [f"pressrun {name}" for name in COMMANDS]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = [about for command, about in table(PAGE, "Commands") if command == f"`pressrun {name}`"]
    with pytest.raises(SystemExit):
        main([name, *VERBS.get(name, []), "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options == set(re.findall(r"--[a-z-]+", row))


def test_health_checks_and_their_troubles_are_told() -> None:
    served = {route.path for route in health.router.routes if isinstance(route, APIRoute)}
    assert served == {quoted(address)[0] for address, _ in table(PAGE, "Logs, health, metrics")}


def test_variables_named_anywhere_exist() -> None:
    known = {name for name, _ in settings()} | {"PRESSRUN_PYTHON"}
    for page in (PAGE, "README.md", "README.ko.md", "docs/architecture.md", "docs/writing-a-connector.md"):
        assert set(re.findall(r"PRESSRUN_[A-Z0-9_]+", text(page))) <= known, page
