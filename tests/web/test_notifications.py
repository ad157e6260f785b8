"""`/api/notifications`: what a person should know, in their language."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.kit.clock import MovableClock
from pressrun.store import notifications
from pressrun.store.database import Store


def notify(store: Store, **about: str) -> str:
    with store.transaction() as tx:
        values = {"persona": "카페 하루"}
        made = notifications.add(tx, code="account_suspended", severity="failed", values=values, **about)
        return made.id


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "페르소나 ‘카페 하루’ 계정 정지됨"), ("en", "Account of persona ‘카페 하루’ suspended")],
)
def test_each_reads_their_own_language(vera: TestClient, store: Store, language: str, words: str) -> None:
    account = makers.make_account(store)
    notify(store, account_id=account.id)
    body = vera.get("/api/notifications", headers={"Accept-Language": language}).json()
    (item,) = body["items"]
    assert words in item["message"]
    assert (item["code"], item["severity"], item["account_id"]) == ("account_suspended", "failed", account.id)
    assert item["href"] == f"/accounts/{account.id}"
    assert body["unread"] == 1


def test_what_is_about_a_post_leads_to_the_post(vera: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    notify(store, post_id=post.id, account_id=post.account_id)
    assert vera.get("/api/notifications").json()["items"][0]["href"] == f"/posts/{post.id}"


def test_the_newest_come_first_and_in_pages(vera: TestClient, store: Store, clock: MovableClock) -> None:
    made = []
    for _ in range(3):
        made.append(notify(store))
        clock.advance(timedelta(minutes=1))
    page = vera.get("/api/notifications", params={"limit": 2}).json()
    rest = vera.get("/api/notifications", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


def test_reading_one_takes_it_from_the_unread(vera: TestClient, store: Store, clock: MovableClock) -> None:
    first, second = notify(store), notify(store)
    read = vera.post(f"/api/notifications/{first}/read")
    assert read.json()["read_at"] == "2026-11-20T09:00:00Z"
    clock.advance(timedelta(hours=1))
    assert vera.post(f"/api/notifications/{first}/read").json() == read.json()
    unread = vera.get("/api/notifications", params={"unread": True}).json()
    assert [item["id"] for item in unread["items"]] == [second]
    assert unread["unread"] == 1


def test_an_unknown_notification_is_not_found(vera: TestClient) -> None:
    answer = vera.post("/api/notifications/none/read")
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
