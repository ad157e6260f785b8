"""A post's life as a whole (DESIGN.md 5, S2.1): what is not in the table is refused."""

from collections.abc import Callable
from itertools import product

import pytest

from pressrun.domain.messages import what_happened
from pressrun.domain.post import (
    DISPATCHED,
    FINAL,
    TRANSITIONS,
    Badge,
    PostEvent,
    PostStatus,
    badge,
    next_status,
)
from pressrun.domain.problems import Problem

S, E = PostStatus, PostEvent
Edge = tuple[PostStatus, PostEvent, PostStatus]

EDGES: list[Edge] = [(status, event, following) for (status, event), following in TRANSITIONS.items()]

BY_A_PERSON = {
    E.SUBMITTED,
    E.APPROVED,
    E.REJECTED,
    E.RESCHEDULED,
    E.EDITED,
    E.RESUMED,
    E.CANCELLED,
    E.RETRIED,
    E.GIVEN_UP,
    E.TAKEN_BACK,
    E.FOUND_MISSING,
}
"""What only a person does; everything else is done by clocks, workers and platforms."""

NOTHING_WENT_OUT = {(S.CONFIRMING, event) for event in (E.RETRY_PLANNED, E.HELD, E.FAILED)}
"""Out of `confirming` these say that a look was sure: the call had no effect and never will."""

A_PART_IS_OUT = {(status, E.CONTINUED) for status in (S.CONFIRMING, S.UNCONFIRMED)}
"""The call in question had its effect and is never made again; the one that follows it is another."""


def reached(start: PostStatus, along: Callable[[Edge], bool] = lambda edge: True) -> set[PostStatus]:
    """Every status that a post can come to from `start` over these edges, `start` apart unless it returns."""
    found: set[PostStatus] = set()
    border = [start]
    while border:
        status = border.pop()
        new = {edge[2] for edge in EDGES if edge[0] is status and along(edge)} - found
        found |= new
        border += new
    return found


@pytest.mark.parametrize(("status", "event"), list(product(PostStatus, PostEvent)))
def test_every_event_is_listed_or_refused_with_a_text(status, event):
    if (status, event) in TRANSITIONS:
        assert next_status(status, event) is TRANSITIONS[status, event]
        return
    with pytest.raises(Problem) as refused:
        next_status(status, event)
    assert refused.value.status == 409
    for language in ("ko", "en"):
        assert what_happened(refused.value.code, language)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (S.PUBLISHING, "already_publishing"),
        (S.PUBLISHED, "already_published"),
        (S.CANCELLED, "cancelled"),
        (S.FAILED, "failed"),
    ],
)
def test_rescheduling_is_refused_in_the_words_of_the_api(status, code):
    """API.md: `PUT /api/workflow/scheduled-jobs/{job_id}`."""
    with pytest.raises(Problem) as refused:
        next_status(status, E.RESCHEDULED)
    assert refused.value.code == code


def test_every_event_can_happen():
    assert {event for _, event in TRANSITIONS} == set(PostEvent)


@pytest.mark.parametrize("start", [S.DRAFT, S.SCHEDULED])
def test_every_status_is_reached_from_the_beginning(start):
    beginnings = {S.DRAFT} if start is S.SCHEDULED else set()
    assert reached(start) | {start} == set(PostStatus) - beginnings


def test_from_every_status_a_post_can_end():
    for status in set(PostStatus) - FINAL:
        assert reached(status) & FINAL, status


def test_final_means_final():
    assert reached(S.PUBLISHED) == set()
    assert reached(S.CANCELLED) == set()
    assert [edge for edge in EDGES if edge[0] is S.GIVEN_UP] == [(S.GIVEN_UP, E.TAKEN_BACK, S.FAILED)]


def test_a_finished_post_never_moves_by_itself():
    assert {event for status, event in TRANSITIONS if status in FINAL | {S.FAILED}} <= BY_A_PERSON


def test_only_a_worker_that_holds_a_post_starts_to_send_it():
    assert [edge for edge in EDGES if edge[2] is S.PUBLISHING] == [(S.ARMED, E.STARTED, S.PUBLISHING)]


