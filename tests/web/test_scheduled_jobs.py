"""`/api/workflow/scheduled-jobs`: what waits for its time, moved and called off (S0.4)."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakeEnqueue
from pressrun.actions import dispatching, publishing
from pressrun.actions.base import Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.actions.publishing import Armed
from pressrun.domain.content import ContentType
from pressrun.domain.failures import Answer, Transient
from pressrun.domain.post import PostEvent, PostStatus
from pressrun.domain.run import RunStatus
from pressrun.kit.clock import MovableClock
from pressrun.store import ledger, posts, runs
from pressrun.store.database import Store
from pressrun.store.posts import Post

JOBS = "/api/workflow/scheduled-jobs"
LATER = {"scheduled_publish_time": "2026-11-21T09:00:00Z"}
REFUSED = {
    PostStatus.PUBLISHING: "already_publishing",
    PostStatus.PUBLISHED: "already_published",
    PostStatus.FAILED: "failed",
    PostStatus.GIVEN_UP: "given_up",
    PostStatus.CONFIRMING: "outcome_unknown_yet",
    PostStatus.UNCONFIRMED: "outcome_unknown",
}


def read(store: Store, post: Post) -> Post:
    with store.read() as tx:
        return posts.get(tx, post.id)


def make_in(store: Store, status: PostStatus) -> Post:
    """A post that stands so."""
    if status is not PostStatus.PUBLISHED:
        return makers.make_post(store, status=status)
    post = makers.make_post(store, status=PostStatus.PUBLISHING)
    with store.transaction() as tx:
        return posts.change(tx, post, PostEvent.PUBLISHED, published_at=tx.now)


def arm(store: Store, enqueue: FakeEnqueue) -> None:
    dispatching.claim_due(store, enqueue, DispatchRules())


def listed(client: TestClient, **wanted: Any) -> list[str]:
    answer = client.get(JOBS, params=wanted)
    assert answer.status_code == 200, answer.text
    return [job["job_id"] for job in answer.json()["jobs"]]


def test_a_job_is_shown_with_its_persona_and_picture(bob: TestClient, store: Store) -> None:
    persona = makers.make_persona(store, "하루")
    account = makers.make_account(store, persona, handle="haru_cafe")
    picture = makers.make_asset(store)
    content = makers.make_content(store, persona, caption="조용한 아침", asset_ids=(picture.id,))
    post = makers.make_post(store, account, content=content)
    (job,) = bob.get(JOBS).json()["jobs"]
    assert job["job_id"] == job["post_id"] == post.id
    assert (job["persona"], job["platform"], job["handle"]) == ("하루", "instagram", "haru_cafe")
    assert (job["caption"], job["status"]) == ("조용한 아침", "scheduled")
    assert job["thumbnail_url"] == f"/api/assets/{picture.id}/thumbnail"
    assert job["scheduled_publish_time"] == "2026-11-20T10:00:00Z"
    assert bob.get(f"{JOBS}/{post.id}").json() == {**job, "attempts": []}


def test_jobs_come_in_the_order_of_their_times_and_in_pages(
    bob: TestClient, store: Store, clock: MovableClock
) -> None:
    hours = [5, 1, 4, 2, 3]
    made = {hour: makers.make_post(store, due_at=clock.now() + timedelta(hours=hour)) for hour in hours}
    makers.make_post(store, scheduled_by_time=False)
    assert listed(bob) == [made[hour].id for hour in sorted(hours)]

    seen, cursor = [], None
    while cursor is not None or not seen:
        answer = bob.get(JOBS, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [job["job_id"] for job in answer["jobs"]]
        cursor = answer["next_cursor"]
    assert seen == listed(bob)
    assert bob.get(JOBS, params={"cursor": "nonsense"}).json()["code"] == "cursor_malformed"


def test_jobs_are_narrowed_by_status_persona_account_and_time(bob: TestClient, store: Store) -> None:
    soon = makers.make_post(store)
    tomorrow = makers.make_post(store, due_at=store.clock.now() + timedelta(days=1))
    cancelled = makers.make_post(store, status=PostStatus.CANCELLED)
    assert listed(bob, status="cancelled") == [cancelled.id]
    assert set(listed(bob, status=["scheduled", "cancelled"])) == {soon.id, tomorrow.id, cancelled.id}
    assert listed(bob, persona_id=tomorrow.persona_id) == [tomorrow.id]
    assert listed(bob, account_id=soon.account_id) == [soon.id]
    assert listed(bob, **{"from": "2026-11-21T00:00:00+09:00"}) == [tomorrow.id]
    assert tomorrow.id not in listed(bob, to="2026-11-21T09:00:00Z")
    assert bob.get(JOBS, params={"status": "lost"}).status_code == 422


def test_a_bound_without_an_offset_is_read_in_the_personas_zone(bob: TestClient, store: Store) -> None:
    """The post is due at 19:00 in Seoul, 10:00 in UTC."""
    post = makers.make_post(store)
    assert listed(bob, persona_id=post.persona_id, to="2026-11-20T19:00") == []
    assert listed(bob, persona_id=post.persona_id, to="2026-11-20T19:01") == [post.id]
    assert listed(bob, to="2026-11-20T10:01") == [post.id]
    assert listed(bob, **{"from": "2026-11-21"}) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("bound", ["soon", "2026-13-01", "0001-01-01T00:00:00+14:00", "2026-02-30T10:00"])
def test_a_bound_that_is_no_time_is_named(bob: TestClient, bound: str) -> None:
    answer = bob.get(JOBS, params={"from": bound})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "from")
    assert answer.json()["code"] == "time_malformed"


def test_a_job_tells_its_attempts_in_the_readers_language(
    bob: TestClient, workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    store = workspace.store
    post = makers.make_post(store, due_at=store.clock.now())
    arm(store, enqueue)
    armed = Armed(post.id, read(store, post).version, enqueue.work[-1][1])
    (attempt,) = publishing.take_up(store, [armed], worker_id="worker")
    assert attempt is not None
    publishing.start(workspace, attempt, version=armed.version, at_once=10)
    publishing.fail(workspace, attempt, Transient(answer=Answer(status=500, code="2")))

    def told(language: str) -> dict[str, Any]:
        (told,) = bob.get(f"{JOBS}/{post.id}", headers={"Accept-Language": language}).json()["attempts"]
        return told

    assert (told("ko")["code"], told("ko")["outcome"]) == ("transient", "failed")
    assert told("ko")["message"] == "플랫폼에 잠시 문제가 있어 실패했어요 (2)"
    assert told("en")["message"] == "The platform had a passing problem (2)"


def test_a_job_is_moved(bob: TestClient, store: Store, clock: MovableClock, enqueue: FakeEnqueue) -> None:
    post = makers.make_post(store)
    moved = bob.put(f"{JOBS}/{post.id}", json=LATER)
    assert (moved.status_code, moved.json()["scheduled_publish_time"]) == (200, "2026-11-21T09:00:00Z")
    clock.advance(timedelta(hours=2))
    arm(store, enqueue)
    assert enqueue.work == []
    clock.advance(timedelta(hours=22))
    arm(store, enqueue)
    assert read(store, post).status is PostStatus.ARMED


def test_a_job_that_a_worker_holds_already_is_still_moved_and_frees_its_place(
    bob: TestClient, store: Store, enqueue: FakeEnqueue
) -> None:
    post = makers.make_post(store, due_at=store.clock.now() + timedelta(seconds=10))
    arm(store, enqueue)
    assert bob.put(f"{JOBS}/{post.id}", json=LATER).json()["status"] == "scheduled"
    with store.read() as tx:
        assert ledger.taken(tx, post.account_id) == []


@pytest.mark.parametrize("status", [PostStatus.AWAITING_APPROVAL, PostStatus.HELD])
def test_moving_a_job_that_waits_for_a_person_lets_nothing_out(
    bob: TestClient, store: Store, status: PostStatus
) -> None:
    post = makers.make_post(store, status=status)
    moved = bob.put(f"{JOBS}/{post.id}", json=LATER).json()
    assert (moved["status"], moved["scheduled_publish_time"]) == (status, "2026-11-21T09:00:00Z")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2026-11-20T08:00:00Z", "time_in_past"),
        ("2026-11-20T09:00:30Z", "time_too_near"),
        ("2029-01-01T00:00:00Z", "time_too_far"),
        ("later", "time_malformed"),
    ],
)
def test_a_job_is_not_moved_to_a_time_that_can_not_be(
    bob: TestClient, store: Store, time: str, code: str
) -> None:
    post = makers.make_post(store)
    answer = bob.put(f"{JOBS}/{post.id}", json={"scheduled_publish_time": time})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "scheduled_publish_time"
    assert read(store, post).due_at == post.due_at


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("status", "code"), [*REFUSED.items(), (PostStatus.CANCELLED, "cancelled")])
def test_a_job_that_is_past_waiting_is_not_moved(
    bob: TestClient, store: Store, status: PostStatus, code: str
) -> None:
    post = make_in(store, status)
    for language in ("ko", "en"):
        answer = bob.put(f"{JOBS}/{post.id}", json=LATER, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert answer.json()["title"]
    assert read(store, post) == post


@pytest.mark.parametrize(("status", "code"), REFUSED.items())
def test_a_job_that_is_past_waiting_is_not_called_off(
    bob: TestClient, store: Store, status: PostStatus, code: str
) -> None:
    post = make_in(store, status)
    answer = bob.delete(f"{JOBS}/{post.id}")
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert read(store, post) == post


@pytest.mark.parametrize(
    "status",
    [PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL, PostStatus.RETRY_WAIT, PostStatus.HELD],
)
def test_a_job_is_called_off_and_twice_is_once(bob: TestClient, store: Store, status: PostStatus) -> None:
    post = makers.make_post(store, status=status)
    for _ in range(2):
        answer = bob.delete(f"{JOBS}/{post.id}")
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    cancelled = read(store, post)
    assert (cancelled.status, cancelled.version) == (PostStatus.CANCELLED, post.version + 1)


def test_a_job_that_a_worker_holds_already_is_still_called_off(
    bob: TestClient, store: Store, enqueue: FakeEnqueue
) -> None:
    post = makers.make_post(store, due_at=store.clock.now() + timedelta(seconds=10))
    arm(store, enqueue)
    armed = Armed(post.id, read(store, post).version, enqueue.work[-1][1])
    assert bob.delete(f"{JOBS}/{post.id}").status_code == 200
    assert publishing.take_up(store, [armed], worker_id="worker") == [None]
    with store.read() as tx:
        assert ledger.taken(tx, post.account_id) == []


def test_a_run_ends_when_its_last_post_is_called_off(bob: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    with store.transaction() as tx:
        run = runs.add(
            tx,
            persona_id=account.persona_id,
            account_ids=[account.id],
            content_type=ContentType.IMAGE_POST,
            about="커피",
        )
        runs.change(tx, run, RunStatus.PUBLISHING)
    post = makers.make_post(store, account, run_id=run.id)
    bob.delete(f"{JOBS}/{post.id}")
    assert bob.get(f"/api/runs/{run.id}").json()["ended_at"] is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", LATER), ("DELETE", None)])
def test_an_unknown_job_is_not_found(bob: TestClient, method: str, body: dict[str, str] | None) -> None:
    answer = bob.request(method, f"{JOBS}/nothing", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")


def test_who_may_touch_jobs(client: TestClient, vera: TestClient, charlie: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    address = f"{JOBS}/{post.id}"
    for method in ("GET", "PUT", "DELETE"):
        assert client.request(method, address, json=LATER).status_code == 401
    assert listed(vera) == [post.id]
    assert vera.put(address, json=LATER).json()["code"] == "not_allowed"
    assert vera.delete(address).status_code == 403
    assert charlie.put(address, json=LATER).status_code == 200
