"""A post of several calls, such as a thread: what is out is never sent again, the rest goes on (S2.10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.test_publishing import LIMIT, journal, look, make_due, publish, read
from fakes import FakeEnqueue
from pressrun.actions import posts as post_actions
from pressrun.actions import publishing, scheduling
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.connectors.base import Published
from pressrun.domain.confirming import Sighting
from pressrun.domain.decisions import RetryPolicy
from pressrun.domain.failures import (
    Failure,
    LoginExpired,
    MediaBroken,
    Misconfigured,
    OutcomeUnknown,
    Transient,
)
from pressrun.domain.limits import AccountLimit
from pressrun.domain.post import PostStatus
from pressrun.domain.problems import Problem
from pressrun.kit.clock import MovableClock
from pressrun.store import ledger, notifications
from pressrun.store.posts import Post

FIRST = Published("1", "https://p.example/1")


def lose_first_part(workspace: Workspace, enqueue: FakeEnqueue) -> Post:
    """A thread whose first part was sent and has no outcome."""
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    journal(workspace, attempt).write_intent("publish", {}, completes=False)
    publishing.fail(workspace, attempt, OutcomeUnknown())
    return post


def test_a_part_that_is_found_goes_on_at_once_and_is_not_sent_again(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    post = lose_first_part(workspace, enqueue)

    going_on = look(workspace, enqueue, post, FIRST)

    assert (going_on.status, going_on.retries) == (PostStatus.RETRY_WAIT, 0)
    assert going_on.ready_at == workspace.store.clock.now()
    next_attempt = publish(workspace, enqueue, post)
    assert journal(workspace, next_attempt).outcome("publish") == FIRST


def test_the_parts_of_a_post_take_one_place_of_the_hour(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    post = make_due(workspace.store)
    notes = journal(workspace, publish(workspace, enqueue, post), AccountLimit(per_hour=1))
    notes.fulfil_intent(notes.write_intent("publish", {}, completes=False), FIRST)
    notes.withdraw_intent(notes.write_intent("publish_2", {}))
    notes.fulfil_intent(notes.write_intent("publish_2", {}), Published("2"))
    with workspace.store.read() as tx:
        assert len(ledger.taken(tx, post.account_id)) == 1


def test_a_part_that_is_not_there_is_sent_again(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = lose_first_part(workspace, enqueue)
    clock.advance(timedelta(seconds=91))
    assert look(workspace, enqueue, post, Sighting.NOT_THERE).status is PostStatus.RETRY_WAIT
    assert journal(workspace, publish(workspace, enqueue, post), LIMIT).outcome("publish") is None


@pytest.mark.parametrize("is_published", [True, False])
def test_what_a_person_saw_of_a_part_decides_what_follows(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock, is_published: bool
) -> None:
    post = lose_first_part(workspace, enqueue)
    for wait in (0, 120, 480, 1200):
        clock.advance(timedelta(seconds=wait))
        look(workspace, enqueue, post, Sighting.CANNOT_TELL)

    said = post_actions.resolve(
        workspace, SYSTEM, post.id, is_published=is_published, url="https://p.example/1"
    )

    assert said.status is (PostStatus.RETRY_WAIT if is_published else PostStatus.FAILED)
    if is_published:
        there = journal(workspace, publish(workspace, enqueue, post)).outcome("publish")
        assert there == Published(permalink="https://p.example/1")
    assert read(workspace.store, post).external_id is None


OUT = Published("7", "https://p.example/7", is_out=True)


def finish_later(workspace: Workspace, enqueue: FakeEnqueue, failure: Failure) -> Post:
    """A video that everybody sees, and a failure before what belongs to it was added."""
    post = make_due(workspace.store)
    attempt = publish(workspace, enqueue, post)
    notes = journal(workspace, attempt)
    notes.fulfil_intent(notes.write_intent("publish", {}, completes=False), OUT)
    publishing.fail(workspace, attempt, failure, while_renewing=True)
    return read(workspace.store, post)


def test_what_is_out_and_waits_for_a_login_shows_its_link_and_can_not_be_called_off(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    post = finish_later(workspace, enqueue, LoginExpired())

    assert (post.status, post.permalink) == (PostStatus.HELD, OUT.permalink)
    for call_off in (scheduling.cancel_scheduled, post_actions.give_up):
        with pytest.raises(Problem) as refused:
            call_off(workspace, SYSTEM, post.id)
        assert refused.value.flaws[0].code == "already_published"
    assert read(workspace.store, post).status is PostStatus.HELD


def test_what_a_look_found_out_can_not_be_called_off_before_it_is_finished(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    post = lose_first_part(workspace, enqueue)
    going_on = look(workspace, enqueue, post, OUT)
    assert (going_on.status, going_on.external_id) == (PostStatus.RETRY_WAIT, OUT.external_id)
    with pytest.raises(Problem):
        scheduling.cancel_scheduled(workspace, SYSTEM, post.id)


@pytest.mark.parametrize("failure", [Misconfigured(), Transient()], ids=lambda each: type(each).__name__)
def test_what_is_out_never_counts_as_failed_because_nothing_more_can_be_added(
    workspace: Workspace, enqueue: FakeEnqueue, failure: Failure
) -> None:
    rules = replace(workspace.rules, retry=RetryPolicy(retry_after=()))
    post = finish_later(replace(workspace, rules=rules), enqueue, failure)

    assert (post.status, post.external_id) == (PostStatus.PUBLISHED, OUT.external_id)
    with workspace.store.read() as tx:
        assert [told.code for told in notifications.listed(tx)] == ["left_unfinished"]


def test_what_the_platform_refuses_to_show_after_all_has_failed(
    workspace: Workspace, enqueue: FakeEnqueue
) -> None:
    post = finish_later(workspace, enqueue, MediaBroken())
    assert (post.status, post.external_id) == (PostStatus.FAILED, None)
    assert post_actions.give_up(workspace, SYSTEM, post.id).status is PostStatus.GIVEN_UP
