"""`/api/posts`: what was tried, and what a person can do about it (S2.3, S2.4)."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.actions import outcomes
from pressrun.domain.account import AccountStatus
from pressrun.domain.decisions import RetryPolicy
from pressrun.domain.failures import Answer, Refused
from pressrun.domain.post import PostStatus
from pressrun.store import accounts, posts
from pressrun.store.database import Store
from pressrun.store.posts import Post

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LINK = "https://www.instagram.com/p/haru"


def fail(store: Store) -> Post:
    """A post that the platform refused."""
    post = makers.make_post(store, status=PostStatus.PUBLISHING)
    with store.transaction() as tx:
        failure = Refused(answer=Answer(status=400, code="2207051", message="Bad picture"))
        return outcomes.failed(tx, post, failure, policy=RetryPolicy())


def act(client: TestClient, post: Post, action: str, **body: Any) -> Any:
    return client.post(f"/api/posts/{post.id}/{action}", json=body)


@pytest.mark.parametrize(
    ("at", "ready_at"),
    [
        ("now", "2026-11-20T09:00:00Z"),
        ("30m", "2026-11-20T09:30:00Z"),
        ("1h", "2026-11-20T10:00:00Z"),
        ("2026-11-21T09:00:00+09:00", "2026-11-21T00:00:00Z"),
        ("2026-11-21T09:00", "2026-11-21T00:00:00Z"),
    ],
)
def test_a_failed_post_is_tried_again_when_a_person_says(
    bob: TestClient, store: Store, at: str, ready_at: str
) -> None:
    answer = act(bob, fail(store), "retry", at=at)
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["ready_at"]) == ("scheduled", ready_at)


@ON_ONE
@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2h", "time_malformed"),
        ("", "time_malformed"),
        ("2026-11-20T08:00:00Z", "time_in_past"),
        ("2029-01-01T00:00:00Z", "time_too_far"),
    ],
)
def test_a_retry_at_a_time_that_can_not_be_changes_nothing(
    bob: TestClient, store: Store, at: str, code: str
) -> None:
    post = fail(store)
    answer = act(bob, post, "retry", at=at)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "at"
    assert bob.get(f"/api/posts/{post.id}").json()["status"] == "failed"


@ON_ONE
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (PostStatus.SCHEDULED, "not_failed"),
        (PostStatus.ARMED, "already_publishing"),
        (PostStatus.PUBLISHING, "already_publishing"),
        (PostStatus.CONFIRMING, "outcome_unknown_yet"),
        (PostStatus.UNCONFIRMED, "outcome_unknown"),
        (PostStatus.CANCELLED, "cancelled"),
        (PostStatus.GIVEN_UP, "given_up"),
        (PostStatus.HELD, "held"),
        (PostStatus.AWAITING_APPROVAL, "awaiting_approval"),
    ],
)
def test_only_what_failed_is_tried_again(
    bob: TestClient, store: Store, status: PostStatus, code: str
) -> None:
    answer = act(bob, makers.make_post(store, status=status), "retry", at="now")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize(
    ("status", "code"),
    [(AccountStatus.SUSPENDED, "account_suspended"), (AccountStatus.NEEDS_REAUTH, "needs_reauth")],
)
def test_a_blocked_account_is_mended_before_its_posts_are_tried_again(
    bob: TestClient, store: Store, status: AccountStatus, code: str
) -> None:
    failed, waiting = fail(store), makers.make_post(store)
    with store.transaction() as tx:
        for post in (failed, waiting):
            accounts.set_status(tx, accounts.get(tx, post.account_id), status)
    for answer in (act(bob, failed, "retry", at="now"), act(bob, waiting, "publish-now")):
        assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_giving_up_is_taken_back(bob: TestClient, store: Store) -> None:
    post = fail(store)
    assert act(bob, post, "give-up").json()["status"] == "given_up"
    assert act(bob, post, "give-up").json()["code"] == "given_up"
    assert act(bob, post, "retry", at="now").json()["code"] == "given_up"
    assert act(bob, post, "take-back").json()["status"] == "failed"
    assert act(bob, post, "retry", at="now").json()["status"] == "scheduled"


def test_a_waiting_post_is_sent_now(bob: TestClient, store: Store) -> None:
    answer = act(bob, makers.make_post(store), "publish-now").json()
    assert answer["due_at"] == answer["ready_at"] == "2026-11-20T09:00:00Z"
    assert act(bob, fail(store), "publish-now").json()["code"] == "failed"


def test_a_person_who_found_the_post_says_where(bob: TestClient, store: Store) -> None:
    post = makers.make_post(store, status=PostStatus.UNCONFIRMED)
    answer = act(bob, post, "resolve", published=True, url=LINK).json()
    assert (answer["status"], answer["permalink"]) == ("published", LINK)
    assert act(bob, post, "resolve", published=True, url=LINK).json()["code"] == "not_unconfirmed"


def test_a_person_who_did_not_find_it_may_retry(bob: TestClient, store: Store) -> None:
    post = makers.make_post(store, status=PostStatus.UNCONFIRMED)
    assert act(bob, post, "resolve", published=False).json()["status"] == "failed"
    assert act(bob, post, "retry", at="now").json()["status"] == "scheduled"


@ON_ONE
@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "instagram.com/p/haru"])
def test_a_found_post_needs_its_address(bob: TestClient, store: Store, url: str) -> None:
    post = makers.make_post(store, status=PostStatus.UNCONFIRMED)
    answer = act(bob, post, "resolve", published=True, url=url)
    assert (answer.status_code, answer.json()["code"]) == (422, "permalink_malformed")
    assert bob.get(f"/api/posts/{post.id}").json()["status"] == "unconfirmed"


def test_what_is_known_is_not_resolved(bob: TestClient, store: Store) -> None:
    answer = act(bob, fail(store), "resolve", published=True, url=LINK)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_unconfirmed")


@pytest.mark.parametrize(
    ("language", "message", "what_to_do"),
    [
        ("ko", "플랫폼이 게시물을 거절했어요 (2207051)", "내용을 고친 뒤 다시 시도해 주세요."),
        ("en", "The platform refused the post (2207051)", "Change the post, then retry."),
    ],
)
def test_a_failure_is_told_in_the_readers_language(
    bob: TestClient, store: Store, language: str, message: str, what_to_do: str
) -> None:
    post = fail(store)
    error = bob.get(f"/api/posts/{post.id}", headers={"Accept-Language": language}).json()["error"]
    assert (error["code"], error["message"], error["what_to_do"]) == ("refused", message, what_to_do)
    assert (error["said"], error["retry_at"]) == ("Bad picture", None)


def test_posts_are_listed_in_pages_and_narrowed(bob: TestClient, store: Store) -> None:
    made = [makers.make_post(store, due_at=store.clock.now() + timedelta(hours=hour)) for hour in range(3)]
    first = bob.get("/api/posts", params={"limit": 2}).json()
    rest = bob.get("/api/posts", params={"cursor": first["next_cursor"]}).json()
    assert [post["id"] for post in first["items"] + rest["items"]] == [post.id for post in made]
    assert rest["next_cursor"] is None
    failed = fail(store)
    (only,) = bob.get("/api/posts", params={"status": "failed"}).json()["items"]
    assert only["id"] == failed.id
    late = bob.get("/api/posts", params={"from": "2026-11-20T11:00:00", "status": "scheduled"}).json()
    assert [post["id"] for post in late["items"]] == [made[2].id]
    assert bob.get("/api/posts", params={"limit": 101}).status_code == 422


@ON_ONE
@pytest.mark.parametrize("action", ["retry", "publish-now", "give-up", "take-back", "resolve"])
def test_every_action_needs_a_post_and_the_right(
    client: TestClient, vera: TestClient, charlie: TestClient, store: Store, action: str
) -> None:
    post, body = fail(store), {"at": "now", "published": False}
    assert client.post(f"/api/posts/{post.id}/{action}", json=body).status_code == 401
    assert vera.post(f"/api/posts/{post.id}/{action}", json=body).json()["code"] == "not_allowed"
    unknown = charlie.post(f"/api/posts/nothing/{action}", json=body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "post_not_found")
    with store.read() as tx:
        assert posts.get(tx, post.id).version == post.version
    assert vera.get(f"/api/posts/{post.id}").status_code == 200


def test_many_posts_are_retried_given_up_and_taken_back_at_once(bob: TestClient, store: Store) -> None:
    """S2.4: retry all, give up; one that refuses stops none of the others and says why."""
    failed = [makers.make_post(store, status=PostStatus.FAILED).id for _ in range(2)]
    unknown = makers.make_post(store, status=PostStatus.UNCONFIRMED).id
    ids = [*failed, unknown]

    left = bob.post("/api/posts/give-up", json={"post_ids": ids}).json()
    assert left["done"] == failed
    assert [(each["post_id"], each["code"]) for each in left["refused"]] == [(unknown, "outcome_unknown")]
    assert left["refused"][0]["message"]

    assert bob.post("/api/posts/take-back", json={"post_ids": failed}).json()["done"] == failed
    assert bob.post("/api/posts/retry", json={"post_ids": failed, "at": "1h"}).json()["done"] == failed
    assert {bob.get(f"/api/posts/{post_id}").json()["status"] for post_id in failed} == {"scheduled"}


def test_a_bulk_action_needs_at_least_one_post(bob: TestClient) -> None:
    assert bob.post("/api/posts/retry", json={"post_ids": []}).status_code == 422
