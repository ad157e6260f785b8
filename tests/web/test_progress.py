"""`publish-progress`: a post's stages live, over dropped connections, to its final message (S0.3)."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import makers
from fakes import FakeEnqueue
from pressrun.actions import approving, dispatching, holding, publishing, scheduling
from pressrun.actions import posts as post_actions
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.actions.journal import AttemptJournal
from pressrun.actions.publishing import Armed, Assignment
from pressrun.connectors.base import Published
from pressrun.domain.backlog import BacklogRule
from pressrun.domain.content import ContentEvent
from pressrun.domain.failures import AccountSuspended, Answer, Failure, Refused, Transient
from pressrun.domain.limits import AccountLimit
from pressrun.domain.post import Format, PostStatus
from pressrun.domain.texts import MESSAGES
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, contents, events, posts
from pressrun.store.attempts import Attempt
from pressrun.store.database import Store
from pressrun.store.posts import Post
from pressrun.web import live, progress
from web.listening import Streams, Told, listening

CAROUSEL = ("upload", "container", "carousel", "polling")
FEED = ("upload", "container", "polling")
LINK = "https://www.instagram.com/p/haru"


def path(post: Post) -> str:
    return f"/api/workflow/publish-progress/{post.id}"


@dataclass
class Work:
    """Does what a worker does, stage by stage, through the same actions."""

    workspace: Workspace
    enqueue: FakeEnqueue
    _attempts: dict[str, Attempt] = field(default_factory=dict)

    def begin(self, post: Post) -> None:
        store = self.workspace.store
        dispatching.claim_due(store, self.enqueue, DispatchRules())
        with store.read() as tx:
            version = posts.get(tx, post.id).version
        armed = Armed(post.id, version, self.enqueue.work[-1][1])
        (attempt,) = publishing.take_up(store, [armed], worker_id="worker")
        assert attempt is not None
        assert isinstance(publishing.start(self.workspace, attempt, version=version, at_once=10), Assignment)
        self._attempts[post.id] = attempt

    def stage(self, post: Post, name: str) -> None:
        self._journal(post).begin(name)
        self._journal(post).keep(name, name)

    def publish(self, post: Post, stages: tuple[str, ...] = FEED) -> None:
        """All of it, to the end."""
        self.begin(post)
        for name in stages:
            self.stage(post, name)
        self.send(post)

    def send(self, post: Post) -> None:
        """The call that can't be undone, and its outcome."""
        journal = self._journal(post)
        journal.begin("publish")
        journal.fulfil_intent(journal.write_intent("publish", {}), Published("media-1", LINK))
        attempt = self._attempts[post.id]
        publishing.succeed(self.workspace.store, attempt, Published("media-1", LINK))

    def fail(self, post: Post, failure: Failure) -> None:
        """An attempt that fails while its container is made."""
        self.begin(post)
        self.stage(post, "upload")
        self._journal(post).begin("container")
        publishing.fail(self.workspace, self._attempts[post.id], failure)

    def _journal(self, post: Post) -> AttemptJournal:
        return AttemptJournal(self.workspace.store, self._attempts[post.id], "hash", AccountLimit())


@pytest.fixture
def work(workspace: Workspace, enqueue: FakeEnqueue) -> Work:
    return Work(workspace, enqueue)


@pytest.fixture
def streams(app: FastAPI, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Streams]:
    """A reader, told soon that nothing happens."""
    monkeypatch.setattr(live, "QUIET_SECONDS", 0.05)
    cookie = makers.make_session(store, makers.make_user(store, "Vera"))
    with listening(app) as url:
        reader = Streams(url, cookie)
        yield reader
        reader.close()


@pytest.fixture
def post(store: Store) -> Post:
    """One that goes out now."""
    return makers.make_post(store, due_at=store.clock.now(), scheduled_by_time=False)


def told_until_quiet(streams: Streams, post: Post, clock: MovableClock) -> list[Told]:
    """What a waiting stream says before its minute is over."""
    with streams.open(path(post)) as messages:
        told = [next(messages)]
        while told[-1].event != "waiting":
            told.append(next(messages))
        clock.advance(timedelta(minutes=1))
        return [*told, *messages]


def names(messages: list[Told]) -> list[str]:
    return [told.event for told in messages]


def newest(store: Store, post: Post) -> int:
    with store.read() as tx:
        return events.newest(tx, [post.topic])[-1].id


