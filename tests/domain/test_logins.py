"""When a login is renewed, and what its credentials tell (S2.7)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain import logins

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


@pytest.mark.parametrize("said", [None, "", "soon", True, 1e300, [], {}, "9" * 400])
def test_an_end_that_can_not_be_read_is_none(said: object) -> None:
    assert logins.expiry_of({"expires_at": said}) is None


def test_the_app_of_a_login_is_what_its_platform_calls_it() -> None:
    assert logins.app_of({"client_id": "c"}) == "c"
    assert logins.app_of({"app_id": 17}) == "17"
    assert logins.app_of({"access_token": "t"}) == ""
