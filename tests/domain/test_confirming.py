"""Looking for a post whose call has no outcome (DESIGN.md 5)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.confirming import (
    ConfirmPolicy,
    LookAgain,
    NobodyKnows,
    Sighting,
    SurelyNotThere,
    after_look,
)

SENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECONDS = st.integers(0, 4000).map(lambda seconds: timedelta(seconds=seconds))
POLICIES = st.builds(
    ConfirmPolicy,
    looks=st.lists(SECONDS, max_size=6).map(tuple),
    settle=st.integers(1, 600).map(lambda seconds: timedelta(seconds=seconds)),
)
SIGHTINGS = st.sampled_from(Sighting)
PROMISED = ConfirmPolicy()
"""Looks at 0, 2, 10 and 30 minutes; 90 seconds to settle."""


def look(sighting, after, *, answered=False, policy=PROMISED):
    return after_look(sighting, sent_at=SENT, answered=answered, now=SENT + after, policy=policy)


@given(sighting=SIGHTINGS, after=SECONDS, policy=POLICIES)
def test_while_the_call_may_be_on_its_way_not_there_proves_nothing(sighting, after, policy):
    meaning = look(sighting, after, policy=policy)
    if after < policy.settle:
        assert not isinstance(meaning, SurelyNotThere)
    if sighting is Sighting.CANNOT_TELL:
        assert not isinstance(meaning, SurelyNotThere)


@given(after=SECONDS, policy=POLICIES)
def test_a_call_that_was_answered_needs_no_settling(after, policy):
    assert look(Sighting.NOT_THERE, after, answered=True, policy=policy) == SurelyNotThere()


@given(after=SECONDS, policy=POLICIES, answered=st.booleans())
def test_not_there_never_leaves_a_person_in_doubt(after, policy, answered):
    """Either it is sure, or another look is due by the end of the settling at the latest."""
    meaning = look(Sighting.NOT_THERE, after, answered=answered, policy=policy)
    if not isinstance(meaning, SurelyNotThere):
        assert isinstance(meaning, LookAgain)
        assert meaning.at <= SENT + policy.settle


@given(sighting=SIGHTINGS, after=SECONDS, policy=POLICIES, answered=st.booleans())
def test_another_look_is_always_later(sighting, after, policy, answered):
    meaning = look(sighting, after, answered=answered, policy=policy)
    if isinstance(meaning, LookAgain):
        assert meaning.at > SENT + after


@given(
    sightings=st.lists(SIGHTINGS, min_size=40, max_size=40),
    delays=st.lists(SECONDS, min_size=40, max_size=40),
    policy=POLICIES,
)
def test_looking_always_ends(sightings, delays, policy):
    """However late the looks are and whatever they see: one per planned look, one more after settling."""
    now, looks = SENT, 0
    meaning: object = LookAgain(now)
    for sighting, delay in zip(sightings, delays, strict=True):
        if not isinstance(meaning, LookAgain):
            break
        now, looks = meaning.at + delay, looks + 1
        meaning = look(sighting, now - SENT, policy=policy)
    assert isinstance(meaning, SurelyNotThere | NobodyKnows)
    assert looks <= len(policy.looks) + 2


def test_looks_come_in_the_order_of_the_settings_and_end_with_a_person():
    times, after = [], timedelta()
    while isinstance(meaning := look(Sighting.CANNOT_TELL, after), LookAgain):
        after = meaning.at - SENT
        times.append(after.total_seconds())
    assert times == [120, 600, 1800]
    assert meaning == NobodyKnows()


def test_an_early_not_there_is_looked_at_again_when_the_call_has_settled():
    assert look(Sighting.NOT_THERE, timedelta(seconds=1)) == LookAgain(SENT + timedelta(seconds=90))
    assert look(Sighting.NOT_THERE, timedelta(seconds=90)) == SurelyNotThere()


@given(looks=st.permutations([0, 120, 600, 1800]))
def test_settings_in_any_order_mean_the_same(looks):
    policy = ConfirmPolicy(looks=tuple(timedelta(seconds=seconds) for seconds in looks))
    assert look(Sighting.CANNOT_TELL, timedelta(), policy=policy) == LookAgain(SENT + timedelta(seconds=120))