def test_the_stages_of_a_post_end_with_its_link(streams: Streams, work: Work, post: Post) -> None:
    work.publish(post)
    messages = streams.read(path(post))
    assert names(messages) == [*FEED, "publish", "done"]
    progress = [told.data["progress"] for told in messages]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert all(told.data["stage"] == told.event and told.data["message"] for told in messages)
    assert all(told.data["at"] == "2026-11-20T09:00:00+00:00" for told in messages)
    assert messages[-1].data["permalink"] == LINK
    assert messages[-1].data["external_id"] == "media-1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_carousel_tells_that_it_is_joined(streams: Streams, work: Work, store: Store) -> None:
    post = makers.make_post(store, due_at=store.clock.now(), format=Format.CAROUSEL)
    work.publish(post, CAROUSEL)
    assert names(streams.read(path(post))) == [*CAROUSEL, "publish", "done"]


def test_a_finished_stream_answers_204_after_its_final_message_only(
    streams: Streams, work: Work, post: Post
) -> None:
    work.publish(post)
    messages = streams.read(path(post))
    over = streams.get(path(post), last_id=messages[-1].id)
    assert (over.status_code, over.content) == (204, b"")
    assert streams.read(path(post), last_id=messages[-2].id) == messages[-1:]


def test_an_id_of_another_stream_is_ignored_and_all_is_replayed(
    streams: Streams, work: Work, post: Post, store: Store
) -> None:
    work.publish(post)
    other = makers.make_post(store, due_at=store.clock.now())
    whole = streams.read(path(post))
    for foreign in (newest(store, other), 10**9, 0):
        assert streams.read(path(post), last_id=foreign) == whole


def test_twenty_drops_while_a_post_goes_out_lose_and_repeat_nothing(
    streams: Streams, work: Work, post: Post
) -> None:
    """Cut at random places, from before its first stage to after its final message."""
    chance, received = random.Random(7), list[Told]()

    def go_out() -> None:
        work.begin(post)
        for number in range(40):
            work.stage(post, FEED[number % len(FEED)] if number < 3 else "polling")
        work.send(post)

    worker = threading.Thread(target=go_out)
    worker.start()
    for _ in range(20):
        with streams.open(path(post), last_id=received[-1].id if received else None) as messages:
            for _ in range(chance.randint(1, 2)):
                received.append(next(messages))
    received += streams.read(path(post), last_id=received[-1].id)
    worker.join()
    assert received == streams.read(path(post))
    assert names(received).count("polling") == 38
    assert names(received)[-2:] == ["publish", "done"]
    assert streams.get(path(post), last_id=received[-1].id).status_code == 204


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("language", "message", "what_to_do"),
    [
        ("ko", "플랫폼이 게시물을 거절했어요 (2207051)", "내용을 고친 뒤 다시 시도해 주세요."),
        ("en", "The platform refused the post (2207051)", "Change the post, then retry."),
    ],
)
def test_a_failure_is_a_message_in_the_readers_language(
    app: FastAPI, store: Store, work: Work, post: Post, language: str, message: str, what_to_do: str
) -> None:
    work.fail(post, Refused(answer=Answer(status=400, code="2207051")))
    cookie = makers.make_session(store, makers.make_user(store, "Vera"))
    with listening(app) as url:
        reader = Streams(url, cookie, language=language)
        messages = reader.read(path(post))
        assert names(messages) == ["upload", "container", "failed"]
        final = messages[-1].data
        assert (final["message"], final["what_to_do"], final["code"]) == (message, what_to_do, "refused")
        assert reader.get(path(post), last_id=messages[-1].id).status_code == 204
        reader.close()


def test_a_post_that_is_not_due_waits_for_its_time_and_the_stream_closes_after_a_minute(
    streams: Streams, store: Store, clock: MovableClock
) -> None:
    post = makers.make_post(store)
    (waiting,) = told_until_quiet(streams, post, clock)
    assert (waiting.event, waiting.data["retry_at"]) == ("waiting", "2026-11-20T10:00:00+00:00")
    assert waiting.data["message"] == "예약한 시각을 기다리고 있어요."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stream_in_which_something_goes_on_does_not_close(
    streams: Streams, work: Work, post: Post, clock: MovableClock
) -> None:
    work.begin(post)
    work.stage(post, "upload")
    with streams.open(path(post)) as messages:
        assert next(messages).event == "upload"
        clock.advance(timedelta(minutes=5))
        work.stage(post, "container")
        assert next(messages).event == "container"