def test_a_lost_outcome_is_only_ever_looked_up():
    assert {edge[2] for edge in EDGES if edge[1] is E.OUTCOME_LOST} == {S.CONFIRMING}
    assert {event for status, event in TRANSITIONS if status is S.PUBLISHING} & {
        E.DEFERRED,
        E.RESCHEDULED,
    } == set()


def test_what_may_have_gone_out_is_sent_again_only_after_a_sure_look_or_a_person():
    """Promise 1 and S2.10, as a property of the graph.

    Without the edges that say "surely not there", and without what a person says, no way leads from a lost
    outcome to another call.
    """

    def unsure(edge: Edge) -> bool:
        return edge[:2] not in NOTHING_WENT_OUT | A_PART_IS_OUT and edge[1] not in BY_A_PERSON

    assert S.PUBLISHING not in reached(S.CONFIRMING, unsure)
    assert S.PUBLISHING not in reached(S.UNCONFIRMED, unsure)
    assert S.PUBLISHING not in reached(S.PUBLISHED)


def test_while_nobody_knows_even_a_person_can_only_say_what_they_saw():
    """No retry, edit, reschedule or cancel on the way from an unknown outcome: it is there, or it is not."""
    assert {edge[1:] for edge in EDGES if edge[0] is S.UNCONFIRMED} == {
        (E.PUBLISHED, S.PUBLISHED),
        (E.CONTINUED, S.RETRY_WAIT),
        (E.FOUND_MISSING, S.FAILED),
    }
    assert {event for status, event in TRANSITIONS if status is S.CONFIRMING} & BY_A_PERSON == set()


def test_no_person_interrupts_a_call_that_is_being_made():
    assert {event for status, event in TRANSITIONS if status is S.PUBLISHING} & BY_A_PERSON == set()


def test_what_waits_for_approval_reaches_no_platform_without_it():
    """Promise 4: an edit after approval asks again."""

    def unapproved(edge: Edge) -> bool:
        return edge[:2] != (S.AWAITING_APPROVAL, E.APPROVED)

    assert S.PUBLISHING not in reached(S.AWAITING_APPROVAL, unapproved)
    for status in (S.SCHEDULED, S.ARMED, S.RETRY_WAIT, S.HELD):
        assert TRANSITIONS[status, E.EDITED] is S.AWAITING_APPROVAL


def test_a_held_post_moves_only_when_a_person_acts():
    """S2.8."""
    assert {event for status, event in TRANSITIONS if status is S.HELD} <= BY_A_PERSON


def test_what_has_not_begun_to_go_out_can_be_cancelled():
    """S0.4, S2.13: up to the last moment, and no later."""
    cancellable = {status for status, event in TRANSITIONS if event is E.CANCELLED}
    assert cancellable == {
        S.DRAFT,
        S.AWAITING_APPROVAL,
        S.SCHEDULED,
        S.ARMED,
        S.RETRY_WAIT,
        S.HELD,
    }


def test_everything_the_dispatcher_picks_up_has_somewhere_to_go_by_itself():
    for status in DISPATCHED:
        by_itself = {event for known, event in TRANSITIONS if known is status} - BY_A_PERSON
        assert by_itself & {E.ARMED, E.LOOKED}, status


@pytest.mark.parametrize(
    ("word", "statuses"),
    [
        (Badge.WAITING, {S.DRAFT, S.AWAITING_APPROVAL, S.SCHEDULED, S.RETRY_WAIT, S.HELD}),
        (Badge.RUNNING, {S.ARMED, S.PUBLISHING, S.CONFIRMING}),
        (Badge.DONE, {S.PUBLISHED, S.CANCELLED}),
        (Badge.FAILED, {S.FAILED, S.UNCONFIRMED, S.GIVEN_UP}),
    ],
)
def test_the_four_badges_are_a_view_on_the_status(word, statuses):
    """S2.1."""
    assert {status for status in PostStatus if badge(status) is word} == statuses
