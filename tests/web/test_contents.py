"""`/api/contents`: what was approved is what is sent; an edit asks again (promise 4)."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakeEnqueue
from pressrun.actions import dispatching
from pressrun.actions.dispatching import DispatchRules
from pressrun.domain.content import ContentEvent, content_hash
from pressrun.domain.post import PostStatus
from pressrun.store import contents, ledger, posts
from pressrun.store.contents import Content
from pressrun.store.database import Store
from pressrun.store.posts import Post

CONTENTS = "/api/contents"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def submitted(store: Store) -> Content:
    content = makers.make_content(store, approved=False)
    with store.transaction() as tx:
        return contents.change(tx, content, ContentEvent.SUBMITTED)


def approved_post(store: Store, status: PostStatus = PostStatus.SCHEDULED, **choices: Any) -> Post:
    return makers.make_post(store, content=makers.make_content(store), status=status, **choices)


def status_of(store: Store, post: Post) -> PostStatus:
    with store.read() as tx:
        return posts.get(tx, post.id).status


def test_approving_lets_exactly_this_out(charlie: TestClient, store: Store, submitted: Content) -> None:
    post = makers.make_post(store, content=submitted, status=PostStatus.AWAITING_APPROVAL)
    (waiting,) = charlie.get(CONTENTS).json()["items"]
    answer = charlie.post(f"{CONTENTS}/{submitted.id}/approve", json={"note": "좋아요"})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["note"]) == ("approved", "좋아요")
    assert answer.json()["hash"] == waiting["hash"] == content_hash("A quiet morning", ["haru"], [])
    assert status_of(store, post) is PostStatus.SCHEDULED
    assert charlie.get(CONTENTS).json()["items"] == []


def test_rejecting_needs_a_reason_and_calls_its_posts_off(
    charlie: TestClient, store: Store, submitted: Content
) -> None:
    post = makers.make_post(store, content=submitted, status=PostStatus.AWAITING_APPROVAL)
    for note in (None, {"note": "  "}):
        missing = charlie.post(f"{CONTENTS}/{submitted.id}/reject", json=note)
        assert (missing.status_code, missing.json()["code"]) == (422, "note_missing")
        assert missing.json()["errors"][0]["field"] == "note"
    answer = charlie.post(f"{CONTENTS}/{submitted.id}/reject", json={"note": "사진을 바꿔 주세요"})
    assert (answer.json()["status"], answer.json()["note"]) == ("rejected", "사진을 바꿔 주세요")
    assert status_of(store, post) is PostStatus.CANCELLED


@pytest.mark.parametrize(
    ("first", "then"), [("approve", "approve"), ("approve", "reject"), ("reject", "approve")]
)
def test_what_is_decided_is_not_decided_again(
    charlie: TestClient, submitted: Content, first: str, then: str
) -> None:
    note = {"note": "because"}
    assert charlie.post(f"{CONTENTS}/{submitted.id}/{first}", json=note).status_code == 200
    again = charlie.post(f"{CONTENTS}/{submitted.id}/{then}", json=note)
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_an_edit_asks_for_approval_again_and_stops_what_was_on_its_way(
    bob: TestClient, charlie: TestClient, store: Store, enqueue: FakeEnqueue
) -> None:
    post = approved_post(store, due_at=store.clock.now())
    dispatching.claim_due(store, enqueue, DispatchRules())
    answer = bob.put(f"{CONTENTS}/{post.content_id}", json={"caption": "다른 글", "hashtags": ["#비", "비"]})
    assert (answer.json()["status"], answer.json()["version"]) == ("in_review", 3)
    assert (answer.json()["caption"], answer.json()["hashtags"]) == ("다른 글", ["비"])
    assert status_of(store, post) is PostStatus.AWAITING_APPROVAL
    with store.read() as tx:
        assert ledger.taken(tx, post.account_id) == []
    charlie.post(f"{CONTENTS}/{post.content_id}/approve")
    assert status_of(store, post) is PostStatus.SCHEDULED


@ON_ONE
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (PostStatus.PUBLISHING, "already_publishing"),
        (PostStatus.CONFIRMING, "outcome_unknown_yet"),
        (PostStatus.UNCONFIRMED, "outcome_unknown"),
    ],
)
def test_what_is_being_sent_or_looked_for_keeps_its_words(
    bob: TestClient, store: Store, status: PostStatus, code: str
) -> None:
    """The platform is searched for this text; with other words it would be sent a second time."""
    post = approved_post(store, status)
    answer = bob.put(f"{CONTENTS}/{post.content_id}", json={"caption": "다른 글"})
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert bob.get(f"{CONTENTS}/{post.content_id}").json()["caption"] == "A quiet morning"


@ON_ONE
@pytest.mark.parametrize(
    ("edit", "field", "code"),
    [
        ({"caption": "가" * 2201}, "caption", "caption_too_long"),
        ({"caption": "가" * 15_000}, "caption", "caption_too_long"),
        ({"caption": "", "hashtags": [f"t{n}" for n in range(31)]}, "hashtags", "too_many_hashtags"),
    ],
)
def test_an_edit_keeps_to_the_platforms_rules(
    bob: TestClient, store: Store, edit: dict[str, Any], field: str, code: str
) -> None:
    post = approved_post(store)
    answer = bob.put(f"{CONTENTS}/{post.content_id}", json=edit)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == field
    assert status_of(store, post) is PostStatus.SCHEDULED


def test_who_decides_and_who_edits(
    client: TestClient, vera: TestClient, bob: TestClient, charlie: TestClient, submitted: Content
) -> None:
    address = f"{CONTENTS}/{submitted.id}"
    for action in ("approve", "reject"):
        assert client.post(f"{address}/{action}", json={"note": "x"}).status_code == 401
        for other in (vera, bob):
            assert other.post(f"{address}/{action}", json={"note": "x"}).json()["code"] == "not_allowed"
        unknown = charlie.post(f"{CONTENTS}/nothing/{action}", json={"note": "x"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "content_not_found")
    for other in (vera, charlie):
        assert other.put(address, json={"caption": "x"}).status_code == 403
    assert bob.put(f"{CONTENTS}/nothing", json={"caption": "x"}).json()["code"] == "content_not_found"
    assert vera.get(address).json()["status"] == "in_review"
