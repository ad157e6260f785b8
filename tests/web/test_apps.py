"""`/api/apps`: the keys of a person's own apps, which go in and never come out (S2.7)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

import makers
from pressrun.actions import apps
from pressrun.actions.base import Workspace
from pressrun.connectors.base import App
from pressrun.domain.problems import Problem
from pressrun.domain.user import Role
from pressrun.store import schema
from pressrun.store.database import Store
from pressrun.web.app import create_app
from pressrun.web.auth import COOKIE

WAY = "/api/apps/instagram/facebook"
KEYS = {"client_id": "1234567890", "client_secret": "s3cret-of-the-app"}


@pytest.fixture
def rehearsing(workspace: Workspace, store: Store) -> Iterator[TestClient]:
    """The owner's browser at a Pressrun that talks to the sandbox."""
    app = create_app(
        replace(workspace, sandbox_app=App("demo", "demo-secret")), own_url="http://127.0.0.1:8000"
    )
    session = makers.make_session(store, makers.make_user(store, "Alice", Role.OWNER))
    with TestClient(app, cookies={COOKIE: session}) as browser:
        yield browser


def used(workspace: Workspace) -> App:
    with workspace.store.read() as tx:
        return apps.app_for(tx, workspace, "instagram", "facebook")


def test_every_way_to_sign_in_says_what_is_missing_and_which_address_to_register(alice: TestClient) -> None:
    (way,) = alice.get("/api/apps").json()["items"]
    assert way == {
        "platform": "instagram",
        "sign_in": "facebook",
        "source": "missing",
        "client_id": "",
        "redirect_uri": "http://testserver/accounts/connect/callback",
        "changed_at": None,
    }


def test_keys_are_kept_used_and_never_answered_back(alice: TestClient, workspace: Workspace) -> None:
    kept = alice.put(WAY, json=KEYS)
    assert (kept.status_code, kept.json()["source"], kept.json()["client_id"]) == (200, "own", "1234567890")
    assert used(workspace) == App("1234567890", "s3cret-of-the-app")
    shown = kept.text + alice.get(WAY).text + alice.get("/api/apps").text
    assert "s3cret" not in shown


def test_the_secret_lies_encrypted_in_the_database(alice: TestClient, store: Store) -> None:
    alice.put(WAY, json=KEYS)
    with store.read() as tx:
        assert b"s3cret" not in tx.value(sa.select(schema.app.c.client_secret))
        (event,) = tx.rows(sa.select(schema.event).where(schema.event.c.kind == "app.changed"))
    assert "s3cret" not in str(dict(event))


def test_a_secret_left_out_stays_with_its_client_id_and_no_other(
    alice: TestClient, workspace: Workspace
) -> None:
    alice.put(WAY, json=KEYS)
    assert alice.put(WAY, json={"client_id": KEYS["client_id"]}).status_code == 200
    assert used(workspace).client_secret == KEYS["client_secret"]
    other = alice.put(WAY, json={"client_id": "another"})
    assert (other.status_code, other.json()["code"]) == (422, "app_key_missing")
    assert other.json()["errors"][0]["field"] == "client_secret"
    assert used(workspace) == App(**KEYS)


def test_an_app_may_have_no_secret(alice: TestClient, workspace: Workspace) -> None:
    assert alice.put(WAY, json={"client_id": "public", "client_secret": ""}).status_code == 200
    assert used(workspace) == App("public")


@pytest.mark.parametrize("client_id", ["", "   "])
def test_an_app_needs_a_client_id(alice: TestClient, client_id: str) -> None:
    answer = alice.put(WAY, json={**KEYS, "client_id": client_id})
    assert (answer.status_code, answer.json()["code"]) == (422, "app_key_missing")


def test_without_keys_nobody_can_be_asked(alice: TestClient, workspace: Workspace) -> None:
    with pytest.raises(Problem) as missing:
        used(workspace)
    assert (missing.value.status, missing.value.code) == (409, "app_missing")


def test_keys_can_be_taken_away(alice: TestClient, workspace: Workspace) -> None:
    alice.put(WAY, json=KEYS)
    assert alice.delete(WAY).json()["source"] == "missing"
    assert alice.delete(WAY).status_code == 200
    with pytest.raises(Problem):
        used(workspace)


def test_in_a_rehearsal_the_sandbox_app_stands_in_until_another_is_given(rehearsing: TestClient) -> None:
    def way() -> tuple[str, str]:
        state = rehearsing.get(WAY).json()
        assert "demo-secret" not in str(state)
        return state["source"], state["client_id"]

    assert way() == ("sandbox", "demo")
    rehearsing.put(WAY, json=KEYS)
    assert way() == ("own", "1234567890")
    rehearsing.delete(WAY)
    assert way() == ("sandbox", "demo")


@pytest.mark.parametrize("path", ["/api/apps/instagram/telegraph", "/api/apps/myspace/facebook"])
def test_an_unknown_way_to_sign_in_is_not_found(alice: TestClient, path: str) -> None:
    for answer in (alice.get(path), alice.put(path, json=KEYS), alice.delete(path)):
        assert (answer.status_code, answer.json()["code"]) == (404, "sign_in_unknown")


def test_only_the_owner_reads_or_changes_keys(bob: TestClient, charlie: TestClient, vera: TestClient) -> None:
    for browser in (bob, charlie, vera):
        answers = (
            browser.get("/api/apps"),
            browser.get(WAY),
            browser.put(WAY, json=KEYS),
            browser.delete(WAY),
        )
        assert {answer.status_code for answer in answers} == {403}
