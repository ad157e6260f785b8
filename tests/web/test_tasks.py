"""`/api/tasks/{id}`: a post or a run in one vocabulary (S4.3, S4.4)."""

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.actions import outcomes, producing
from pressrun.actions import posts as post_actions
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.connectors.base import Published
from pressrun.domain.content import ContentType
from pressrun.domain.decisions import RetryPolicy
from pressrun.domain.failures import Refused, Transient
from pressrun.domain.post import PostEvent, PostStatus
from pressrun.domain.run import RunStatus, Stage
from pressrun.store import posts, runs
from pressrun.store.database import Store
from pressrun.store.runs import Run

TASKS = "/api/tasks"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def make_run(store: Store) -> Run:
    account = makers.make_account(store)
    with store.transaction() as tx:
        return runs.add(
            tx,
            persona_id=account.persona_id,
            account_ids=[account.id],
            content_type=ContentType.IMAGE_POST,
            about="비 오는 날의 커피",
        )


@ON_ONE
@pytest.mark.parametrize(
    ("status", "told"),
    [
        (PostStatus.AWAITING_APPROVAL, "needs_person"),
        (PostStatus.SCHEDULED, "queued"),
        (PostStatus.ARMED, "queued"),
        (PostStatus.PUBLISHING, "running"),
        (PostStatus.CONFIRMING, "running"),
        (PostStatus.RETRY_WAIT, "waiting"),
        (PostStatus.HELD, "needs_person"),
        (PostStatus.UNCONFIRMED, "needs_person"),
        (PostStatus.FAILED, "failed"),
        (PostStatus.CANCELLED, "cancelled"),
        (PostStatus.GIVEN_UP, "failed"),
    ],
)
def test_a_post_is_a_task(vera: TestClient, store: Store, status: PostStatus, told: str) -> None:
    post = makers.make_post(store, status=status)
    task = vera.get(f"{TASKS}/{post.id}").json()
    assert (task["id"], task["kind"], task["status"]) == (post.id, "post", told)
    assert task["links"] == {"post": f"/posts/{post.id}"}
    assert task["message"]


def test_a_published_post_is_complete_and_links_to_the_platform(vera: TestClient, store: Store) -> None:
    post = makers.make_post(store, status=PostStatus.PUBLISHING)
    with store.transaction() as tx:
        outcomes.published(tx, post, Published("1", "https://p.example/1"))
    task = vera.get(f"{TASKS}/{post.id}").json()
    assert (task["status"], task["progress"], task["stage"]) == ("completed", 100, "done")
    assert task["links"]["permalink"] == "https://p.example/1"
    assert task["error"] is None


def test_a_failure_is_told_until_it_goes_on(vera: TestClient, workspace: Workspace) -> None:
    store = workspace.store
    post = makers.make_post(store, status=PostStatus.PUBLISHING)
    with store.transaction() as tx:
        outcomes.failed(tx, post, Refused(), policy=RetryPolicy())
    failed = vera.get(f"{TASKS}/{post.id}", headers={"Accept-Language": "en"}).json()
    assert failed["error"]["code"] == "refused"
    assert failed["message"] == failed["error"]["message"] == "The platform refused the post."
    assert failed["error"]["what_to_do"] == "Change the post, then retry."

    post_actions.retry(workspace, SYSTEM, post.id)
    again = vera.get(f"{TASKS}/{post.id}", headers={"Accept-Language": "ko"}).json()
    assert (again["status"], again["error"]) == ("queued", None)
    assert again["message"] == "차례를 기다리고 있어요."


def test_a_retry_to_come_says_why(vera: TestClient, store: Store) -> None:
    post = makers.make_post(store, status=PostStatus.PUBLISHING)
    with store.transaction() as tx:
        outcomes.failed(tx, post, Transient(), policy=RetryPolicy())
    task = vera.get(f"{TASKS}/{post.id}").json()
    assert (task["status"], task["error"]["code"]) == ("waiting", "transient")
    with store.transaction() as tx:
        posts.change(tx, posts.get(tx, post.id), PostEvent.CANCELLED)
    assert vera.get(f"{TASKS}/{post.id}").json()["error"] is None


def test_a_run_is_a_task_that_counts_its_stages(vera: TestClient, store: Store) -> None:
    run = make_run(store)
    fresh = vera.get(f"{TASKS}/{run.id}").json()
    assert (fresh["kind"], fresh["status"], fresh["progress"]) == ("run", "queued", 0)
    assert fresh["links"] == {"run": f"/runs/{run.id}"}
    producing.begin(store, run, Stage.TOPIC)
    producing.end(store, run, Stage.TOPIC, {})
    producing.begin(store, run, Stage.SCRIPT)
    going = vera.get(f"{TASKS}/{run.id}").json()
    assert (going["status"], going["stage"], going["progress"]) == ("running", "script", 25)
    producing.fail(store, run, Stage.SCRIPT, Refused(reason="prompt_refused"))
    failed = vera.get(f"{TASKS}/{run.id}").json()
    assert (failed["status"], failed["stage"]) == ("failed", "script")
    assert failed["error"]["code"] == "prompt_refused"
    assert failed["error"]["what_to_do"]


@ON_ONE
@pytest.mark.parametrize(
    ("status", "told"),
    [
        (RunStatus.IMAGE_PROCESSING, "running"),
        (RunStatus.AWAITING_APPROVAL, "needs_person"),
        (RunStatus.PUBLISHING, "running"),
        (RunStatus.CANCELLED, "cancelled"),
    ],
)
def test_a_run_has_the_words_of_a_task(vera: TestClient, store: Store, status: RunStatus, told: str) -> None:
    run = make_run(store)
    with store.transaction() as tx:
        runs.change(tx, run, status)
    assert vera.get(f"{TASKS}/{run.id}").json()["status"] == told


def test_what_is_no_task(client: TestClient, vera: TestClient) -> None:
    unknown = vera.get(f"{TASKS}/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "task_not_found")
    assert client.get(f"{TASKS}/nothing").status_code == 401
