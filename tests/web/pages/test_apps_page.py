"""The page of app keys: where they come from, what is missing, and the address to register (S2.7)."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.actions import apps
from pressrun.actions.base import Workspace
from pressrun.connectors.base import App
from pressrun.domain.user import Role
from pressrun.store.database import Store
from pressrun.web.app import create_app
from pressrun.web.auth import COOKIE
from web.pages.reading import HTML, submit


def test_the_page_shows_the_address_to_register_and_what_is_missing(alice: TestClient) -> None:
    page = alice.get("/settings/apps", headers=HTML).text
    assert 'value="http://testserver/accounts/connect/callback" readonly' in page
    assert "키 없음" in page
    assert "https://developers.facebook.com/apps" in page
    assert 'href="/settings/apps"' in alice.get("/settings", headers=HTML).text


def test_keys_are_entered_kept_and_forgotten_and_the_secret_is_never_shown(
    alice: TestClient, workspace: Workspace
) -> None:
    where = "/settings/apps/instagram/facebook"
    saved = submit(alice, where, client_id="1234567890", client_secret="s3cret")
    assert saved.headers["location"] == "/settings/apps#instagram-facebook"
    page = alice.get("/settings/apps", headers=HTML).text
    assert 'value="1234567890"' in page
    assert "s3cret" not in page
    submit(alice, where, client_id="1234567890", client_secret="")
    with workspace.store.read() as tx:
        assert apps.app_for(tx, workspace, "instagram", "facebook").client_secret == "s3cret"
    submit(alice, f"{where}/remove")
    assert "키 없음" in alice.get("/settings/apps", headers=HTML).text


@pytest.mark.parametrize(
    ("typed", "field"), [({"client_id": " "}, "client_id"), ({"client_id": "new-id"}, "client_secret")]
)
def test_a_missing_key_is_told_beside_its_field(alice: TestClient, typed: dict[str, str], field: str) -> None:
    page = submit(alice, "/settings/apps/instagram/facebook", **typed)
    assert page.status_code == 422
    assert f'id="err-{field}" data-error="{field}">' in page.text


def test_in_a_rehearsal_the_page_says_that_the_sandbox_app_is_used(
    workspace: Workspace, store: Store
) -> None:
    app = create_app(replace(workspace, sandbox_app=App("pressrun-demo", "x")), own_url="http://testserver")
    session = makers.make_session(store, makers.make_user(store, "Alice", Role.OWNER))
    with TestClient(app, cookies={COOKIE: session}) as browser:
        page = browser.get("/settings/apps", headers=HTML).text
    assert "샌드박스의 앱 pressrun-demo" in page
    assert "샌드박스 앱" in page


def test_every_way_to_sign_in_has_its_guide_in_both_languages(alice: TestClient) -> None:
    english = alice.get("/settings/apps", headers={**HTML, "Accept-Language": "en"}).text
    assert "Register the redirect address above, exactly as it stands." in english
    assert "위의 리디렉션 주소를 글자 그대로 등록해요." in alice.get("/settings/apps", headers=HTML).text


def test_only_the_owner_opens_it(bob: TestClient) -> None:
    assert bob.get("/settings/apps", headers=HTML).status_code == 403
    assert (
        submit(bob, "/settings/apps/instagram/facebook", client_id="1", client_secret="2").status_code == 403
    )
