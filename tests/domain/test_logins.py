"""When a login is renewed, and what its credentials tell (S2.7)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain import logins
from pressrun.domain.failures import LoginExpired
from pressrun.domain.logins import AfterFailure, NextStep, Standing

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LIVES = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400))


@pytest.mark.parametrize(
    ("life", "after"),
    [
        (timedelta(hours=2), timedelta(minutes=80)),
        (timedelta(hours=1), timedelta(minutes=40)),
        (timedelta(days=60), timedelta(days=40)),
    ],
    ids=["X", "Google", "Instagram"],
)
def test_a_token_is_renewed_after_two_thirds_of_its_life(life: timedelta, after: timedelta) -> None:
    assert logins.renewed_at(NOW, NOW + life) == NOW + after


def test_a_token_that_has_expired_is_renewed_at_once() -> None:
    assert logins.renewed_at(NOW, NOW - timedelta(days=3)) == NOW


def test_a_token_without_an_end_is_not_renewed() -> None:
    assert logins.renewed_at(NOW, None) is None


@pytest.mark.parametrize(
    ("left", "after"),
    [(90, 83), (7, 0), (3, 0), (-3, 0)],
)
def test_a_token_without_an_end_is_looked_at_a_week_before_the_app_may_no_longer_act(
    left: int, after: int
) -> None:
    """Facebook's 90 days of data access (S2.7)."""
    looked_at = logins.renewed_at(NOW, None, NOW + timedelta(days=left))
    assert looked_at == NOW + timedelta(days=after)


def test_a_token_that_ends_is_renewed_by_its_own_end() -> None:
    ends = NOW + timedelta(days=60)
    assert logins.renewed_at(NOW, ends, NOW + timedelta(days=90)) == NOW + timedelta(days=40)


SOON = NOW + timedelta(minutes=1)
ENDS = NOW + timedelta(days=7)
AGAIN, SIGN_IN = NextStep.AGAIN, NextStep.SIGN_IN


@pytest.mark.parametrize(
    ("standing", "expires_at", "access_ends_at", "after"),
    [
        (Standing.ALIVE, None, ENDS, AfterFailure(AGAIN, None, warning="renewal_refused")),
        (Standing.ALIVE, None, None, AfterFailure(AGAIN, None)),
        (Standing.ALIVE, ENDS, None, AfterFailure(AGAIN, ENDS, warning="renewal_refused")),
        (Standing.ALIVE, ENDS, ENDS, AfterFailure(AGAIN, ENDS, warning="renewal_refused")),
        (Standing.UNKNOWN, None, ENDS, AfterFailure(AGAIN, SOON)),
        (Standing.DEAD, None, ENDS, AfterFailure(SIGN_IN, None, warning="login_expired")),
        (Standing.DEAD, None, None, AfterFailure(SIGN_IN, None, warning="login_expired")),
    ],
)
def test_a_refused_renewal_means(
    standing: Standing, expires_at: datetime | None, access_ends_at: datetime | None, after: AfterFailure
) -> None:
    """A token that still works is warned about once; a dead one needs a person at once (S2.7)."""
    met = logins.after_failure(
        LoginExpired(),
        now=NOW,
        expires_at=expires_at,
        access_ends_at=access_ends_at,
        standing=standing,
        tries=1,
    )
    assert met == after


@given(life=LIVES, tries=st.integers(1, 60))
def test_before_a_token_expires_there_is_always_time_for_one_more_try(life: timedelta, tries: int) -> None:
    again = logins.tried_again_at(NOW, tries=tries, expires_at=NOW + life)
    assert again - NOW >= min(logins.FIRST_RETRY, life)
    assert again <= NOW + max(life / 2, logins.FIRST_RETRY)


@given(tries=st.integers(1, 60), expired=st.one_of(st.none(), LIVES))
def test_failed_renewals_are_tried_again_later_each_time_and_never_given_up(
    tries: int, expired: timedelta | None
) -> None:
    end = NOW - expired if expired else None
    waits = [logins.tried_again_at(NOW, tries=n, expires_at=end) - NOW for n in (tries, tries + 1)]
    assert logins.FIRST_RETRY <= waits[0] <= waits[1] <= logins.LONGEST_RETRY


def test_the_time_that_a_platform_names_counts() -> None:
    named = NOW + timedelta(hours=9)
    assert logins.tried_again_at(NOW, tries=1, expires_at=None, named=named) == named
    passed = NOW - timedelta(hours=9)
    assert logins.tried_again_at(NOW, tries=1, expires_at=None, named=passed) == NOW + logins.FIRST_RETRY


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-20T09:00:00+00:00",
        "2026-11-20T18:00:00+09:00",
        "2026-11-20T09:00:00",
        NOW.timestamp(),
        int(NOW.timestamp()),
        str(int(NOW.timestamp())),
    ],
)
def test_credentials_name_their_end_in_several_ways(said: object) -> None:
    assert logins.expiry_of({"expires_at": said}) == NOW
    assert logins.access_ends_at({"data_access_expires_at": said}) == NOW


@pytest.mark.parametrize("said", [None, "", "soon", True, 1e300, [], {}, "9" * 400])
def test_an_end_that_can_not_be_read_is_none(said: object) -> None:
    assert logins.expiry_of({"expires_at": said}) is None
    assert logins.access_ends_at({"data_access_expires_at": said}) is None


def test_credentials_that_name_one_end_do_not_name_the_other() -> None:
    assert logins.access_ends_at({"expires_at": NOW.timestamp()}) is None
    assert logins.expiry_of({"data_access_expires_at": NOW.timestamp()}) is None


def test_the_app_of_a_login_is_what_its_platform_calls_it() -> None:
    assert logins.app_of({"client_id": "c"}) == "c"
    assert logins.app_of({"app_id": 17}) == "17"
    assert logins.app_of({"access_token": "t"}) == ""
