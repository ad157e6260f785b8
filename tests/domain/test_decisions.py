"""What follows from each failure: the complete table (S2.7 to S2.9)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain import failures
from pressrun.domain.decisions import Confirm, Fail, Hold, RetryAt, RetryPolicy, Tried, decide
from pressrun.domain.failures import KINDS
from pressrun.domain.post import HeldReason

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SOON = RetryAt(NOW + timedelta(minutes=5), spends=True)
IN_AN_HOUR = RetryAt(NOW + timedelta(hours=1), spends=False)
RENEWED = RetryAt(NOW, spends=False, renew_login=True)
SUSPENDED = Hold(HeldReason.ACCOUNT_SUSPENDED, pauses_persona=True)
RECONNECT = Hold(HeldReason.NEEDS_REAUTH)

FRESH, SPENT = Tried(), Tried(retries=3)
RENEWED_ALREADY, SPENT_AND_RENEWED = Tried(login_renewed=True), Tried(retries=3, login_renewed=True)

TABLE = {
    # kind: fresh, three retries spent, login renewed already, both
    "transient": (SOON, Fail(), SOON, Fail()),
    "media_unreachable": (SOON, Fail(), SOON, Fail()),
    "rate_limited": (IN_AN_HOUR, IN_AN_HOUR, IN_AN_HOUR, IN_AN_HOUR),
    "login_expired": (RENEWED, RENEWED, RECONNECT, RECONNECT),
    "account_suspended": (SUSPENDED, SUSPENDED, SUSPENDED, SUSPENDED),
    "refused": (Fail(), Fail(), Fail(), Fail()),
    "media_broken": (Fail(), Fail(), Fail(), Fail()),
    "misconfigured": (Fail(), Fail(), Fail(), Fail()),
    "duplicate": (Confirm(), Confirm(), Confirm(), Confirm()),
    "outcome_unknown": (Confirm(), Confirm(), Confirm(), Confirm()),
}


def decided(failure, tried=FRESH, **policy):
    return decide(failure, tried=tried, now=NOW, policy=RetryPolicy(**policy))


def test_the_table_names_every_kind_of_failure():
    assert TABLE.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", TABLE)
def test_every_kind_has_its_decision_whatever_was_tried(kind):
    tried = (FRESH, SPENT, RENEWED_ALREADY, SPENT_AND_RENEWED)
    assert tuple(decided(KINDS[kind](), each) for each in tried) == TABLE[kind]


@pytest.mark.parametrize("kind", ["transient", "media_unreachable"])
def test_a_passing_problem_is_retried_after_five_minutes_three_times(kind):
    """S2.7: transient, and 500 as transient."""
    decisions = [decided(KINDS[kind](), Tried(retries=retries)) for retries in range(5)]
    assert decisions == [SOON, SOON, SOON, Fail(), Fail()]


def test_the_waits_are_those_of_the_settings_in_order():
    """PRESSRUN_RETRY_SECONDS."""
    waits = (timedelta(seconds=1), timedelta(seconds=60))
    decisions = [decided(failures.Transient(), Tried(retries=n), retry_after=waits) for n in range(3)]
    assert decisions == [*(RetryAt(NOW + wait, spends=True) for wait in waits), Fail()]


PASSING = [failures.Transient, failures.MediaUnreachable]


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("seconds", [0, 7, 7200])
def test_a_wait_that_is_named_goes_before_ours(kind, seconds):
    wait = timedelta(seconds=seconds)
    assert decided(kind(after=wait)) == RetryAt(NOW + wait, spends=True)


def test_a_rate_limit_waits_as_long_as_named_else_an_hour_and_spends_no_retry():
    """S2.7: 429 after one hour."""
    named = NOW + timedelta(minutes=17)
    assert decided(failures.RateLimited(until=named)) == RetryAt(named, spends=False)
    assert decided(failures.RateLimited()) == IN_AN_HOUR
    assert decided(failures.RateLimited(), rate_limit=timedelta(minutes=2)) == RetryAt(
        NOW + timedelta(minutes=2), spends=False
    )


def test_a_limit_that_has_passed_meanwhile_is_retried_now():
    passed = failures.RateLimited(until=NOW - timedelta(minutes=1))
    assert decided(passed) == RetryAt(NOW, spends=False)


def test_401_renews_the_login_once_and_then_waits_for_a_person():
    """S2.7: 401 is never retried with the login that failed."""
    first = decided(failures.LoginExpired())
    assert isinstance(first, RetryAt)
    assert first.renew_login
    assert decided(failures.LoginExpired(), RENEWED_ALREADY) == RECONNECT


def test_only_a_suspension_pauses_the_persona():
    """S2.8."""
    pausing = [kind for kind in KINDS if decided(KINDS[kind](), SPENT_AND_RENEWED) == SUSPENDED]
    assert pausing == ["account_suspended"]


ANY_TIME = st.timedeltas(timedelta(days=-9999), timedelta(days=9999)).map(NOW.__add__)


@given(
    failure=st.one_of(
        st.builds(failures.Transient, after=st.none() | st.timedeltas(timedelta(), timedelta(days=999))),
        st.builds(failures.RateLimited, until=st.none() | ANY_TIME),
        st.sampled_from([kind() for kind in KINDS.values()]),
    ),
    tried=st.builds(Tried, retries=st.integers(0, 9), login_renewed=st.booleans()),
)
def test_nothing_is_planned_for_the_past_and_nothing_retries_for_ever(failure, tried):
    decision = decided(failure, tried)
    if isinstance(decision, RetryAt):
        assert decision.at >= NOW
        limited = isinstance(failure, failures.RateLimited)
        assert decision.spends or decision.renew_login or limited
        assert not (decision.spends and tried.retries >= 3)
        assert not (decision.renew_login and tried.login_renewed)
