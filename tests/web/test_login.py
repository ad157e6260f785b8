"""Signing in over HTTP (S4.5), bearer tokens, and requests from other sites (API.md, "CSRF", "Login")."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

import makers
from conftest import SignIn
from pressrun.actions import users
from pressrun.actions.base import Caller, Workspace
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.domain.user import Role
from pressrun.kit.clock import MovableClock
from pressrun.store.database import Store
from pressrun.web.app import create_app
from pressrun.web.auth import Reader, Visitor, check_form_token

ALICE = {"email": "alice@example.com", "password": makers.PASSWORD}


def test_a_person_signs_in_and_out(client: TestClient, store: Store) -> None:
    user = makers.make_user(store)
    answer = client.post("/api/auth/login", json=ALICE)
    assert answer.status_code == 200
    assert answer.json()["user"] == {
        "id": user.id,
        "email": "alice@example.com",
        "name": "Alice",
        "role": "owner",
    }
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sessionId=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie
    assert "Secure" not in cookie
    assert client.get("/api/auth/me").json()["user"]["id"] == user.id

    token = client.cookies["sessionId"]
    assert client.post("/api/auth/logout").json() == {"success": True}
    assert "sessionId" not in client.cookies
    client.cookies.set("sessionId", token)
    assert client.get("/api/auth/me").status_code == 401


def test_staying_signed_in_keeps_the_cookie_for_thirty_days(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    cookie = client.post("/api/auth/login", json={**ALICE, "stay": True}).headers["set-cookie"]
    assert f"Max-Age={30 * 86400}" in cookie


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com", "not an address", "a\u0000@b"])
def test_a_wrong_pair_never_says_which_part_is_wrong(client: TestClient, store: Store, email: str) -> None:
    makers.make_user(store)
    answer = client.post("/api/auth/login", json={"email": email, "password": "wrong password"})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert answer.json()["title"] == "이메일이나 비밀번호가 맞지 않아요."


def test_ten_failed_tries_lock_the_address_out_for_a_while(
    client: TestClient, store: Store, clock: MovableClock
) -> None:
    makers.make_user(store)
    for _ in range(10):
        assert client.post("/api/auth/login", json={**ALICE, "password": "wrong"}).status_code == 401
        clock.advance(timedelta(seconds=30))
    answer = client.post("/api/auth/login", json=ALICE, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer.headers["Retry-After"] == "600"
    assert answer.json()["detail"] == "Try again in 10 minutes."

    clock.advance(timedelta(seconds=600))
    assert client.post("/api/auth/login", json=ALICE).status_code == 200


def test_the_cookie_is_for_tls_only_where_people_come_by_tls(workspace: Workspace, store: Store) -> None:
    makers.make_user(store)
    app = create_app(workspace, own_url="https://press.example", passwords=makers.CHEAP)
    inside = TestClient(app, base_url="http://press.example")
    assert "Secure" in inside.post("/api/auth/login", json=ALICE).headers["set-cookie"]
    local = TestClient(app, base_url="http://127.0.0.1:8000")
    assert "Secure" not in local.post("/api/auth/login", json=ALICE).headers["set-cookie"]


def test_me_says_what_i_may_do(vera: TestClient, alice: TestClient) -> None:
    assert vera.get("/api/auth/me").json()["rights"] == ["read"]
    assert "admin" in alice.get("/api/auth/me").json()["rights"]


def test_a_token_never_does_more_than_its_scope_or_its_person(client: TestClient, store: Store) -> None:
    alice, vera = makers.make_user(store), makers.make_user(store, "Vera", Role.VIEWER)
    persona = {"name": "Haru", "language": "ko", "timezone": "Asia/Seoul"}

    def try_with(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/api/personas", json=persona, headers=headers).status_code

    assert try_with(makers.make_token(store, alice, "all")) == 201
    assert try_with(makers.make_token(store, alice, "read")) == 403
    assert try_with(makers.make_token(store, vera, "all")) == 403
    assert try_with("pr_unknown") == 401


def test_a_bad_token_is_not_saved_by_a_good_cookie(alice: TestClient) -> None:
    assert alice.get("/api/auth/me", headers={"Authorization": "Bearer pr_wrong"}).status_code == 401


def test_a_session_ends_twelve_hours_after_its_last_use(
    store: Store, sign_in: SignIn, clock: MovableClock
) -> None:
    browser = sign_in(makers.make_user(store))
    for _ in range(3):
        clock.advance(timedelta(hours=11))
        assert browser.get("/api/auth/me").status_code == 200
    clock.advance(timedelta(hours=12))
    assert browser.get("/api/auth/me").status_code == 401


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_an_unsafe_request_with_a_cookie_must_come_from_our_own_pages(
    alice: TestClient, headers: dict[str, str], *, passes: bool
) -> None:
    answer = alice.post("/api/auth/logout", headers=headers)
    assert answer.status_code == (200 if passes else 403)
    if not passes:
        assert answer.json()["code"] == "csrf"


def test_reading_from_another_site_is_left_to_the_browser(alice: TestClient) -> None:
    assert alice.get("/api/auth/me", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_token_needs_no_origin(client: TestClient, store: Store) -> None:
    token = makers.make_token(store, makers.make_user(store))
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/auth/logout", headers=headers).status_code == 200


def test_another_site_can_not_sign_a_browser_in(client: TestClient, store: Store) -> None:
    makers.make_user(store)
    answer = client.post("/api/auth/login", json=ALICE, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize(
    ("chosen", "cookie", "header", "title"),
    [
        (None, None, None, "그런 페르소나가 없어요."),
        (None, None, "en-GB,ko;q=0.5", "There is no such persona."),
        (None, None, "fr, en;q=0.1, ko;q=0.7", "그런 페르소나가 없어요."),
        (None, None, "en;q=0, ko;q=x", "그런 페르소나가 없어요."),
        (None, "en", "ko", "There is no such persona."),
        (Language.EN, "ko", "ko", "There is no such persona."),
        (Language.KO, "en", "en", "그런 페르소나가 없어요."),
    ],
)
def test_the_language_is_the_persons_then_the_cookies_then_the_browsers(
    store: Store, sign_in: SignIn, chosen: Language | None, cookie: str | None, header: str | None, title: str
) -> None:
    user = makers.make_user(store)
    if chosen:
        users.set_language(store, user.id, chosen)
    browser = sign_in(user)
    if cookie:
        browser.cookies.set("lang", cookie)
    headers = {"Accept-Language": header} if header else {}
    answer = browser.get("/api/personas/unknown", headers=headers)
    assert answer.json()["title"] == title
    assert answer.headers["content-language"] == ("en" if title.isascii() else "ko")


def test_people_without_a_session_are_led_to_the_login_and_back(workspace: Workspace, store: Store) -> None:
    router = APIRouter()

    @router.get("/some-page")
    def page(visitor: Reader) -> str:
        return visitor.user.name

    app = create_app(workspace, routers=[router], passwords=makers.CHEAP)
    stranger = TestClient(app, follow_redirects=False)
    browser = {"Accept": "text/html"}
    answer = stranger.get("/some-page?status=failed&q=%EC%B9%B4", headers=browser)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/some-page%3Fstatus%3Dfailed%26q%3D%25EC%25B9%25B4"
    swap = {"HX-Request": "true", "HX-Current-URL": "http://testserver/some-page?tab=2"}
    answer = stranger.get("/some-page", headers=swap)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/some-page%3Ftab%3D2")
    assert stranger.get("/some-page").json()["code"] == "not_signed_in"


@pytest.mark.parametrize("given", ["", "x", "é", "0" * 64])
def test_a_form_without_its_sessions_token_is_refused(given: str) -> None:
    user = SimpleNamespace(id="1")
    visitor = Visitor(Caller("1", "1", frozenset()), user, "a session")  # type: ignore[arg-type]
    check_form_token(visitor, visitor.form_token)
    with pytest.raises(Problem) as refused:
        check_form_token(visitor, given)
    assert refused.value.code == "csrf"


def test_a_language_asked_for_in_the_address_is_remembered(app: FastAPI, client: TestClient) -> None:
    page = client.get("/nowhere?lang=en", headers={"Accept": "text/html"})
    assert "Not found." in page.text
    assert client.cookies["lang"] == "en"
    assert client.get("/api/nowhere").json()["title"] == "Not found."
