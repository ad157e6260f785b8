"""A run's life and its recipes (S4.1, S4.4)."""

from itertools import pairwise, product

import pytest

from pressrun.domain.content import ContentType
from pressrun.domain.problems import Problem
from pressrun.domain.run import (
    FINAL,
    RECIPES,
    TRANSITIONS,
    WORKING,
    RunStatus,
    Stage,
    check_change,
    stages_from,
)

S = RunStatus


def reached(start: RunStatus) -> set[RunStatus]:
    found: set[RunStatus] = set()
    border = [start]
    while border:
        new = TRANSITIONS[border.pop()] - found
        found |= new
        border += new
    return found


def test_the_statuses_are_those_of_the_requirement_in_order():
    """S4.1, and three that API.md adds."""
    words = [status.value for status in RunStatus]
    promised = [
        "scheduled",
        "script_processing",
        "image_processing",
        "video_processing",
        "youtube_processing",
        "completed",
        "failed",
    ]
    assert [word for word in words if word in promised] == promised
    assert set(words) - set(promised) == {"awaiting_approval", "cancelled"}


@pytest.mark.parametrize(("status", "following"), list(product(RunStatus, RunStatus)))
def test_every_change_is_listed_or_refused(status, following):
    if following in TRANSITIONS[status]:
        check_change(status, following)
        return
    with pytest.raises(Problem) as refused:
        check_change(status, following)
    assert (refused.value.code, refused.value.status) == ("run_refuses", 409)


def test_every_status_is_reached_from_the_beginning():
    assert reached(S.SCHEDULED) | {S.SCHEDULED} == set(RunStatus)


@pytest.mark.parametrize("status", [status for status in RunStatus if status not in FINAL])
def test_whatever_it_is_doing_a_run_may_fail_be_stopped_or_complete(status):
    assert {S.FAILED, S.CANCELLED} <= TRANSITIONS[status]
    assert S.COMPLETED in reached(status)


def test_a_completed_run_stays_completed():
    assert TRANSITIONS[S.COMPLETED] == frozenset()


@pytest.mark.parametrize("status", [S.FAILED, S.CANCELLED])
def test_what_failed_or_was_stopped_can_start_again(status):
    """S4.4."""
    assert S.SCHEDULED in TRANSITIONS[status]


def test_nothing_completes_without_publishing_or_a_retried_post():
    assert {status for status, following in TRANSITIONS.items() if S.COMPLETED in following} == {
        S.PUBLISHING,
        S.FAILED,
    }


@pytest.mark.parametrize("recipe", list(RECIPES.values()), ids=list(RECIPES))
def test_a_recipe_begins_with_a_topic_ends_with_publishing_and_keeps_the_order(recipe):
    assert recipe[0] is Stage.TOPIC
    assert recipe[-1] is Stage.PUBLISH
    assert list(recipe) == [stage for stage in Stage if stage in recipe]


@pytest.mark.parametrize("recipe", list(RECIPES.values()), ids=list(RECIPES))
@pytest.mark.parametrize("with_approval", [True, False])
def test_a_recipe_can_be_walked_through_the_statuses(recipe, with_approval):
    """S4.1: from scheduled to completed, with a person in between or not."""
    walk = [S.SCHEDULED, *(WORKING[stage] for stage in recipe), S.COMPLETED]
    if with_approval:
        walk.insert(-2, S.AWAITING_APPROVAL)
    for status, following in pairwise(walk):
        check_change(status, following)


def test_pictures_are_made_where_a_format_needs_them():
    with_pictures = {content_type for content_type, recipe in RECIPES.items() if Stage.IMAGE in recipe}
    assert {ContentType.IMAGE_POST, ContentType.CAROUSEL, ContentType.STORY} <= with_pictures
    assert ContentType.TEXT_POST not in with_pictures


@pytest.mark.parametrize("content_type", list(RECIPES))
def test_again_from_a_stage_keeps_what_came_before(content_type):
    """S4.4."""
    recipe = RECIPES[content_type]
    for position, stage in enumerate(recipe):
        assert stages_from(recipe, stage) == recipe[position:]


def test_a_stage_that_the_recipe_lacks_is_refused_naming_the_others():
    with pytest.raises(Problem) as refused:
        stages_from(RECIPES[ContentType.TEXT_POST], Stage.VIDEO)
    flaw = refused.value.flaws[0]
    assert (flaw.code, flaw.field, flaw.values) == (
        "stage_unknown",
        "from_stage",
        {"stages": "topic, script, publish"},
    )
