"""`Idempotency-Key` (API.md): sent twice, done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.testclient import TestClient

import makers
from conftest import SignIn
from pressrun.actions.base import Workspace
from pressrun.kit.clock import MovableClock
from pressrun.kit.database import is_sqlite
from pressrun.store import schema
from pressrun.store.database import Store
from pressrun.web.app import create_app
from pressrun.web.auth import Writer
from pressrun.web.idempotency import OnceRoute

PERSONA = {"name": "Haru", "language": "ko", "timezone": "Asia/Seoul"}
KEY = {"Idempotency-Key": "order-1"}


def count(store: Store) -> int:
    with store.read() as tx:
        return tx.value(sa.select(sa.func.count()).select_from(schema.persona))


def test_the_same_request_again_is_answered_from_memory(alice: TestClient, store: Store) -> None:
    first = alice.post("/api/personas", json=PERSONA, headers=KEY)
    again = alice.post("/api/personas", json=PERSONA, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert count(store) == 1


def test_without_a_key_each_request_acts(alice: TestClient, store: Store) -> None:
    alice.post("/api/personas", json=PERSONA)
    alice.post("/api/personas", json=PERSONA)
    assert count(store) == 2


def test_another_body_under_the_same_key_is_refused(alice: TestClient, store: Store) -> None:
    alice.post("/api/personas", json=PERSONA, headers=KEY)
    answer = alice.post("/api/personas", json={**PERSONA, "name": "Other"}, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert count(store) == 1


def test_keys_of_two_people_and_of_two_routes_do_not_meet(
    alice: TestClient, bob: TestClient, store: Store
) -> None:
    alice.post("/api/personas", json=PERSONA, headers=KEY)
    bob.post("/api/personas", json=PERSONA, headers=KEY)
    assert count(store) == 2
    account = alice.post("/api/accounts", json={}, headers=KEY)
    assert account.json()["code"] == "invalid"


def test_a_key_is_kept_for_a_day(store: Store, sign_in: SignIn, clock: MovableClock) -> None:
    user = makers.make_user(store)
    sign_in(user).post("/api/personas", json=PERSONA, headers=KEY)
    clock.advance(timedelta(hours=23, minutes=59))
    sign_in(user).post("/api/personas", json=PERSONA, headers=KEY)
    assert count(store) == 1
    clock.advance(timedelta(minutes=1))
    sign_in(user).post("/api/personas", json=PERSONA, headers=KEY)
    assert count(store) == 2


def test_a_refused_request_leaves_its_key_free(alice: TestClient, store: Store) -> None:
    assert alice.post("/api/personas", json={**PERSONA, "name": ""}, headers=KEY).status_code == 422
    assert alice.post("/api/personas", json=PERSONA, headers=KEY).status_code == 201
    assert count(store) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused(alice: TestClient, store: Store, key: str) -> None:
    answer = alice.post("/api/personas", json=PERSONA, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert count(store) == 0


def test_while_the_first_runs_the_second_is_told_so(workspace: Workspace, store: Store) -> None:
    entered, leave = Event(), Event()
    router = APIRouter(route_class=OnceRoute)

    @router.post("/api/slow")
    def slow(visitor: Writer) -> dict[str, str]:
        entered.set()
        assert leave.wait(30)
        return {"done": "yes"}

    app = create_app(workspace, routers=[router], passwords=makers.CHEAP)
    token = makers.make_token(store, makers.make_user(store))
    headers = {**KEY, "Authorization": f"Bearer {token}"}
    with ThreadPoolExecutor() as threads, TestClient(app) as client:
        first = threads.submit(client.post, "/api/slow", headers=headers)
        assert entered.wait(30)
        second = client.post("/api/slow", headers=headers)
        leave.set()
        assert first.result().json() == {"done": "yes"}
    assert (second.status_code, second.json()["code"]) == (409, "in_progress")
    assert second.headers["Retry-After"] == "1"


def leave_unfinished(store: Store, caller: str) -> None:
    """What a process leaves that died while it answered."""
    with store.transaction() as tx:
        tx.execute(
            sa.insert(schema.idempotency).values(
                caller=caller,
                route="/api/personas",
                key="order-1",
                request_hash="of another body",
                worker_id="a-dead-process",
                created_at=tx.now,
            )
        )


def test_the_key_of_a_request_that_died_is_free(store: Store, sign_in: SignIn, clock: MovableClock) -> None:
    user = makers.make_user(store)
    alice = sign_in(user)
    leave_unfinished(store, user.id)
    if not is_sqlite(store.engine):
        # Other processes may be alive there: only its worker's end, or ten minutes, tell.
        assert alice.post("/api/personas", json=PERSONA, headers=KEY).status_code == 422
        clock.advance(timedelta(minutes=10))
    assert alice.post("/api/personas", json=PERSONA, headers=KEY).status_code == 201
    assert count(store) == 1


def test_the_key_of_a_buried_worker_is_free_at_once(store: Store, sign_in: SignIn) -> None:
    user = makers.make_user(store)
    leave_unfinished(store, user.id)
    with store.transaction() as tx:
        tx.execute(
            sa.insert(schema.worker).values(
                id="a-dead-process", started_at=tx.now, heartbeat_at=tx.now, buried_at=tx.now
            )
        )
    assert sign_in(user).post("/api/personas", json=PERSONA, headers=KEY).status_code == 201


def test_many_at_once_act_once(alice: TestClient, store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(alice.post, "/api/personas", json=PERSONA, headers=KEY) for _ in range(8)]
        statuses = {each.result().status_code for each in asked}
    assert statuses <= {201, 409}
    assert 201 in statuses
    assert count(store) == 1


def test_a_key_does_not_let_a_stranger_in(client: TestClient, alice: TestClient, store: Store) -> None:
    alice.post("/api/personas", json=PERSONA, headers=KEY)
    assert client.post("/api/personas", json=PERSONA, headers=KEY).status_code == 401


def test_a_key_does_not_let_another_site_in(alice: TestClient, store: Store) -> None:
    headers = {**KEY, "Sec-Fetch-Site": "cross-site"}
    assert alice.post("/api/personas", json=PERSONA, headers=headers).status_code == 403
    assert count(store) == 0
