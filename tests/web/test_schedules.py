"""`/api/schedule`: made by people, run by the clock, each occurrence once (S3.1, S3.2)."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakeEnqueue
from pressrun.actions import schedules
from pressrun.kit.clock import MovableClock
from pressrun.store.accounts import Account
from pressrun.store.database import Store

SCHEDULE = "/api/schedule"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GRACE = timedelta(hours=1)


@pytest.fixture
def account(store: Store) -> Account:
    return makers.make_account(store)


def wanted(account: Account, **more: Any) -> dict[str, Any]:
    return {
        "name": "아침 커피",
        "persona_id": account.persona_id,
        "account_ids": [account.id],
        "content_type": "carousel",
        "frequency": "daily",
        "time_of_day": "19:30",
        "settings": {"promptType": "custom", "customPrompt": "오늘의 커피"},
        **more,
    }


def test_a_schedule_shows_its_next_ten_runs_in_its_zone(bob: TestClient, account: Account) -> None:
    answer = bob.post(SCHEDULE, json=wanted(account))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["timezone"], made["enabled"], made["total_generated"]) == ("Asia/Seoul", True, 0)
    assert made["next_run_at"] == made["next_runs"][0] == "2026-11-20T10:30:00Z"
    assert len(made["next_runs"]) == 10
    assert bob.get(f"{SCHEDULE}/{made['id']}").json() == made
    assert bob.get(SCHEDULE).json() == {"items": [made], "next_cursor": None}


def test_its_occurrence_starts_one_run(
    bob: TestClient, store: Store, account: Account, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    made = bob.post(SCHEDULE, json=wanted(account)).json()
    clock.advance(timedelta(hours=2))
    assert schedules.start_due(store, enqueue, grace=GRACE) == 1
    assert schedules.start_due(store, enqueue, grace=GRACE) == 0
    (run,) = bob.get("/api/runs").json()["items"]
    assert run["topic"] == "오늘의 커피"
    assert bob.get(f"{SCHEDULE}/{made['id']}").json()["next_run_at"] == "2026-11-21T10:30:00Z"


@ON_ONE
@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"cron": "0 9 * * *"}, None, "both_given"),
        ({"frequency": None, "time_of_day": None}, None, "recurrence_missing"),
        ({"frequency": "often"}, "frequency", "frequency_unknown"),
        ({"frequency": None, "time_of_day": None, "cron": "99 9 * * *"}, "cron", "cron_invalid"),
        ({"time_of_day": "25:00"}, "time_of_day", "time_of_day_malformed"),
        ({"frequency": "weekly", "weekday": 8}, "weekday", "weekday_unknown"),
        ({"frequency": "monthly", "day_of_month": 32}, "day_of_month", "day_of_month_unknown"),
        ({"timezone": "Mars/Base"}, "timezone", "zone_unknown"),
        ({"content_type": "poem"}, "content_type", "content_type_unknown"),
        ({"settings": {"customPrompt": " "}}, "settings.customPrompt", "title_missing"),
        ({"settings": {"customPrompt": "가" * 301}}, "settings.customPrompt", "title_too_long"),
        ({"name": ""}, "name", "field_invalid"),
    ],
)
def test_what_can_not_be_is_named(
    bob: TestClient, account: Account, wrong: dict[str, Any], field: str | None, code: str
) -> None:
    answer = bob.post(SCHEDULE, json=wanted(account, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if field is not None:
        assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert answer.json()["title"]
    assert bob.get(SCHEDULE).json()["items"] == []


def test_accounts_must_be_the_personas_and_count_once(
    bob: TestClient, store: Store, account: Account
) -> None:
    other = makers.make_account(store)
    refused = bob.post(SCHEDULE, json=wanted(account, account_ids=[other.id]))
    assert (refused.status_code, refused.json()["code"]) == (404, "account_not_found")
    unknown = bob.post(SCHEDULE, json=wanted(account, persona_id="nobody"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "persona_not_found")
    made = bob.post(SCHEDULE, json=wanted(account, account_ids=[account.id, account.id])).json()
    assert made["account_ids"] == [account.id]


def test_the_same_key_makes_one_schedule(bob: TestClient, account: Account) -> None:
    key = {"Idempotency-Key": "schedule-1"}
    first, again = (bob.post(SCHEDULE, json=wanted(account), headers=key) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(bob.get(SCHEDULE).json()["items"]) == 1


def test_who_may_make_schedules(
    client: TestClient, vera: TestClient, charlie: TestClient, account: Account
) -> None:
    assert client.post(SCHEDULE, json=wanted(account)).status_code == 401
    for reader in (vera, charlie):
        assert reader.post(SCHEDULE, json=wanted(account)).json()["code"] == "not_allowed"
        assert reader.get(SCHEDULE).status_code == 200
    unknown = vera.get(f"{SCHEDULE}/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "schedule_not_found")
