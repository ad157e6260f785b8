"""Connecting in the browser: to the platform, back from it, what a person reads on the way (S2.7, S2.12)."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakePublisher
from pressrun.actions import apps, holding
from pressrun.actions.base import Workspace
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.post import HeldReason
from pressrun.store import accounts
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.personas import Persona
from web.pages.reading import HTML, submit

BEGIN = "/accounts/connect/instagram/facebook"
CALLBACK = "/accounts/connect/callback"


@pytest.fixture
def persona(workspace: Workspace, store: Store) -> Persona:
    apps.save(workspace, "instagram", "facebook", client_id="app-1", client_secret="s3cret")
    return makers.make_persona(store)


def leave(browser: TestClient, persona: Persona, account: Account | None = None) -> dict[str, str]:
    """Presses the button; answers what the platform is asked."""
    page = submit(browser, BEGIN, persona_id=persona.id, account_id=account.id if account else "")
    assert page.status_code == 200, page.text
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', page.text)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    assert f'href="{found[1]}"' in page.text
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def connected(store: Store) -> list[str]:
    with store.read() as tx:
        return [account.handle for account in accounts.listed(tx)]


def test_a_person_leaves_signs_in_and_comes_back_with_the_account(
    bob: TestClient, store: Store, persona: Persona
) -> None:
    asked = leave(bob, persona)
    assert asked["client_id"] == "app-1"
    assert asked["redirect_uri"] == "http://testserver/accounts/connect/callback"
    answer = bob.get(
        CALLBACK, params={"state": asked["state"], "code": "haru"}, headers=HTML, follow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/accounts#account-")
    assert connected(store) == ["haru"]
    assert "계정을 연결했어요" in bob.get("/accounts", headers=HTML).text


def test_the_two_signs_that_instagram_puts_behind_its_code_are_taken_off(
    bob: TestClient, persona: Persona, publisher: FakePublisher
) -> None:
    bob.get(CALLBACK, params={"state": leave(bob, persona)["state"], "code": "haru#_"}, headers=HTML)
    assert publisher.sign_in.exchanged[0][1] == "haru"


def test_a_person_who_denies_is_told_kindly_and_may_try_again(
    bob: TestClient, store: Store, persona: Persona
) -> None:
    said = {"state": leave(bob, persona)["state"], "error": "access_denied", "error_reason": "user_denied"}
    page = bob.get(CALLBACK, params=said, headers=HTML)
    assert page.status_code == 200
    assert "허용하지 않아서 연결하지 않았어요" in page.text
    assert f'action="{BEGIN}"' in page.text
    assert f'value="{persona.id}"' in page.text
    assert connected(store) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"error": "server_error", "error_description": "Try later"}, "Try later"),
        ({"error_message": "App not active"}, "App not active"),
        ({"error": "invalid_scope"}, "invalid_scope"),
        ({}, "no code"),
    ],
)
def test_whatever_else_a_platform_answers_is_told_with_a_way_out(
    bob: TestClient, persona: Persona, said: dict[str, str], told: str
) -> None:
    page = bob.get(CALLBACK, params={"state": leave(bob, persona)["state"], **said}, headers=HTML)
    assert page.status_code == 422
    assert f"플랫폼이 연결을 받아 주지 않았어요. ({told})" in page.text
    assert f'action="{BEGIN}"' in page.text


def test_what_the_platform_says_is_shown_and_never_run(bob: TestClient, persona: Persona) -> None:
    said = {"error": "x", "error_description": "<script>alert(1)</script>"}
    page = bob.get(CALLBACK, params={"state": leave(bob, persona)["state"], **said}, headers=HTML)
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("failure", "status", "told"),
    [
        (failures.Transient(), 503, "플랫폼이 잠시 대답하지 않아"),
        (failures.Misconfigured(answer=failures.Answer(message="invalid_client")), 422, "invalid_client"),
    ],
)
def test_an_exchange_that_fails_leaves_nothing_behind(
    bob: TestClient,
    store: Store,
    persona: Persona,
    publisher: FakePublisher,
    failure: failures.Failure,
    status: int,
    told: str,
) -> None:
    publisher.sign_in.failure = failure
    page = bob.get(CALLBACK, params={"state": leave(bob, persona)["state"], "code": "haru"}, headers=HTML)
    assert (page.status_code, told in page.text) == (status, True)
    assert connected(store) == []


def test_a_state_works_once_and_for_the_browser_that_began_alone(
    bob: TestClient, alice: TestClient, store: Store, persona: Persona
) -> None:
    state = leave(bob, persona)["state"]
    stolen = alice.get(CALLBACK, params={"state": state, "code": "evil"}, headers=HTML)
    assert (stolen.status_code, "시간이 지났어요" in stolen.text) == (422, True)
    assert connected(store) == []
    bob.get(CALLBACK, params={"state": state, "code": "haru"}, headers=HTML)
    again = bob.get(CALLBACK, params={"state": state, "code": "tea"}, headers=HTML)
    assert again.status_code == 422
    assert connected(store) == ["haru"]


def test_a_stranger_who_comes_back_is_asked_to_sign_in(client: TestClient) -> None:
    answer = client.get(CALLBACK, params={"state": "s", "code": "c"}, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


def test_several_accounts_are_ticked_and_connected(bob: TestClient, store: Store, persona: Persona) -> None:
    makers.make_account(store, makers.make_persona(store, "Night Desk"), external_id="id-of-desk")
    state = leave(bob, persona)["state"]
    page = bob.get(CALLBACK, params={"state": state, "code": "haru,tea,desk"}, headers=HTML)
    assert page.url.path == "/accounts/connect/choose"
    assert re.findall(r'name="account" value="([^"]+)"( disabled)?', page.text) == [
        ("id-of-haru", ""),
        ("id-of-tea", ""),
        ("id-of-desk", " disabled"),
    ]
    assert "이미 페르소나 ‘Night Desk’에 연결돼 있어요" in page.text
    consent = page.url.params["consent"]
    none = submit(bob, "/accounts/connect/choose", consent=consent)
    assert (none.status_code, "계정을 고르지 않았어요" in none.text) == (422, True)
    both = submit(bob, "/accounts/connect/choose", consent=consent, account=["id-of-haru", "id-of-tea"])
    assert both.status_code == 303
    assert {"haru", "tea"} <= set(connected(store))
    late = submit(bob, "/accounts/connect/choose", consent=consent, account=["id-of-haru"])
    assert (late.status_code, "시간이 지났어요" in late.text) == (422, True)


def test_an_account_is_connected_again_and_says_so(bob: TestClient, store: Store, persona: Persona) -> None:
    account = makers.make_account(store, persona, external_id="id-of-haru")
    with store.transaction() as tx:
        holding.hold_account(tx, account, HeldReason.NEEDS_REAUTH)
    other = bob.get(
        CALLBACK, params={"state": leave(bob, persona, account)["state"], "code": "tea"}, headers=HTML
    )
    assert (other.status_code, "다른 계정의 로그인이에요: @tea" in other.text) == (422, True)
    assert f'value="{account.id}"' in other.text
    state = leave(bob, persona, account)["state"]
    done = bob.get(CALLBACK, params={"state": state, "code": "haru"}, headers=HTML)
    assert "계정을 다시 연결했어요" in done.text
    with store.read() as tx:
        assert accounts.get(tx, account.id).status is AccountStatus.ACTIVE


def test_who_came_by_another_address_is_told_before_leaving(bob: TestClient, persona: Persona) -> None:
    """The platform would send them to where nobody knows them."""
    token = re.search(r'name="form_token" value="(\w+)"', bob.get("/accounts", headers=HTML).text)
    assert token is not None
    answer = bob.post(
        BEGIN,
        data={"form_token": token[1], "persona_id": persona.id},
        headers={**HTML, "Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 409
    assert "플랫폼은 http://testserver(으)로 돌려보내는데" in answer.text


@pytest.mark.parametrize(
    ("path", "persona_id", "status"),
    [
        ("/accounts/connect/instagram/telegraph", "", 404),
        ("/accounts/connect/myspace/facebook", "", 404),
        (BEGIN, "nobody", 404),
    ],
)
def test_what_is_not_there_can_not_be_connected(
    bob: TestClient, persona: Persona, path: str, persona_id: str, status: int
) -> None:
    assert submit(bob, path, persona_id=persona_id or persona.id).status_code == status


def test_a_form_of_another_site_begins_nothing(bob: TestClient, persona: Persona) -> None:
    assert bob.post(BEGIN, data={"persona_id": persona.id}, headers=HTML).status_code == 403


def test_who_only_views_connects_nothing(vera: TestClient, persona: Persona) -> None:
    assert submit(vera, BEGIN, persona_id=persona.id).status_code == 403
    assert vera.get(CALLBACK, params={"state": "s", "code": "c"}, headers=HTML).status_code == 403
