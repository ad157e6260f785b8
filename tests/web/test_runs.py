"""`/api/runs`: productions with their history; stopped, and started again from a stage (S1.4, S4.4)."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakeEnqueue
from pressrun.actions import dispatching, outcomes, producing
from pressrun.actions.dispatching import DispatchRules
from pressrun.connectors.base import Published
from pressrun.domain.content import ContentType
from pressrun.domain.failures import Refused
from pressrun.domain.post import PostStatus
from pressrun.domain.run import RunStatus, Stage
from pressrun.kit.clock import MovableClock
from pressrun.store import ledger, posts, runs
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.runs import Run

RUNS = "/api/runs"


@pytest.fixture
def account(store: Store) -> Account:
    return makers.make_account(store)


def make_run(store: Store, account: Account, status: RunStatus = RunStatus.SCHEDULED) -> Run:
    with store.transaction() as tx:
        run = runs.add(
            tx,
            persona_id=account.persona_id,
            account_ids=[account.id],
            content_type=ContentType.IMAGE_POST,
            about="비 오는 날의 커피",
        )
        return run if status is RunStatus.SCHEDULED else runs.change(tx, run, status)


def make_failed(store: Store, account: Account) -> Run:
    """A run whose picture could not be made."""
    run = make_run(store, account)
    for stage in (Stage.TOPIC, Stage.SCRIPT):
        producing.begin(store, run, stage)
        producing.end(store, run, stage, {"made": stage.value})
    producing.begin(store, run, Stage.IMAGE)
    producing.fail(store, run, Stage.IMAGE, Refused(reason="prompt_refused"))
    return run


@pytest.mark.parametrize(
    ("language", "error"),
    [
        ("ko", "AI가 이 주제로는 글을 쓰지 않겠다고 답했어요."),
        ("en", "The AI declined to write about this topic."),
    ],
)
def test_a_run_tells_its_stages_what_they_made_and_why_one_failed(
    vera: TestClient, store: Store, account: Account, language: str, error: str
) -> None:
    run = make_failed(store, account)
    shown = vera.get(f"{RUNS}/{run.id}", headers={"Accept-Language": language}).json()
    assert (shown["status"], shown["failed_stage"], shown["attempt"]) == ("failed", "image", 1)
    stages = {stage["name"]: stage for stage in shown["stages"]}
    assert [stage["status"] for stage in stages.values()] == ["done", "done", "failed", "waiting"]
    assert stages["script"]["artefacts"] == {"made": "script"}
    assert stages["image"]["error"] == error
    kinds = [line["kind"] for line in shown["log"]]
    assert kinds.count("stage.started") == 3
    assert kinds == [line["kind"] for line in sorted(shown["log"], key=lambda line: line["id"])]


def test_a_failed_run_starts_again_from_its_stage_and_keeps_what_came_before(
    bob: TestClient, store: Store, account: Account, enqueue: FakeEnqueue
) -> None:
    run = make_failed(store, account)
    answer = bob.post(f"{RUNS}/{run.id}/retry", json={"from_stage": "image"})
    assert answer.status_code == 200
    again = answer.json()
    assert (again["status"], again["attempt"], again["failed_stage"]) == ("scheduled", 2, None)
    assert [stage["artefacts"] for stage in again["stages"]] == [
        {"made": "topic"},
        {"made": "script"},
        None,
        None,
    ]
    assert enqueue.work == [("produce", f"run-{run.id}-a2", (run.id, 2))]


@pytest.mark.parametrize("stage", ["video", "poem", ""])
def test_only_a_stage_of_its_recipe_can_be_started_from(
    bob: TestClient, store: Store, account: Account, enqueue: FakeEnqueue, stage: str
) -> None:
    run = make_failed(store, account)
    answer = bob.post(f"{RUNS}/{run.id}/retry", json={"from_stage": stage}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "stage_unknown")
    assert "topic, script, image, publish" in answer.text
    assert enqueue.work == []


def test_a_run_that_goes_on_is_not_started_again(bob: TestClient, store: Store, account: Account) -> None:
    run = make_run(store, account, RunStatus.SCRIPT_PROCESSING)
    answer = bob.post(f"{RUNS}/{run.id}/retry", json={"from_stage": "topic"})
    assert (answer.status_code, answer.json()["code"]) == (409, "run_refuses")


def test_a_run_whose_posts_are_out_is_not_made_again(bob: TestClient, store: Store, account: Account) -> None:
    run = make_failed(store, account)
    makers.make_post(store, account, run_id=run.id, status=PostStatus.CONFIRMING)
    answer = bob.post(f"{RUNS}/{run.id}/retry", json={"from_stage": "image"})
    assert (answer.status_code, answer.json()["code"]) == (409, "run_has_posts")


def test_stopping_a_run_calls_off_every_post_that_would_still_go_out(
    bob: TestClient, store: Store, account: Account, enqueue: FakeEnqueue
) -> None:
    """중단 (S2.2)."""
    run = make_run(store, account, RunStatus.PUBLISHING)
    armed = makers.make_post(store, account, run_id=run.id, due_at=store.clock.now())
    dispatching.claim_due(store, enqueue, DispatchRules())
    waiting = (PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL, PostStatus.RETRY_WAIT, PostStatus.HELD)
    would = [armed, *(makers.make_post(store, account, run_id=run.id, status=each) for each in waiting)]
    sending = makers.make_post(store, account, run_id=run.id, status=PostStatus.PUBLISHING)

    assert bob.post(f"{RUNS}/{run.id}/stop").json()["status"] == "cancelled"
    with store.read() as tx:
        assert [posts.get(tx, post.id).status for post in would] == [PostStatus.CANCELLED] * 5
        assert posts.get(tx, sending.id).status is PostStatus.PUBLISHING
        assert ledger.taken(tx, account.id) == []
    again = bob.post(f"{RUNS}/{run.id}/stop")
    assert (again.status_code, again.json()["code"]) == (409, "run_refuses")


def test_giving_up_the_last_open_post_ends_the_run(bob: TestClient, store: Store, account: Account) -> None:
    run = make_run(store, account, RunStatus.PUBLISHING)
    post = makers.make_post(store, account, run_id=run.id, status=PostStatus.HELD)
    bob.post(f"/api/posts/{post.id}/give-up")
    assert bob.get(f"{RUNS}/{run.id}").json()["ended_at"] is not None
    assert bob.post(f"/api/posts/{post.id}/take-back").json()["status"] == "failed"


def test_a_post_of_a_stopped_run_can_still_be_given_up(
    bob: TestClient, store: Store, account: Account
) -> None:
    run = make_run(store, account, RunStatus.PUBLISHING)
    post = makers.make_post(store, account, run_id=run.id, status=PostStatus.FAILED)
    bob.post(f"{RUNS}/{run.id}/stop")
    assert bob.post(f"/api/posts/{post.id}/give-up").json()["status"] == "given_up"
    assert bob.get(f"{RUNS}/{run.id}").json()["status"] == "cancelled"


def test_runs_are_listed_the_newest_first(
    vera: TestClient, store: Store, account: Account, clock: MovableClock
) -> None:
    made = []
    for owner in (account, makers.make_account(store), account):
        made.append(make_run(store, owner).id)
        clock.advance(timedelta(seconds=1))
    first = vera.get(RUNS, params={"limit": 2}).json()
    rest = vera.get(RUNS, params={"cursor": first["next_cursor"]}).json()
    assert [run["id"] for run in first["items"] + rest["items"]] == made[::-1]
    mine = vera.get(RUNS, params={"persona_id": account.persona_id}).json()
    assert [run["id"] for run in mine["items"]] == [made[2], made[0]]


def test_who_may_touch_runs(
    client: TestClient, vera: TestClient, charlie: TestClient, bob: TestClient, store: Store, account: Account
) -> None:
    run = make_run(store, account)
    for action, body in (("stop", None), ("retry", {"from_stage": "topic"})):
        assert client.post(f"{RUNS}/{run.id}/{action}", json=body).status_code == 401
        for reader in (vera, charlie):
            assert reader.post(f"{RUNS}/{run.id}/{action}", json=body).json()["code"] == "not_allowed"
        unknown = bob.post(f"{RUNS}/nothing/{action}", json=body)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "run_not_found")
    assert vera.get(f"{RUNS}/nothing").json()["code"] == "run_not_found"


def test_a_run_that_was_stopped_lets_the_post_that_is_being_published_end(
    store: Store, account: Account
) -> None:
    run = make_run(store, account)
    post = makers.make_post(store, account, run_id=run.id, status=PostStatus.PUBLISHING)
    with store.transaction() as tx:
        runs.change(tx, run, RunStatus.CANCELLED)

    with store.transaction() as tx:
        outcomes.published(tx, post, Published("1", "https://p.example/1"))

    with store.read() as tx:
        assert posts.get(tx, post.id).status is PostStatus.PUBLISHED
        assert runs.get(tx, run.id).status is RunStatus.CANCELLED
