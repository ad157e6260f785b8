"""`pressrun user create`, `token create` and `migrate`, as a person types them."""

import io
from pathlib import Path

import pytest

from pressrun import bootstrap
from pressrun.cli import main
from pressrun.domain.user import Role
from pressrun.settings import Settings
from pressrun.store import tokens, users


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRESSRUN_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("PRESSRUN_DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\nnext line\n"))


def create(email: str = "alice@example.com") -> int:
    return main(["user", "create", "--email", email, "--password-stdin", "--role", "owner"])


@pytest.mark.usefixtures("typed")
def test_a_login_is_made_and_only_its_id_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert create() == 0
    user_id = capsys.readouterr().out.strip()
    store = bootstrap.open_store(Settings())
    with store.read() as tx:
        assert users.get(tx, user_id).role is Role.OWNER
    store.engine.dispose()


@pytest.mark.usefixtures("typed")
def test_a_token_is_made_and_only_it_printed(capsys: pytest.CaptureFixture[str]) -> None:
    create()
    capsys.readouterr()
    assert main(["token", "create", "--user", "alice@example.com", "--name", "ci", "--scope", "read"]) == 0
    printed = capsys.readouterr().out.strip()
    store = bootstrap.open_store(Settings())
    with store.read() as tx:
        found = tokens.find(tx, printed)
    store.engine.dispose()
    assert found is not None
    assert found[0].scope == "read"


@pytest.mark.usefixtures("typed")
def test_what_is_wrong_is_said_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert create("no address") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "That is not an e-mail address." in said.err
    assert "이메일 주소가 아니에요." in said.err


def test_a_token_for_nobody_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "create", "--user", "nobody@example.com", "--name", "ci"]) == 1
    assert "There is no such person." in capsys.readouterr().err


def test_migrating_twice_says_that_there_was_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert main(["migrate"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert second == f"{first} already"
