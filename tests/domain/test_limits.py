"""Where one more post fits (S2.6), against a search that tries every minute."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pressrun.domain.limits import AccountLimit, earliest, most_in

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

MINUTES = st.integers(-90, 200)
LEDGERS = st.lists(MINUTES, max_size=12)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def allowed(minute: int, taken: list[int], per_hour: int, spacing: int) -> bool:
    """The rule as S2.6 says it: count every 60 minutes that the new post would be in."""
    windows = range(minute - 59, minute + 1)
    crowded = any(1 + sum(start <= place < start + 60 for place in taken) > per_hour for start in windows)
    return not crowded and all(abs(place - minute) >= spacing for place in taken)


@given(taken=LEDGERS, per_hour=st.integers(1, 5), spacing=st.integers(0, 90))
@example(taken=[300], per_hour=1, spacing=0)
@example(taken=[-50, 50], per_hour=2, spacing=0)
@example(taken=[-30, 30], per_hour=2, spacing=0)
@example(taken=[0, 0, 0], per_hour=2, spacing=0)
def test_the_answer_is_the_first_minute_that_keeps_both_rules(taken, per_hour, spacing):
    limit = AccountLimit(per_hour=per_hour, spacing=timedelta(minutes=spacing))
    first = next(minute for minute in range(500) if allowed(minute, taken, per_hour, spacing))
    assert earliest(limit, taken=[at(minute) for minute in taken], wanted=NOON) == at(first)


@given(wishes=st.lists(MINUTES, max_size=25), per_hour=st.integers(1, 4), spacing=st.integers(0, 20))
def test_a_ledger_filled_by_its_answers_never_breaks_the_limit(wishes, per_hour, spacing):
    limit = AccountLimit(per_hour=per_hour, spacing=timedelta(minutes=spacing))
    taken: list[datetime] = []
    for wish in wishes:
        place = earliest(limit, taken=taken, wanted=at(wish))
        assert place >= at(wish)
        taken.append(place)
    taken.sort()
    assert all(
        later - first >= timedelta(hours=1) for first, later in zip(taken, taken[per_hour:], strict=False)
    )
    assert all(later - first >= limit.spacing for first, later in pairwise(taken))


@pytest.mark.parametrize(("posts", "minute"), [(9, 0), (10, 1)])
def test_the_eleventh_post_of_an_hour_waits_until_the_first_is_an_hour_ago(posts, minute):
    taken = [at(-59)] + [at(-10)] * (posts - 1)
    assert earliest(AccountLimit(), taken=taken, wanted=NOON) == at(minute)


def test_exactly_an_hour_later_a_place_is_free():
    assert earliest(AccountLimit(per_hour=1), taken=[at(-60)], wanted=NOON) == NOON
    almost = at(-60) + timedelta(microseconds=1)
    assert earliest(AccountLimit(per_hour=1), taken=[almost], wanted=NOON) == NOON + timedelta(microseconds=1)


def test_a_lowered_limit_does_not_stop_an_account_for_good():
    """Twelve went out under an older limit; under the new one the next waits for all but one of them."""
    taken = [at(-minute) for minute in range(1, 13)]
    assert earliest(AccountLimit(per_hour=2), taken=taken, wanted=NOON) == at(58)


@pytest.mark.parametrize(
    ("hours", "hour", "most"),
    [([], 0, 1), ([1, 2], 3, 3), ([1, 23], 24, 3), ([0, 23], 24, 2), ([0, 12, 23], 11, 4), ([0, 25], 50, 1)],
)
def test_the_fullest_day_around_a_time_is_found(hours: list[int], hour: int, most: int) -> None:
    times = [at(60 * other) for other in hours]
    assert most_in(timedelta(days=1), times, at(60 * hour)) == most
