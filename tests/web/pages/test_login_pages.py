"""Signing in through the browser, and the first owner (S4.5)."""

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.store.database import Store
from web.pages.reading import HTML, submit


def test_before_there_is_anyone_every_page_leads_to_the_first_login(client: TestClient) -> None:
    page = client.get("/queue", headers=HTML)
    assert page.url.path == "/setup"
    assert "첫 로그인" in page.text


def test_the_first_login_makes_the_owner_and_opens_today(client: TestClient) -> None:
    fields = {"email": "Alice@Example.com", "password": "long enough 1"}
    made = client.post("/setup", data=fields, headers=HTML)
    assert made.url.path == "/"
    assert client.get("/api/auth/me").json()["user"]["role"] == "owner"


def test_what_is_wrong_with_the_first_login_stands_beside_its_field(client: TestClient) -> None:
    page = client.post("/setup", data={"email": "alice", "password": "short"}, headers=HTML)
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 2
    assert "10자 이상" in page.text


def test_there_is_no_second_first_login(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    fields = {"email": "eve@example.com", "password": "long enough 1"}
    assert client.post("/setup", data=fields, headers=HTML).status_code == 409
    assert client.get("/setup", headers=HTML).url.path == "/login"


def test_a_login_leads_back_to_the_page_that_asked_for_it(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    asked = client.get("/queue?status=failed", headers=HTML)
    assert asked.url.path == "/login"
    fields = {"email": "alice@example.com", "password": makers.PASSWORD, "next": "/queue?status=failed"}
    answer = client.post("/login", data=fields, headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == "/queue?status=failed"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\tevil"],
)
def test_a_login_never_leads_to_another_site(client: TestClient, store: Store, elsewhere: str) -> None:
    makers.make_user(store)
    fields = {"email": "alice@example.com", "password": makers.PASSWORD, "next": elsewhere}
    answer = client.post("/login", data=fields, headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_wrong_pair_never_says_which_one_is_wrong(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    wrong_password = client.post(
        "/login", data={"email": "alice@example.com", "password": "no"}, headers=HTML
    )
    nobody = client.post("/login", data={"email": "bob@example.com", "password": "no"}, headers=HTML)
    assert wrong_password.status_code == nobody.status_code == 401
    assert wrong_password.text.replace("alice@", "bob@") == nobody.text


def test_too_many_tries_say_how_many_minutes_to_wait(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    fields = {"email": "alice@example.com", "password": "no"}
    for _ in range(10):
        client.post("/login", data=fields, headers=HTML)
    locked = client.post("/login", data=fields, headers=HTML)
    assert locked.status_code == 429
    assert "15분 뒤에" in locked.text


def test_only_a_person_who_wants_it_stays_signed_in(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    fields = {"email": "alice@example.com", "password": makers.PASSWORD}
    brief = client.post("/login", data=fields, headers=HTML, follow_redirects=False)
    stays = client.post("/login", data={**fields, "stay": "true"}, headers=HTML, follow_redirects=False)
    assert "Max-Age" not in brief.headers["set-cookie"]
    assert "Max-Age" in stays.headers["set-cookie"]


def test_the_login_speaks_the_language_that_is_asked_for(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    assert "다시 만나서" in client.get("/login", headers=HTML).text
    assert "Welcome back" in client.get("/login?lang=en", headers=HTML).text


def test_signing_out_ends_the_session(alice: TestClient) -> None:

    assert submit(alice, "/logout").headers["location"] == "/login"

    assert alice.get("/api/auth/me").status_code == 401
