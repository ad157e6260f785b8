"""`/api/titles`: topics become runs, at once or at their time (S4.1)."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakeEnqueue
from pressrun.actions import titles
from pressrun.kit.clock import MovableClock
from pressrun.store.accounts import Account
from pressrun.store.database import Store

TITLES = "/api/titles"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def account(store: Store) -> Account:
    return makers.make_account(store)


def wanted(account: Account, **more: Any) -> dict[str, Any]:
    return {
        "title": "비 오는 날의 커피",
        "persona_id": account.persona_id,
        "account_ids": [account.id],
        "content_type": "carousel",
        **more,
    }


def test_without_a_time_its_run_starts_at_once(
    bob: TestClient, account: Account, enqueue: FakeEnqueue
) -> None:
    answer = bob.post(TITLES, json=wanted(account))
    assert answer.status_code == 201
    title = answer.json()
    assert (title["title"], title["status"]) == ("비 오는 날의 커피", "scheduled")
    run = bob.get(f"/api/runs/{title['run_id']}").json()
    assert (run["topic"], run["account_ids"]) == ("비 오는 날의 커피", [account.id])
    assert enqueue.work == [("produce", f"run-{run['id']}-a1", (run["id"], 1))]


def test_with_a_time_it_starts_then_and_once(
    bob: TestClient, store: Store, account: Account, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    title = bob.post(TITLES, json=wanted(account, scheduled_at="2026-11-20T20:00")).json()
    assert (title["run_id"], title["scheduled_at"]) == (None, "2026-11-20T11:00:00Z")
    clock.advance(timedelta(hours=2))
    assert [titles.start_due(store, enqueue) for _ in range(2)] == [1, 0]
    assert bob.get(f"{TITLES}/{title['id']}").json()["run_id"] is not None
    assert len(enqueue.work) == 1


def test_the_same_key_registers_once(bob: TestClient, account: Account, enqueue: FakeEnqueue) -> None:
    key = {"Idempotency-Key": "title-1"}
    first, again = (bob.post(TITLES, json=wanted(account), headers=key) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = bob.post(TITLES, json=wanted(account, title="다른 제목"), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert len(enqueue.work) == 1


@ON_ONE
@pytest.mark.parametrize(
    ("title", "code", "korean", "english"),
    [
        ("   ", "title_missing", "제목이 비어 있어요.", "The title is empty."),
        ("가" * 10_000, "title_too_long", "10,000자", "10,000 characters"),
        ("☕🌧️✨", "title_without_words", "제목에 글자가 없어", "The title has no words"),
    ],
)
def test_a_title_that_can_not_be_made_into_anything_is_explained(
    bob: TestClient, account: Account, title: str, code: str, korean: str, english: str
) -> None:
    for language, text in (("ko", korean), ("en", english)):
        headers = {"Accept-Language": language}
        answer = bob.post(TITLES, json=wanted(account, title=title), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["field"] == "title"
        assert text in answer.json()["title"]
    assert bob.get(TITLES).json()["items"] == []


@pytest.mark.parametrize("title", ["<script>alert('커피')</script>", '커피 ☕ & "차"', "七つの朝", "42"])
def test_any_words_are_a_title_and_stay_as_they_are(bob: TestClient, account: Account, title: str) -> None:
    made = bob.post(TITLES, json=wanted(account, title=title))
    assert made.json()["title"] == title
    assert made.headers["content-type"] == "application/json"
    run = bob.get(f"/api/runs/{made.json()['run_id']}").json()
    assert run["topic"] == title


@ON_ONE
@pytest.mark.parametrize("content_type", ["image_post", "carousel"])
def test_content_types_that_the_platform_takes(bob: TestClient, account: Account, content_type: str) -> None:
    made = bob.post(TITLES, json=wanted(account, content_type=content_type)).json()
    assert made["content_type"] == content_type


def test_x_post_is_a_text_post(bob: TestClient, account: Account) -> None:
    made = bob.post(TITLES, json=wanted(account, account_ids=[], content_type="x_post")).json()
    assert made["content_type"] == "text_post"


@ON_ONE
@pytest.mark.parametrize(
    ("content_type", "code"), [("poem", "content_type_unknown"), ("x_post", "format_unknown")]
)
def test_content_types_that_can_not_be(
    bob: TestClient, account: Account, content_type: str, code: str
) -> None:
    answer = bob.post(TITLES, json=wanted(account, content_type=content_type))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "content_type"


@ON_ONE
@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2026-11-20T08:00:00Z", "time_in_past"),
        ("2026-11-20T09:00:30Z", "time_too_near"),
        ("2029-11-20T09:00:00Z", "time_too_far"),
        ("soon", "time_malformed"),
    ],
)
def test_a_time_that_can_not_be(bob: TestClient, account: Account, time: str, code: str) -> None:
    answer = bob.post(TITLES, json=wanted(account, scheduled_at=time))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "scheduled_at"


def test_accounts_must_be_the_personas(bob: TestClient, store: Store, account: Account) -> None:
    other = makers.make_account(store)
    for account_id in (other.id, "nobody"):
        answer = bob.post(TITLES, json=wanted(account, account_ids=[account.id, account_id]))
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    unknown = bob.post(TITLES, json=wanted(account, persona_id="nobody"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "persona_not_found")


def test_an_account_named_twice_gets_one_post(bob: TestClient, account: Account) -> None:
    """S2.10."""
    made = bob.post(TITLES, json=wanted(account, account_ids=[account.id, account.id])).json()
    assert made["account_ids"] == [account.id]


def test_a_title_is_called_off_before_it_starts(
    bob: TestClient, store: Store, account: Account, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    title = bob.post(TITLES, json=wanted(account, scheduled_at="2026-11-20T20:00")).json()
    assert bob.delete(f"{TITLES}/{title['id']}").json()["status"] == "cancelled"
    clock.advance(timedelta(hours=3))
    assert titles.start_due(store, enqueue) == 0
    started = bob.post(TITLES, json=wanted(account)).json()
    assert bob.delete(f"{TITLES}/{started['id']}").status_code == 409


def test_titles_are_listed_the_newest_first_in_pages(
    bob: TestClient, account: Account, clock: MovableClock
) -> None:
    made = []
    for _ in range(3):
        made.append(bob.post(TITLES, json=wanted(account)).json()["id"])
        clock.advance(timedelta(seconds=1))
    first = bob.get(TITLES, params={"limit": 2}).json()
    rest = bob.get(TITLES, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [title["id"] for title in first["items"] + rest["items"]] == made[::-1]


def test_who_may_register(
    client: TestClient, vera: TestClient, charlie: TestClient, bob: TestClient, account: Account
) -> None:
    assert client.post(TITLES, json=wanted(account)).status_code == 401
    for reader in (vera, charlie):
        assert reader.post(TITLES, json=wanted(account)).json()["code"] == "not_allowed"
    title = bob.post(TITLES, json=wanted(account)).json()
    assert vera.get(f"{TITLES}/{title['id']}").status_code == 200
    assert vera.delete(f"{TITLES}/{title['id']}").status_code == 403
    for method in ("GET", "DELETE"):
        unknown = bob.request(method, f"{TITLES}/nothing")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "title_not_found")
