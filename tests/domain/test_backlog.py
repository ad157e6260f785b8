"""A backlog is spread: one after another, the first soon, never a burst (S2.7, S2.8)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.backlog import BacklogRule, spread
from pressrun.domain.limits import AccountLimit, share

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)

IDS = st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=40)
SPACINGS = st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=2))
JITTERS = st.floats(0, 1)
PLACES = st.lists(st.timedeltas(timedelta(days=-2), timedelta(days=2)), max_size=5)


@given(ids=IDS, spacing=SPACINGS, jitter=JITTERS, placed=PLACES)
def test_no_two_late_posts_are_closer_than_the_spacing_nor_much_farther(
    ids: list[str], spacing: timedelta, jitter: float, placed: list[timedelta]
) -> None:
    rule = BacklogRule(spacing, jitter)
    before = [NOW + each for each in placed]
    times = spread(ids, now=NOW, placed=before, rule=rule)
    assert list(times) == ids
    assert all(at >= NOW for at in times.values())
    assert all(at - other >= spacing for at in times.values() for other in before)
    most = spacing * (1 + jitter) + timedelta(microseconds=1)
    assert all(spacing <= later - earlier <= most for earlier, later in pairwise(times.values()))


@given(ids=IDS.filter(bool), spacing=SPACINGS)
def test_the_first_goes_out_now_where_nothing_went_before(ids: list[str], spacing: timedelta) -> None:
    assert spread(ids, now=NOW, placed=[], rule=BacklogRule(spacing))[ids[0]] == NOW


@given(ids=IDS, cut=st.integers(0, 40))
def test_posts_that_are_released_one_by_one_are_spread_as_those_released_together(
    ids: list[str], cut: int
) -> None:
    together = spread(ids, now=NOW, placed=[], rule=BacklogRule())
    first = spread(ids[:cut], now=NOW, placed=[], rule=BacklogRule())
    rest = spread(ids[cut:], now=NOW, placed=list(first.values()), rule=BacklogRule())
    assert first | rest == together


@given(post_id=st.text(), other=st.text())
def test_chance_is_the_same_every_time_and_another_for_each_post(post_id: str, other: str) -> None:
    assert 0 <= share(post_id) < 1
    assert share(post_id) == share(post_id)
    assert post_id == other or share(post_id) != share(other)


def test_chance_is_spread_evenly() -> None:
    shares = [share(f"post-{number}") for number in range(1000)]
    assert [sum(low <= each < low + 0.25 for each in shares) > 200 for low in (0, 0.25, 0.5, 0.75)] == [
        True
    ] * 4


@given(spacing=SPACINGS, jitter=JITTERS, post_id=st.text())
def test_a_post_has_a_spacing_of_its_own_between_the_least_and_the_most(
    spacing: timedelta, jitter: float, post_id: str
) -> None:
    own = AccountLimit(spacing=spacing, jitter=jitter).for_post(post_id)
    assert spacing <= own.spacing <= spacing * (1 + jitter) + timedelta(microseconds=1)
    assert AccountLimit(spacing=spacing).for_post(post_id).spacing == spacing
