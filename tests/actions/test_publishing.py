"""An attempt's life in the database: taken up, started, its call written down, its outcome kept."""

from datetime import timedelta
from typing import Any

import pytest

from fakes import FakeEnqueue
from makers import make_account, make_asset, make_content, make_persona, make_post
from pressrun.actions import accounts as account_actions
from pressrun.actions import confirming, dispatching, holding, publishing, scheduling
from pressrun.actions import posts as post_actions
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.actions.journal import AttemptJournal
from pressrun.actions.publishing import Armed, Assignment, NotStarted
from pressrun.connectors.base import Profile, Published
from pressrun.domain.account import AccountStatus
from pressrun.domain.confirming import ConfirmPolicy, Sighting
from pressrun.domain.failures import (
    AccountSuspended,
    Failure,
    LoginExpired,
    MediaBroken,
    OutcomeUnknown,
    RateLimited,
    Reach,
    Transient,
    message_code,
)
from pressrun.domain.limits import AccountLimit
from pressrun.domain.media import MediaKind
from pressrun.domain.post import HeldReason, PostEvent, PostStatus
from pressrun.domain.problems import Problem
from pressrun.kit.clock import MovableClock
from pressrun.kit.database import is_sqlite
from pressrun.store import accounts, attempts, ledger, notifications, personas, posts
from pressrun.store.attempts import Attempt, NotMine
from pressrun.store.database import Store
from pressrun.store.posts import Post

LIMIT = AccountLimit(per_hour=10)
POLICY = ConfirmPolicy(settle=timedelta(seconds=90))


def read(store: Store, post: Post) -> Post:
    with store.read() as tx:
        return posts.get(tx, post.id)


def take_up_one(
    store: Store, *, post_id: str, version: int, workflow_id: str, worker_id: str
) -> Attempt | None:
    (attempt,) = publishing.take_up(store, [Armed(post_id, version, workflow_id)], worker_id=worker_id)
    return attempt


def take_up(workspace: Workspace, enqueue: FakeEnqueue, post: Post, worker: str = "worker-1") -> Attempt:
    """Arms the post and writes its attempt row, as a worker does at its time."""
    dispatching.claim_due(workspace.store, enqueue, DispatchRules(limit=LIMIT))
    armed = [work for work in enqueue.work if work[0] == "publish_post" and work[2][0] == post.id]
    _, work_id, (post_id, version, _) = armed[-1]
    attempt = take_up_one(
        workspace.store,
        post_id=str(post_id),
        version=int(str(version)),
        workflow_id=work_id,
        worker_id=worker,
    )
    assert attempt is not None
    return attempt


def start(workspace: Workspace, attempt: Attempt, at_once: int = 10) -> Assignment | NotStarted:
    with workspace.store.read() as tx:
        version = posts.get(tx, attempt.post_id).version
    return publishing.start(workspace, attempt, version=version, at_once=at_once)


def publish(workspace: Workspace, enqueue: FakeEnqueue, post: Post) -> Attempt:
    """Brings the post to `publishing`."""
    attempt = take_up(workspace, enqueue, post)
    assert isinstance(start(workspace, attempt), Assignment)
    return attempt


def journal(workspace: Workspace, attempt: Attempt, limit: AccountLimit = LIMIT) -> AttemptJournal:
    return AttemptJournal(workspace.store, attempt, "hash", limit)


def look(workspace: Workspace, enqueue: FakeEnqueue, post: Post, sighting: Any) -> Post:
    """One look of the confirming workflow."""
    dispatching.claim_due(workspace.store, enqueue, DispatchRules(limit=LIMIT))
    version = read(workspace.store, post).version
    search = confirming.begin_look(workspace, post_id=post.id, version=version)
    assert search is not None
    confirming.end_look(
        workspace, sighting, post_id=post.id, version=version, looked_at=search.began_at, policy=POLICY
    )
    return read(workspace.store, post)


def make_due(store: Store, **choices: Any) -> Post:
    return make_post(store, due_at=store.clock.now(), **choices)


