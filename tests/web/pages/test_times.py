"""Times as the interface guide words them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pressrun.domain.persona import Language
from pressrun.web import times
from pressrun.web.templating import words

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 20, 5, 32, tzinfo=UTC)
KO, EN = words(Language.KO), words(Language.EN)


@pytest.mark.parametrize(
    ("away", "korean", "english"),
    [
        (timedelta(seconds=-30), "방금", "just now"),
        (timedelta(seconds=30), "곧", "any moment"),
        (timedelta(minutes=13), "13분 뒤", "in 13 min"),
        (timedelta(hours=1, minutes=38), "1시간 38분 뒤", "in 1 h 38 min"),
        (timedelta(hours=2), "2시간 뒤", "in 2 h"),
        (timedelta(hours=18, minutes=5), "18시간 뒤", "in 18 h"),
        (timedelta(hours=25), "내일", "tomorrow"),
        (timedelta(days=3), "3일 뒤", "in 3 days"),
        (timedelta(days=7), "", ""),
        (timedelta(minutes=-42), "42분 전", "42 min ago"),
        (timedelta(hours=-26), "어제", "yesterday"),
        (timedelta(days=-2), "2일 전", "2 days ago"),
    ],
)
def test_a_relative_hint_says_how_far_away_a_time_is(away: timedelta, korean: str, english: str) -> None:
    assert times.relative(NOW + away, NOW, SEOUL, KO) == korean
    assert times.relative(NOW + away, NOW, SEOUL, EN) == english


def test_a_day_counts_where_the_persona_lives_and_not_in_utc() -> None:
    late = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert times.relative(late + timedelta(hours=25), late, SEOUL, EN) == "in 2 days"
    assert times.relative(late + timedelta(hours=25), late, ZoneInfo("UTC"), EN) == "tomorrow"


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert times.full(NOW, SEOUL, KO) == "11월 20일 금요일 14:32"
    assert times.full(NOW, SEOUL, EN) == "Friday 20 November, 14:32"


def test_today_needs_no_date() -> None:
    assert times.short(NOW, NOW, SEOUL, KO) == "14:32"
    assert times.short(NOW + timedelta(days=1), NOW, SEOUL, KO) == "11월 21일 14:32"
    assert times.short(NOW + timedelta(days=1), NOW, SEOUL, EN) == "21 Nov, 14:32"


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [
        (2.14, "2.1초", "2.1 s"),
        (41, "41초", "41 s"),
        (124, "2분 04초", "2 min 04 s"),
        (3900, "1시간 05분", "1 h 05 min"),
    ],
)
def test_durations_grow_coarser_as_they_grow_longer(seconds: float, korean: str, english: str) -> None:
    assert times.duration(seconds, KO) == korean
    assert times.duration(seconds, EN) == english
