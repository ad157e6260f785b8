"""`/api/accounts`: logins are tried before they are kept, and never shown again (S2.7, S2.8)."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

import makers
from fakes import FakePublisher
from pressrun.actions import holding
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Answer, Failure
from pressrun.domain.post import HeldReason, PostStatus
from pressrun.store import accounts, personas, posts, schema
from pressrun.store.accounts import Account
from pressrun.store.database import Store


def login(persona_id: str, token: str = "haru", **more: Any) -> dict[str, Any]:
    return {
        "persona_id": persona_id,
        "platform": "instagram",
        "credentials": {"access_token": token, **more},
    }


def suspend(store: Store, account: Account) -> None:
    with store.transaction() as tx:
        holding.suspend_account(tx, accounts.get(tx, account.id))


def test_a_login_is_kept_after_the_platform_said_whose_it_is(
    bob: TestClient, store: Store, publisher: FakePublisher
) -> None:
    persona = makers.make_persona(store)
    made = bob.post("/api/accounts", json=login(persona.id, "haru", app_secret="s3cret"))
    assert made.status_code == 201
    account = made.json()
    assert account["handle"] == "haru"
    assert account["external_id"] == "id-of-haru"
    assert account["status"] == "active"
    assert publisher.identified == [{"access_token": "haru", "app_secret": "s3cret"}]
    shown = made.text + bob.get("/api/accounts").text + bob.get(f"/api/accounts/{account['id']}").text
    assert "s3cret" not in shown
    assert "credentials" not in shown


def test_credentials_lie_encrypted_in_the_database(bob: TestClient, store: Store) -> None:
    persona = makers.make_persona(store)
    account_id = bob.post("/api/accounts", json=login(persona.id, app_secret="s3cret")).json()["id"]
    with store.read() as tx:
        assert b"s3cret" not in tx.value(sa.select(schema.account.c.credentials))
        assert accounts.credentials(tx, account_id)["app_secret"] == "s3cret"


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (failures.LoginExpired(answer=Answer(message="Invalid token")), 422, "credentials_refused"),
        (failures.LoginExpired(reason="channel_missing"), 422, "channel_missing"),
        (failures.Refused(answer=Answer(message="Not a business account")), 422, "credentials_refused"),
        (failures.AccountSuspended(answer=Answer(message="Blocked")), 422, "credentials_refused"),
        (failures.Transient(), 503, "transient"),
        (failures.RateLimited(), 503, "rate_limited"),
    ],
)
def test_a_login_that_the_platform_does_not_take_is_not_kept(
    bob: TestClient, store: Store, publisher: FakePublisher, failure: Failure, status: int, code: str
) -> None:
    publisher.failure = failure
    answer = bob.post("/api/accounts", json=login(makers.make_persona(store).id))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert failure.answer.message in answer.text
    assert bob.get("/api/accounts").json()["items"] == []


def test_what_is_missing_from_a_login_is_named(bob: TestClient, store: Store) -> None:
    body = {**login(makers.make_persona(store).id), "credentials": {}}
    answer = bob.post("/api/accounts", json=body, headers={"Accept-Language": "en"})
    assert answer.json()["code"] == "credentials_incomplete"
    assert "access_token" in answer.json()["errors"][0]["message"]


def test_unknown_platforms_and_personas_are_refused(
    bob: TestClient, store: Store, publisher: FakePublisher
) -> None:
    unknown_platform = {**login(makers.make_persona(store).id), "platform": "myspace"}
    answer = bob.post("/api/accounts", json=unknown_platform)
    assert (answer.status_code, answer.json()["code"]) == (422, "platform_unknown")
    answer = bob.post("/api/accounts", json=login("nobody"))
    assert (answer.status_code, answer.json()["code"]) == (404, "persona_not_found")
    assert publisher.identified == []


def test_one_login_is_one_account(bob: TestClient, store: Store) -> None:
    bob.post("/api/accounts", json=login(makers.make_persona(store).id))
    answer = bob.post("/api/accounts", json=login(makers.make_persona(store).id))
    assert (answer.status_code, answer.json()["code"]) == (409, "account_taken")


def test_accounts_are_listed_by_persona_and_status(bob: TestClient, store: Store) -> None:
    one, other = makers.make_account(store), makers.make_account(store)
    bob.post(f"/api/accounts/{other.id}/pause")

    def listed(**wanted: str) -> list[str]:
        return [account["id"] for account in bob.get("/api/accounts", params=wanted).json()["items"]]

    assert sorted(listed()) == sorted([one.id, other.id])
    assert listed(persona_id=one.persona_id) == [one.id]
    assert listed(status="paused") == [other.id]
    assert listed(platform="youtube") == []
    assert bob.get("/api/accounts", params={"status": "unwell"}).status_code == 422


def test_pausing_holds_the_posts_and_resuming_lets_them_go(bob: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    post = makers.make_post(store, account)
    assert bob.post(f"/api/accounts/{account.id}/pause").json()["status"] == "paused"
    with store.read() as tx:
        assert posts.get(tx, post.id).status is PostStatus.HELD
    assert bob.post(f"/api/accounts/{account.id}/resume").json()["status"] == "active"
    with store.read() as tx:
        resumed = posts.get(tx, post.id)
        assert resumed.status is PostStatus.SCHEDULED
        assert resumed.ready_at == post.due_at


def test_pausing_twice_is_pausing(bob: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    for _ in range(2):
        answer = bob.post(f"/api/accounts/{account.id}/pause")
        assert (answer.status_code, answer.json()["status"]) == (200, "paused")


def test_a_suspended_account_resumes_with_its_persona_when_the_platform_agrees(
    bob: TestClient, store: Store, publisher: FakePublisher
) -> None:
    account = makers.make_account(store)
    post = makers.make_post(store, account)
    suspend(store, account)
    publisher.failure = failures.AccountSuspended()
    refused = bob.post(f"/api/accounts/{account.id}/resume")
    assert (refused.status_code, refused.json()["code"]) == (409, "still_suspended")

    publisher.failure = None
    assert bob.post(f"/api/accounts/{account.id}/resume").json()["status"] == "active"
    with store.read() as tx:
        assert personas.get(tx, account.persona_id).paused_at is None
        assert posts.get(tx, post.id).status is PostStatus.SCHEDULED


def test_a_suspended_account_waits_while_the_platform_can_not_be_asked(
    bob: TestClient, store: Store, publisher: FakePublisher
) -> None:
    account = makers.make_account(store)
    suspend(store, account)
    publisher.failure = failures.Transient()
    answer = bob.post(f"/api/accounts/{account.id}/resume")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert bob.get(f"/api/accounts/{account.id}").json()["status"] == "suspended"


def test_a_suspended_account_can_not_be_paused(bob: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    suspend(store, account)
    assert bob.post(f"/api/accounts/{account.id}/pause").json()["code"] == "still_suspended"


def test_connecting_again_lets_held_posts_go(bob: TestClient, store: Store, publisher: FakePublisher) -> None:
    account = makers.make_account(store, external_id="id-of-haru", handle="haru")
    post = makers.make_post(store, account)
    with store.transaction() as tx:
        holding.hold_account(tx, accounts.get(tx, account.id), HeldReason.NEEDS_REAUTH)
    wrong = bob.put(f"/api/accounts/{account.id}", json={"credentials": {"access_token": "other"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "account_differs")

    expires_at = (store.clock.now() + timedelta(days=60)).isoformat()
    body = {"credentials": {"access_token": "haru"}, "token_expires_at": expires_at}
    again = bob.put(f"/api/accounts/{account.id}", json=body)
    assert again.json()["status"] == "active"
    assert again.json()["token_expires_at"].startswith("2027-01-19T09:00:00")
    with store.read() as tx:
        assert posts.get(tx, post.id).status is PostStatus.SCHEDULED
        assert accounts.credentials(tx, account.id) == {"access_token": "haru"}


def test_new_credentials_do_not_lift_a_suspension(bob: TestClient, store: Store) -> None:
    account = makers.make_account(store, external_id="id-of-haru")
    suspend(store, account)
    again = bob.put(f"/api/accounts/{account.id}", json={"credentials": {"access_token": "haru"}})
    assert again.json()["status"] == AccountStatus.SUSPENDED


def test_an_account_is_removed_only_while_it_has_no_posts(bob: TestClient, store: Store) -> None:
    unused, busy, used = (makers.make_account(store) for _ in range(3))
    makers.make_post(store, busy)
    makers.make_post(store, used, status=PostStatus.CANCELLED)
    assert bob.delete(f"/api/accounts/{unused.id}").json() == {"success": True}
    assert bob.get(f"/api/accounts/{unused.id}").status_code == 404
    assert bob.delete(f"/api/accounts/{busy.id}").json()["code"] == "account_busy"
    assert bob.delete(f"/api/accounts/{used.id}").json()["code"] == "account_has_history"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume")]
)
def test_an_unknown_account_is_not_found(bob: TestClient, method: str, path: str) -> None:
    body = {"credentials": {"access_token": "haru"}} if method == "PUT" else None
    answer = bob.request(method, f"/api/accounts/nobody{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


def test_only_those_who_may_write_touch_accounts(vera: TestClient, charlie: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    for reader in (vera, charlie):
        assert reader.get(f"/api/accounts/{account.id}").status_code == 200
        assert reader.post("/api/accounts", json=login(account.persona_id)).status_code == 403
        assert reader.post(f"/api/accounts/{account.id}/pause").status_code == 403
        assert reader.delete(f"/api/accounts/{account.id}").status_code == 403