def test_an_attempt_is_taken_up_started_and_succeeds(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    publishing.succeed(workspace.store, attempt, Published("1", "https://p.example/1"))

    done = read(workspace.store, post)
    assert (done.status, done.permalink) == (PostStatus.PUBLISHED, "https://p.example/1")
    assert done.published_at == workspace.store.clock.now()


def test_taking_up_again_after_a_crash_gives_the_same_attempt_to_the_new_worker(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    post = make_due(workspace.store)
    first = take_up(workspace, enqueue, post, worker="worker-1")
    version = read(workspace.store, post).version
    again = take_up_one(
        workspace.store,
        post_id=post.id,
        version=version,
        workflow_id=first.workflow_id,
        worker_id="worker-2",
    )
    assert again is not None
    assert (again.id, again.worker_id) == (first.id, "worker-2")
    with pytest.raises(NotMine):
        journal(workspace, first).begin("upload")


def test_a_post_that_was_moved_meanwhile_is_not_taken_up(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = make_due(workspace.store)
    dispatching.claim_due(workspace.store, enqueue, DispatchRules())
    _, work_id, (_, version, _) = enqueue.work[0]
    later = (clock.now() + timedelta(hours=2)).isoformat()
    scheduling.reschedule(workspace, SYSTEM, post.id, time=later)

    attempt = take_up_one(
        workspace.store, post_id=post.id, version=int(str(version)), workflow_id=work_id, worker_id="w"
    )
    assert attempt is None
    with workspace.store.read() as tx:
        assert ledger.taken(tx, post.account_id) == []


def test_a_cancelled_post_is_stopped_at_the_last_moment(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    post = make_due(workspace.store)
    attempt = take_up(workspace, enqueue, post)
    armed_version = read(workspace.store, post).version
    scheduling.cancel_scheduled(workspace, SYSTEM, post.id)

    answer = publishing.start(workspace, attempt, version=armed_version, at_once=10)

    assert answer is NotStarted.OVER
    assert read(workspace.store, post).status is PostStatus.CANCELLED


def test_no_more_posts_than_allowed_are_published_at_once(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    first, second = make_due(workspace.store), make_due(workspace.store)
    publish(workspace, enqueue, first)
    attempt = take_up_armed(workspace, second)
    assert start(workspace, attempt, at_once=1) is NotStarted.FULL
    assert isinstance(start(workspace, attempt, at_once=2), Assignment)


def take_up_armed(workspace: Workspace, post: Post) -> Attempt:
    """The attempt of a post that was armed in an earlier pass."""
    armed = read(workspace.store, post)
    attempt = take_up_one(
        workspace.store,
        post_id=post.id,
        version=armed.version,
        workflow_id=dispatching.work_id(post.id, version=armed.version, attempt=armed.attempts),
        worker_id="worker-1",
    )
    assert attempt is not None
    return attempt


def test_two_posts_of_one_account_are_never_published_side_by_side(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    account = make_account(workspace.store)
    later = make_post(workspace.store, account, due_at=clock.now() + timedelta(seconds=5))
    dispatching.claim_due(workspace.store, enqueue, DispatchRules())
    enqueue.work.clear()
    now = make_post(workspace.store, account, due_at=clock.now())
    publish(workspace, enqueue, now)
    clock.advance(timedelta(seconds=5))

    attempt = take_up_armed(workspace, later)

    assert start(workspace, attempt) is NotStarted.OVER
    assert read(workspace.store, later).status is PostStatus.SCHEDULED


def test_the_call_spends_a_place_of_the_hour_and_an_attempt_before_it_none(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    publishing.fail(workspace, attempt, Transient())
    with workspace.store.read() as tx:
        assert ledger.taken(tx, post.account_id) == []

    again = make_due(workspace.store)
    attempt = publish(workspace, enqueue, again)
    journal(workspace, attempt).write_intent("publish", {})
    publishing.fail(workspace, attempt, OutcomeUnknown())
    with workspace.store.read() as tx:
        assert len(ledger.taken(tx, again.account_id)) == 1


def test_a_full_hour_is_checked_again_just_before_the_call(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    account = make_account(workspace.store)
    post = make_due(workspace.store, account=account)
    attempt = publish(workspace, enqueue, post)
    other = make_post(workspace.store, account, status=PostStatus.CANCELLED)
    with workspace.store.transaction() as tx:
        ledger.spend(tx, account.id, other.id)

    with pytest.raises(RateLimited) as full:
        journal(workspace, attempt, AccountLimit(per_hour=1)).write_intent("publish", {})

    publishing.fail(workspace, attempt, full.value)
    waiting = read(workspace.store, post)
    assert (waiting.status, waiting.retries) == (PostStatus.RETRY_WAIT, 0)
    assert waiting.ready_at == workspace.store.clock.now() + timedelta(hours=1)


def test_a_second_call_is_refused_while_the_first_has_no_outcome(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    attempt = publish(workspace, enqueue, make_due(workspace.store))
    notes = journal(workspace, attempt)
    notes.write_intent("publish", {"container_id": "1"})
    with pytest.raises(OutcomeUnknown):
        notes.outcome("publish")


def test_a_withdrawn_call_gives_its_place_back(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    post = make_due(workspace.store)
    notes = journal(workspace, publish(workspace, enqueue, post))
    notes.withdraw_intent(notes.write_intent("publish", {}))
    with workspace.store.read() as tx:
        assert ledger.taken(tx, post.account_id) == []
        assert attempts.open_intent(tx, post.id) is None


def lose_outcome(workspace: Workspace, enqueue: FakeEnqueue, failure: Failure | None) -> Post:
    """A post whose call was sent and has no outcome; `failure` is what the call raised, if it came back."""
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    notes = journal(workspace, attempt)
    intent_id = notes.write_intent("publish", {"container_id": "1"})
    if failure is not None:
        notes.note_failure(intent_id, failure)
    publishing.fail(workspace, attempt, OutcomeUnknown())
    assert read(workspace.store, post).status is PostStatus.CONFIRMING
    return post


def test_a_lost_outcome_that_is_found_is_published(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    post = lose_outcome(workspace, enqueue, None)
    found = look(workspace, enqueue, post, Published("9", "https://p.example/9"))
    assert (found.status, found.external_id) == (PostStatus.PUBLISHED, "9")


def test_not_there_proves_nothing_before_the_call_has_settled(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = lose_outcome(workspace, enqueue, None)
    assert look(workspace, enqueue, post, Sighting.NOT_THERE).status is PostStatus.CONFIRMING
    clock.advance(timedelta(seconds=91))
    settled = look(workspace, enqueue, post, Sighting.NOT_THERE)
    assert (settled.status, settled.retries) == (PostStatus.RETRY_WAIT, 0)
    assert settled.ready_at == clock.now()


def test_an_answered_refusal_counts_at_once(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    post = lose_outcome(workspace, enqueue, LoginExpired(reach=Reach.ANSWERED))
    looked = look(workspace, enqueue, post, Sighting.NOT_THERE)
    assert looked.status is PostStatus.RETRY_WAIT
    assert looked.login_renewed


def test_a_call_that_keeps_timing_out_spends_its_retries_and_fails(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = lose_outcome(workspace, enqueue, Transient(reach=Reach.SENT))
    for expected in (1, 2, 3):
        clock.advance(timedelta(seconds=91))
        settled = look(workspace, enqueue, post, Sighting.NOT_THERE)
        assert (settled.status, settled.retries) == (PostStatus.RETRY_WAIT, expected)
        clock.advance(timedelta(minutes=5))
        attempt = publish(workspace, enqueue, post)
        notes = journal(workspace, attempt)
        intent_id = notes.write_intent("publish", {})
        notes.note_failure(intent_id, Transient(reach=Reach.SENT))
        publishing.fail(workspace, attempt, OutcomeUnknown())
    clock.advance(timedelta(seconds=91))
    assert look(workspace, enqueue, post, Sighting.NOT_THERE).status is PostStatus.FAILED


def test_where_nobody_can_tell_a_person_decides(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = lose_outcome(workspace, enqueue, None)
    for wait in (0, 120, 480, 1200):
        clock.advance(timedelta(seconds=wait))
        seen = look(workspace, enqueue, post, Sighting.CANNOT_TELL)
    assert seen.status is PostStatus.UNCONFIRMED
    with pytest.raises(Problem) as refused:
        post_actions.retry(workspace, SYSTEM, post.id)
    assert refused.value.code == "outcome_unknown"

    there = post_actions.resolve(
        workspace, SYSTEM, post.id, is_published=True, url="https://www.instagram.com/p/abc"
    )
    assert there.status is PostStatus.PUBLISHED


def test_a_person_who_saw_that_it_is_not_there_may_retry(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = lose_outcome(workspace, enqueue, None)
    for wait in (0, 120, 480, 1200):
        clock.advance(timedelta(seconds=wait))
        look(workspace, enqueue, post, Sighting.CANNOT_TELL)
    assert post_actions.resolve(workspace, SYSTEM, post.id, is_published=False).status is PostStatus.FAILED
    assert post_actions.retry(workspace, SYSTEM, post.id).status is PostStatus.SCHEDULED
    assert isinstance(start(workspace, take_up(workspace, enqueue, post)), Assignment)


def test_three_transient_failures_five_minutes_apart_then_it_fails(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    """S2.7."""
    post = make_due(workspace.store)
    for retries in (1, 2, 3):
        publishing.fail(workspace, publish(workspace, enqueue, post), Transient())
        waiting = read(workspace.store, post)
        assert (waiting.status, waiting.retries) == (PostStatus.RETRY_WAIT, retries)
        assert waiting.ready_at == clock.now() + timedelta(minutes=5)
        clock.advance(timedelta(minutes=5))
    publishing.fail(workspace, publish(workspace, enqueue, post), Transient())
    assert read(workspace.store, post).status is PostStatus.FAILED


def test_a_suspended_account_pauses_its_persona_and_nobody_else(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    """S2.8."""
    store = workspace.store
    persona = make_persona(store, "하루")
    suspended, sibling = make_account(store, persona), make_account(store, persona)
    post = make_due(store, account=suspended)
    waiting = make_post(store, sibling, due_at=clock.now() + timedelta(hours=1))
    elsewhere = make_post(store, due_at=clock.now() + timedelta(hours=1))

    publishing.fail(workspace, publish(workspace, enqueue, post), AccountSuspended())

    assert read(store, post).status_reason == "account_suspended"
    assert read(store, waiting).status_reason == "persona_paused"
    assert read(store, elsewhere).status is PostStatus.SCHEDULED
    with store.read() as tx:
        assert accounts.get(tx, suspended.id).status is AccountStatus.SUSPENDED
        assert personas.get(tx, persona.id).paused_at == clock.now()
        told = [notice.code for notice in notifications.listed(tx)]
    assert told == ["account_suspended"]


def test_an_account_is_held_while_another_worker_changes_one_of_its_posts(
    workspace: Workspace, clock: MovableClock
) -> None:
    """That one is stopped before it is sent; all others wait at once (S2.7)."""
    store = workspace.store
    if is_sqlite(store.engine):
        pytest.skip("SQLite has one writer at a time")
    account = make_account(store)
    later = clock.now() + timedelta(hours=1)
    changing, waiting = (make_post(store, account, due_at=later) for _ in range(2))
    with store.transaction() as other:
        posts.move_ready(other, changing, later, reason="hourly_limit")
        with store.transaction() as tx:
            holding.hold_account(tx, account, HeldReason.NEEDS_REAUTH)
    assert read(store, waiting).status is PostStatus.HELD
    assert read(store, changing).status is PostStatus.SCHEDULED
    with store.read() as tx:
        reason = dispatching.reason_to_hold(tx, changing, accounts.get(tx, account.id))
    assert reason is HeldReason.NEEDS_REAUTH


def test_an_expired_login_is_renewed_once_and_then_waits_for_a_person(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    """S2.7."""
    post = make_due(workspace.store)
    publishing.fail(workspace, publish(workspace, enqueue, post), LoginExpired())
    assert read(workspace.store, post).status is PostStatus.RETRY_WAIT

    attempt = take_up(workspace, enqueue, post)
    assignment = start(workspace, attempt)
    assert isinstance(assignment, Assignment)
    assert assignment.must_renew_login

    publishing.fail(workspace, attempt, LoginExpired())
    held = read(workspace.store, post)
    assert (held.status, held.status_reason) == (PostStatus.HELD, "needs_reauth")


def test_a_login_that_came_after_the_refused_one_is_used_as_it_is(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    """A person connects the account again while an attempt still works with the old login (S2.7)."""
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    sign_in_anew(workspace, clock, post)
    publishing.fail(workspace, attempt, LoginExpired())

    with_the_new = start(workspace, attempt := take_up(workspace, enqueue, post))
    assert isinstance(with_the_new, Assignment)
    assert with_the_new.login.credentials == {"access_token": "fresh"}
    assert not with_the_new.must_renew_login

    publishing.fail(workspace, attempt, LoginExpired())
    refused_too = start(workspace, take_up(workspace, enqueue, post))
    assert isinstance(refused_too, Assignment)
    assert refused_too.must_renew_login


def test_a_login_that_came_while_the_old_one_could_not_be_renewed_holds_nothing(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    """S2.7: else the account would wait for somebody to sign in who just did."""
    post = make_due(workspace.store)
    publishing.fail(workspace, publish(workspace, enqueue, post), LoginExpired())
    attempt = publish(workspace, enqueue, post)
    sign_in_anew(workspace, clock, post)
    publishing.fail(workspace, attempt, LoginExpired(), while_renewing=True)

    assert read(workspace.store, post).status is PostStatus.RETRY_WAIT
    with_the_new = start(workspace, take_up(workspace, enqueue, post))
    assert isinstance(with_the_new, Assignment)
    assert not with_the_new.must_renew_login


def test_who_signs_in_just_as_the_account_is_held_lets_it_go_on(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    """S2.7: the account was well when the sign-in began to be kept, and is held when it is."""
    post = make_due(workspace.store)
    with workspace.store.transaction() as tx:
        before = accounts.get(tx, post.account_id)
        holding.hold_account(tx, before, HeldReason.NEEDS_REAUTH)
        login = account_actions.NewLogin(Profile(before.external_id, before.handle), {"access_token": "new"})
        after = account_actions.replace(tx, workspace, before, login)
    assert after.status is AccountStatus.ACTIVE
    assert read(workspace.store, post).status is PostStatus.SCHEDULED


def test_a_login_that_was_renewed_before_a_crash_is_not_renewed_again(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    """Whoever goes on finds the fresh one, and it counts as renewed (S2.7)."""
    post = make_due(workspace.store)
    publishing.fail(workspace, publish(workspace, enqueue, post), LoginExpired())
    attempt = take_up(workspace, enqueue, post)
    begun = start(workspace, attempt)
    assert isinstance(begun, Assignment)
    assert begun.must_renew_login
    sign_in_anew(workspace, clock, post)

    resumed = start(workspace, attempt)
    assert isinstance(resumed, Assignment)
    assert not resumed.must_renew_login
    publishing.fail(workspace, attempt, LoginExpired())
    assert read(workspace.store, post).status is PostStatus.HELD


def sign_in_anew(workspace: Workspace, clock: MovableClock, post: Post) -> None:
    clock.advance(timedelta(seconds=1))
    with workspace.store.transaction() as tx:
        accounts.set_login(tx, post.account_id, {"access_token": "fresh"}, None, app_id="", renew_at=None)


def test_a_broken_image_fails_and_says_which(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    """S2.9."""
    post = make_due(workspace.store)
    publishing.fail(workspace, publish(workspace, enqueue, post), MediaBroken(which=3))
    failed = read(workspace.store, post)
    assert failed.status is PostStatus.FAILED
    assert isinstance(failed.failure, MediaBroken)
    assert failed.failure.which == 3


PHOTO: dict[str, Any] = {}
VIDEO: dict[str, Any] = {"kind": MediaKind.VIDEO, "mime": "video/mp4", "duration": 8.0}


def make_due_with(store: Store, *files: dict[str, Any]) -> Post:
    account = make_account(store)
    with store.read() as tx:
        persona = personas.get(tx, account.persona_id)
    asset_ids = [make_asset(store, facts=facts).id for facts in files]
    return make_due(store, account=account, content=make_content(store, persona, asset_ids=asset_ids))


def test_a_broken_video_is_called_a_video(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    """S2.9: in the post, in its attempt and in what people are told."""
    post = make_due_with(workspace.store, PHOTO, VIDEO)
    publishing.fail(workspace, publish(workspace, enqueue, post), MediaBroken(which=2))
    with workspace.store.read() as tx:
        (ended,) = attempts.of_post(tx, post.id)
        (notice,) = notifications.listed(tx)
        failures = (posts.get(tx, post.id).failure, ended.failure)
    assert [failure and message_code(failure) for failure in failures] == ["video_unusable"] * 2
    assert (notice.code, notice.values) == ("video_unusable", {"which": 2})


def test_a_video_that_the_publishing_call_finds_broken_is_called_a_video_too(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    """S2.9: the call is looked up first, and then its failure counts."""
    post = make_due_with(workspace.store, VIDEO)
    attempt = publish(workspace, enqueue, post)
    intent_id = journal(workspace, attempt).write_intent("publish", {})
    journal(workspace, attempt).note_failure(intent_id, MediaBroken())
    publishing.fail(workspace, attempt, OutcomeUnknown(reach=Reach.ANSWERED))
    over = look(workspace, enqueue, read(workspace.store, post), Sighting.NOT_THERE)
    assert (over.failure and message_code(over.failure), over.status) == ("video_unusable", PostStatus.FAILED)


@pytest.mark.parametrize("kind", [Transient, MediaBroken, RateLimited, LoginExpired])
def test_stages_that_are_worthless_are_done_again_whatever_follows(
    workspace: Workspace, enqueue: FakeEnqueue, kind: type[Failure]
) -> None:
    """So that a person who retries a failed post never meets the dead container again."""
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    for stage in ("upload", "container"):
        journal(workspace, attempt).keep(stage, "made")
    publishing.fail(workspace, attempt, kind(start_over=("container", "polling")))
    assert journal(workspace, attempt).kept("container") is None
    assert journal(workspace, attempt).kept("upload") == {"result": "made"}


@pytest.mark.parametrize("result", [None, False, 0, "", [], {}, {"id": None}])
def test_whatever_a_stage_makes_is_kept_even_nothing(
    workspace: Workspace, enqueue: FakeEnqueue, result: object
) -> None:
    """Such as a thumbnail that YouTube took without a word."""
    memory = journal(workspace, publish(workspace, enqueue, make_due(workspace.store)))
    memory.begin("thumbnail")
    assert memory.kept("thumbnail") is None
    memory.keep("thumbnail", result)
    assert memory.kept("thumbnail") == {"result": result}


def test_a_change_by_someone_else_is_never_overwritten(workspace: Workspace) -> None:
    post = make_due(workspace.store)
    with workspace.store.transaction() as tx:
        posts.change(tx, post, PostEvent.CANCELLED)
    with workspace.store.transaction() as tx, pytest.raises(Problem) as refused:
        posts.change(tx, post, PostEvent.ARMED)
    assert refused.value.code == "edited_meanwhile"


def test_a_post_that_is_looked_for_is_not_taken_for_another_of_ours(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    account = make_account(workspace.store)
    first = make_due(workspace.store, account=account)
    shown = Published("7", "https://p.example/7")
    publishing.succeed(workspace.store, publish(workspace, enqueue, first), shown)
    second = make_due(workspace.store, account=account)
    attempt = publish(workspace, enqueue, second)
    journal(workspace, attempt).write_intent("publish", {"container_id": "2"})
    publishing.fail(workspace, attempt, OutcomeUnknown())

    dispatching.claim_due(workspace.store, enqueue, DispatchRules(limit=LIMIT))
    version = read(workspace.store, second).version
    search = confirming.begin_look(workspace, post_id=second.id, version=version)

    assert search is not None
    assert search.intent.known_ids == {"7"}
