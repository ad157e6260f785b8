"""How requests fail: readable, in the reader's language, and without telling too much (S0.7, RFC 9457)."""

import errno
import sqlite3
from collections.abc import Callable

import pytest
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import HTMLResponse, Response

import makers
from pressrun.actions.base import Workspace
from pressrun.web.app import create_app
from pressrun.web.deps import ErrorPage, Trouble
from pressrun.web.errors import plain_error_page

PERSONA = {"name": "Haru", "language": "ko", "timezone": "Asia/Seoul"}
BROWSER = {"Accept": "text/html,*/*"}


def failing(
    workspace: Workspace, error: Callable[[], Exception], *, error_page: ErrorPage = plain_error_page
) -> TestClient:
    router = APIRouter()

    @router.get("/fails")
    @router.get("/api/fails")
    def fail() -> None:
        raise error()

    app = create_app(workspace, routers=[router], passwords=makers.CHEAP, error_page=error_page)
    return TestClient(app, base_url="http://testserver")


def sqlite_error(code: int, text: str) -> OperationalError:
    cause = sqlite3.OperationalError(text)
    cause.sqlite_errorcode = code
    return OperationalError("UPDATE secret_table", {}, cause)


def test_each_wrong_field_is_named(alice: TestClient) -> None:
    answer = alice.post("/api/personas", json={**PERSONA, "name": "", "hue": 400, "timezone": "Mars/Base"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "ko"
    body = answer.json()
    assert body["type"] == "urn:pressrun:problem:invalid"
    assert body["code"] == "invalid"
    assert {each["field"]: each["code"] for each in body["errors"]} == {
        "name": "field_invalid",
        "timezone": "zone_unknown",
        "hue": "field_invalid",
    }


def test_one_wrong_field_gives_its_code_to_the_whole(alice: TestClient) -> None:
    english = {"Accept-Language": "en"}
    body = alice.post("/api/personas", json={"language": "ko", "timezone": "UTC"}, headers=english).json()
    assert body["code"] == "field_missing"
    assert body["errors"] == [
        {"field": "name", "code": "field_missing", "message": "This value is missing. Fill it in."}
    ]


@pytest.mark.parametrize(
    ("accept_language", "message"),
    [
        ("ko", "모르는 시간대예요: Mars/Base 예: Asia/Seoul"),
        ("en", "This time zone is unknown: Mars/Base Example: Asia/Seoul"),
    ],
)
def test_a_wrong_field_is_explained_in_both_languages(
    alice: TestClient, accept_language: str, message: str
) -> None:
    headers = {"Accept-Language": accept_language}
    answer = alice.post("/api/personas", json={**PERSONA, "timezone": "Mars/Base"}, headers=headers)
    assert answer.json()["errors"][0]["message"] == message


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'{"name": "\\ud800"}', b"", b"null"])
def test_a_body_that_is_no_json_object_is_refused(alice: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = alice.post("/api/personas", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"]


def test_text_with_a_nul_is_refused(alice: TestClient) -> None:
    answer = alice.post("/api/personas", json={**PERSONA, "style": "a\0b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "field_invalid")


@pytest.mark.parametrize("path", ["/api/personas/a%00b", "/api/personas?cursor=%00"])
def test_an_address_with_a_nul_is_refused(alice: TestClient, path: str) -> None:
    assert alice.get(path).status_code == 400


def test_an_unknown_address_and_a_wrong_method_are_told_apart(client: TestClient) -> None:
    assert client.get("/api/nowhere").json()["code"] == "not_found"
    answer = client.delete("/api/personas")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"]


def test_a_json_body_over_the_limit_is_not_read(alice: TestClient) -> None:
    answer = alice.post("/api/personas", json={**PERSONA, "style": "x" * 1_000_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert "1,000,000" in answer.json()["title"]


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(alice: TestClient) -> None:
    pieces = (b"x" * 100_000 for _ in range(20))
    headers = {"Content-Type": "application/json"}
    assert alice.post("/api/personas", content=pieces, headers=headers).status_code == 413


@pytest.mark.parametrize("host", ["", "a b", "host/path", "user@host", "x:port"])
def test_a_host_that_is_none_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed")


@pytest.mark.parametrize("host", ["press.example", "127.0.0.1:8000", "[::1]:8000", "my_host"])
def test_usual_hosts_pass(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_an_unexpected_error_leaks_nothing_and_can_be_found_in_the_log(workspace: Workspace) -> None:
    client = failing(workspace, lambda: RuntimeError("the token is s3cret"))
    with structlog.testing.capture_logs() as log:
        answer = client.get("/api/fails", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert "s3cret" not in answer.text
    assert [entry["trace"] for entry in log] == [answer.json()["detail"].split("number ")[1].split(" ")[0]]
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (lambda: sqlite_error(sqlite3.SQLITE_BUSY, "database is locked"), 503, "database_busy"),
        (lambda: sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), 507, "disk_full"),
        (lambda: sqlite_error(sqlite3.SQLITE_ERROR, "no such table"), 500, "unexpected"),
        (PoolTimeout, 503, "database_busy"),
        (lambda: OSError(errno.ENOSPC, "No space left on device"), 507, "disk_full"),
        (lambda: OSError(errno.EACCES, "Permission denied"), 500, "unexpected"),
    ],
)
def test_a_busy_database_and_a_full_disk_are_told(
    workspace: Workspace, error: Callable[[], Exception], status: int, code: str
) -> None:
    with structlog.testing.capture_logs():
        answer = failing(workspace, error).get("/api/fails")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("retry-after" in answer.headers) is (status == 503)
    assert "secret_table" not in answer.text


def test_people_get_a_page_in_their_language(workspace: Workspace) -> None:
    client = failing(workspace, lambda: OSError(errno.ENOSPC, "full"))
    page = client.get("/fails", headers={**BROWSER, "Accept-Language": "en"})
    assert page.status_code == 507
    assert "The disk is full and nothing was saved." in page.text
    assert 'lang="en"' in page.text


def test_the_pages_can_bring_their_own_error_page(workspace: Workspace) -> None:
    def show(request: Request, trouble: Trouble) -> Response:
        return HTMLResponse(f"<p>{trouble.code}", trouble.status)

    client = failing(workspace, lambda: OSError(errno.ENOSPC, "full"), error_page=show)
    assert client.get("/fails", headers=BROWSER).text == "<p>disk_full"
    assert client.get("/api/fails", headers=BROWSER).json()["code"] == "disk_full"


def test_an_error_page_shows_what_came_in_as_text(client: TestClient) -> None:
    page = client.get("/<script>alert(1)</script>", headers=BROWSER)
    assert page.status_code == 404
    assert "<script>" not in page.text


def test_answers_carry_the_security_headers(alice: TestClient) -> None:
    answer = alice.get("/api/auth/me")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_an_unusual_app_starts_with_the_workspace_alone(workspace: Workspace) -> None:
    app = create_app(workspace, passwords=makers.CHEAP)
    assert isinstance(app, FastAPI)
    assert TestClient(app).get("/healthz").json() == {"status": "ok"}
