"""The day of a quota: midnight of its own zone, across daylight saving (platforms, YouTube section 6)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.quotas import day_of, fits, next_day

PACIFIC = "America/Los_Angeles"


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-01-15T12:00", "2026-01-16T08:00"),
        ("2026-07-15T12:00", "2026-07-16T07:00"),
        # A second before, at, and after midnight there.
        ("2026-01-15T07:59:59", "2026-01-15T08:00"),
        ("2026-01-15T08:00", "2026-01-16T08:00"),
        ("2026-01-15T08:00:01", "2026-01-16T08:00"),
        # The day that loses an hour has 23, the one that gains one has 25.
        ("2026-03-08T08:00", "2026-03-09T07:00"),
        ("2026-11-01T07:00", "2026-11-02T08:00"),
        # New Year is not at midnight UTC either.
        ("2026-12-31T23:00", "2027-01-01T08:00"),
    ],
)
def test_a_day_begins_at_midnight_pacific_time(now: str, begins: str) -> None:
    assert next_day(utc(now), PACIFIC) == utc(begins)


def test_a_midnight_that_daylight_saving_skips_is_the_first_instant_after_it() -> None:
    """Beirut turns its clocks from 00:00 to 01:00."""
    assert next_day(utc("2026-03-28T12:00"), "Asia/Beirut") == utc("2026-03-28T22:00")


def test_the_day_is_that_of_the_zone() -> None:
    assert day_of(utc("2026-01-15T07:59"), PACIFIC) == date(2026, 1, 14)
    assert day_of(utc("2026-01-15T08:00"), PACIFIC) == date(2026, 1, 15)


@given(st.integers(0, 15 * 365 * 86_400).map(lambda seconds: utc("2020-01-01") + timedelta(seconds=seconds)))
def test_the_next_day_is_the_first_instant_of_the_day_after(now: datetime) -> None:
    begins = next_day(now, PACIFIC)
    assert timedelta() < begins - now <= timedelta(hours=25)
    assert begins.astimezone(ZoneInfo(PACIFIC)).hour == 0
    assert day_of(begins, PACIFIC) == day_of(now, PACIFIC) + timedelta(days=1)
    assert day_of(begins - timedelta(microseconds=1), PACIFIC) == day_of(now, PACIFIC)


@pytest.mark.parametrize(("used", "fit"), [(0, True), (99, True), (100, False), (140, False)])
def test_a_use_fits_while_the_day_has_room_for_all_of_it(used: int, fit: bool) -> None:
    assert fits(1, used=used, per_day=100) is fit
    assert fits(0, used=100, per_day=100)
    assert not fits(2, used=99, per_day=100)
