"""Cron as Vixie cron reads it, and the calendar's rarest days (API.md, "Recurrence")."""

import time as clock
from calendar import monthrange
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.pattern import Pattern, parse_cron
from pressrun.domain.problems import Problem
from pressrun.domain.recurrence import Recurrence, calculate_next_run, next_runs, read_recurrence

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)


def cron(text: str, zone: str = "Asia/Seoul") -> Recurrence:
    return read_recurrence(timezone=zone, created_at=NOW, cron=text)


@pytest.mark.parametrize(
    ("text", "after", "following"),
    [
        ("0 9 * * *", "2026-11-20T09:00", "2026-11-21T09:00"),
        ("0 9 * * mon-fri", "2026-11-20T09:00", "2026-11-23T09:00"),
        ("0 9 * * SUN", "2026-11-20T09:00", "2026-11-22T09:00"),
        ("0 9 * * 0", "2026-11-20T09:00", "2026-11-22T09:00"),
        ("0 9 * * 7", "2026-11-20T09:00", "2026-11-22T09:00"),
        ("0 9 * * 5-7", "2026-11-20T09:00", "2026-11-21T09:00"),
        ("*/25 * * * *", "2026-11-20T09:50", "2026-11-20T10:00"),
        ("10-40/15 * * * *", "2026-11-20T09:25", "2026-11-20T09:40"),
        ("10/20 * * * *", "2026-11-20T09:30", "2026-11-20T09:50"),
        ("5,55 8,20 * * *", "2026-11-20T08:55", "2026-11-20T20:05"),
        ("0 0 1 jan *", "2026-11-20T09:00", "2027-01-01T00:00"),
        ("0 0 1 Feb-Apr *", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("0 0 31 * *", "2026-03-31T00:00", "2026-05-31T00:00"),
        ("0 0 29 2 *", "2026-11-20T09:00", "2028-02-29T00:00"),
        ("  0\t0  29 2   *  ", "2096-03-01T00:00", "2104-02-29T00:00"),
    ],
)
def test_five_fields_are_read_as_cron_reads_them(text, after, following):
    run = calculate_next_run(cron(text, "UTC"), datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert run == datetime.fromisoformat(following).replace(tzinfo=UTC)


def test_a_day_counts_when_its_number_or_its_weekday_fits():
    """Vixie cron: `0 0 13 * fri` is every 13th and every Friday."""
    runs = next_runs(cron("0 0 13 * fri", "UTC"), datetime(2026, 11, 1, tzinfo=UTC), 4)
    assert [run.at.day for run in runs] == [6, 13, 20, 27]
    runs = next_runs(cron("0 0 13 * fri", "UTC"), datetime(2026, 12, 5, tzinfo=UTC), 3)
    assert [run.at.day for run in runs] == [11, 13, 18]


def test_a_field_that_begins_with_a_star_restricts_instead():
    """Vixie cron: `*/2` with a weekday asks for both."""
    runs = next_runs(cron("0 0 */2 * fri", "UTC"), datetime(2026, 11, 1, tzinfo=UTC), 3)
    assert [run.at.day for run in runs] == [13, 27, 11]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", ""),
        ("* * * *", "* * * *"),
        ("* * * * * *", "* * * * * *"),
        ("@daily", "@daily"),
        ("60 * * * *", "60"),
        ("* 24 * * *", "24"),
        ("* * 0 * *", "0"),
        ("* * 32 * *", "32"),
        ("* * * 13 *", "13"),
        ("* * * 0 *", "0"),
        ("* * * * 8", "8"),
        ("* * * * fr", "fr"),
        ("* * * mon *", "mon"),
        ("jan * * * *", "jan"),
        ("*/0 * * * *", "*/0"),
        ("*/90 * * * *", "*/90"),
        ("30-10 * * * *", "30-10"),
        ("* * * * sat-sun", "sat-sun"),
        ("1,,2 * * * *", "1,,2"),
        ("-5 * * * *", "-5"),
        ("1.5 * * * *", "1.5"),
        ("? * * * *", "?"),
        ("* * L * *", "L"),
        ("* * * * 5#2", "5#2"),
        ("٣ * * * *", "٣"),
        ("*-5 * * * *", "*-5"),
        ("x" * 5000 + " * * * *", "x" * 40),
    ],
)
def test_what_cron_does_not_say_is_refused_naming_the_part(text, part):
    with pytest.raises(Problem) as refused:
        cron(text)
    flaw = refused.value.flaws[0]
    assert (refused.value.code, flaw.field, flaw.values["part"]) == ("cron_invalid", "cron", part)


@given(st.text(alphabet="0123456789*/-, jansufri?", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        pattern = parse_cron(text)
    except Problem as problem:
        if problem.code != "cron_invalid":
            raise
        return
    assert pattern.minutes <= set(range(60))
    assert pattern.hours <= set(range(24))
    assert pattern.weekdays <= set(range(1, 8))
    assert all((pattern.minutes, pattern.hours, pattern.days, pattern.months, pattern.weekdays))


@pytest.mark.parametrize("text", ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 30 feb */2"])
def test_a_day_no_calendar_has_is_refused(text):
    with pytest.raises(Problem) as refused:
        cron(text)
    assert refused.value.code == "never_runs"


def test_a_stored_rule_that_never_runs_answers_at_once():
    """Its search is bounded: it ends instead of hanging a scheduler."""
    never = Recurrence(zone=ZoneInfo("Asia/Seoul"), cron="0 0 30 2 *")
    started = clock.perf_counter()
    assert calculate_next_run(never, NOW) is None
    assert next_runs(never, NOW, 10) == ()
    assert clock.perf_counter() - started < 0.1


def test_the_rarest_day_is_found_across_the_longest_wait():
    """Sunday 29 February: `*/7` begins with a star, so both must fit; 2100 is no leap year."""
    rule = cron("0 0 29 2 */7", "UTC")
    runs = next_runs(rule, datetime(2060, 3, 1, tzinfo=UTC), 3)
    assert [run.at.year for run in runs] == [2088, 2128, 2156]


@pytest.mark.parametrize("weekday", range(1, 8))
def test_every_weekday_of_a_leap_day_is_found_from_every_year(weekday):
    pattern = Pattern(
        minutes=frozenset({0}),
        hours=frozenset({0}),
        days=frozenset({29}),
        months=frozenset({2}),
        weekdays=frozenset({weekday}),
    )
    leap_days = [
        datetime(year, 2, 29, tzinfo=UTC) for year in range(2000, 2400, 4) if monthrange(year, 2)[1] == 29
    ]
    for year in range(2000, 2300):
        start = datetime(year, 3, 1, tzinfo=UTC)
        assert next(pattern.times(start.replace(tzinfo=None))).replace(tzinfo=UTC) == next(
            day for day in leap_days if day > start and day.isoweekday() == weekday
        )