def test_a_retry_to_come_is_waiting_and_a_reader_who_comes_back_sees_it_go_on(
    streams: Streams, work: Work, post: Post, clock: MovableClock
) -> None:
    with streams.open(path(post)) as messages:
        work.fail(post, Transient())
        told = [next(messages) for _ in range(3)]
        assert names(told) == ["upload", "container", "waiting"]
        assert told[-1].data["retry_at"] == "2026-11-20T09:05:00+00:00"
        assert (told[-1].data["reason"], told[-1].data["message"][:4]) == ("transient", "플랫폼에")
    clock.advance(timedelta(minutes=5))
    work.publish(post)
    rest = streams.read(path(post), last_id=told[-1].id)
    assert names(rest) == [*FEED, "publish", "done"]


def test_a_person_retries_a_failed_post_and_its_stream_goes_on(
    streams: Streams, work: Work, workspace: Workspace, post: Post, clock: MovableClock
) -> None:
    work.fail(post, Refused())
    failed = streams.read(path(post))[-1]
    post_actions.retry(workspace, SYSTEM, post.id, at="30m")
    with streams.open(path(post), last_id=failed.id) as messages:
        waiting = next(messages)
        assert (waiting.event, waiting.data["retry_at"]) == ("waiting", "2026-11-20T09:30:00+00:00")
    clock.advance(timedelta(minutes=30))
    work.publish(post)
    assert names(streams.read(path(post), last_id=waiting.id)) == [*FEED, "publish", "done"]
    # The failure was not the end, so it is not told as one.
    assert "failed" not in names(streams.read(path(post)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_giving_up_and_taking_it_back_both_end_the_stream(
    streams: Streams, work: Work, workspace: Workspace, post: Post
) -> None:
    work.fail(post, Refused())
    for change in (post_actions.give_up, post_actions.take_back):
        change(workspace, SYSTEM, post.id)
        messages = streams.read(path(post))
        assert messages[-1].event == "failed"
        assert names(messages).count("failed") == 1
        assert streams.get(path(post), last_id=messages[-1].id).status_code == 204


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_calling_a_post_off_ends_its_stream(streams: Streams, workspace: Workspace) -> None:
    post = makers.make_post(workspace.store)
    with streams.open(path(post)) as messages:
        assert next(messages).event == "waiting"
        scheduling.cancel_scheduled(workspace, SYSTEM, post.id)
        (final,) = messages
    assert (final.event, final.data["code"]) == ("failed", "cancelled")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_waiting_for_approval_is_told_and_then_for_the_time(streams: Streams, workspace: Workspace) -> None:
    store = workspace.store
    content = makers.make_content(store, approved=False)
    with store.transaction() as tx:
        contents.change(tx, content, ContentEvent.SUBMITTED)
    post = makers.make_post(store, content=content, status=PostStatus.AWAITING_APPROVAL)
    with streams.open(path(post)) as messages:
        assert next(messages).data["reason"] == "awaiting_approval"
        approving.approve(workspace, SYSTEM, content.id)
        due = next(messages)
        assert (due.data["reason"], due.data["retry_at"]) == (
            "waiting_for_time",
            "2026-11-20T10:00:00+00:00",
        )


def test_a_held_post_waits_for_a_person_and_says_why(
    streams: Streams, work: Work, store: Store, post: Post, clock: MovableClock
) -> None:
    work.fail(post, AccountSuspended())
    messages = told_until_quiet(streams, post, clock)
    assert (messages[-1].event, messages[-1].data["reason"]) == ("waiting", "account_suspended")
    with store.transaction() as tx:
        holding.resume_account(tx, accounts.get(tx, post.account_id), BacklogRule())
    work.publish(post)
    assert streams.read(path(post))[-1].event == "done"


def test_what_is_not_there_or_not_allowed(client: TestClient, vera: TestClient, post: Post) -> None:
    unknown = vera.get("/api/workflow/publish-progress/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "task_not_found")
    assert client.get(path(post)).status_code == 401


@pytest.mark.parametrize(
    ("stage", "told", "percent_of_it"),
    [("media", True, 15), ("publish_2", True, 80), ("alt_text", True, 70), ("link", False, 0)],
)
def test_stages_of_any_platform_are_told_as_the_steps_of_the_requirement(
    stage: str, told: bool, percent_of_it: int
) -> None:
    assert progress.is_told(stage) is told
    assert progress.percent(stage) == percent_of_it


def test_every_stage_that_is_told_has_its_text() -> None:
    told = {*progress.PERCENT, *progress._OTHER_STAGES}
    assert {f"stage_{stage}" for stage in told} - set(MESSAGES) == set()
