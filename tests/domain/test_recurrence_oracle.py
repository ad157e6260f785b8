"""Recurrence against a slow oracle that watches the clocks of a zone minute by minute (S3.2).

The oracle knows nothing of gaps, folds or offsets: it reads the clock every minute and remembers the latest
time it has seen. What it passed without seeing was skipped; what it sees again comes twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from pressrun.domain.problems import Problem
from pressrun.domain.recurrence import Recurrence, calculate_next_run, next_runs, read_recurrence

MINUTE = timedelta(minutes=1)
WINDOW = timedelta(hours=40)
WARM_UP = timedelta(hours=26)
"""Longer than any fold, so that the oracle knows which times it has seen before the window opens."""


@dataclass(frozen=True)
class Wanted:
    """A rule as plain sets, told to the program in its own words by `fields`."""

    fields: dict[str, Any]
    minutes: frozenset[int]
    hours: frozenset[int] = frozenset(range(24))
    days: frozenset[int] = frozenset(range(1, 32))
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(1, 8))
    either: bool = False
    every_pass: bool = False

    def fits(self, clock: datetime) -> bool:
        if clock.minute not in self.minutes or clock.hour not in self.hours or clock.month not in self.months:
            return False
        by_number, by_weekday = self._has_number(clock), clock.isoweekday() in self.weekdays
        return (by_number or by_weekday) if self.either else (by_number and by_weekday)

    def _has_number(self, clock: datetime) -> bool:
        last_of_month = (clock + timedelta(days=1)).day == 1
        clamped = last_of_month and "frequency" in self.fields and max(self.days) > clock.day
        return clock.day in self.days or clamped


def oracle(wanted: Wanted, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The runs within the window after `after`, by watching the clock."""
    latest: datetime | None = None
    for minutes in range(int((WARM_UP + WINDOW) / MINUTE) + 1):
        at = after.replace(second=0, microsecond=0) - WARM_UP + minutes * MINUTE
        shown = at.astimezone(zone).replace(tzinfo=None)
        skipped = shown - latest if latest else MINUTE
        if wanted.every_pass:
            runs = wanted.fits(shown)
        else:
            runs = any(wanted.fits(shown - n * MINUTE) for n in range(int(skipped / MINUTE)))
        latest = max(latest or shown, shown)
        if runs and after < at <= after + WINDOW:
            yield at


CHANGING = [
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Europe/London",
    "Europe/Dublin",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Tehran",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Easter",
    "Antarctica/Troll",
]
ANY_ZONE = sorted(available_timezones() - {"localtime", "Factory"})


@st.composite
def moments(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    """An instant of 1973 to 2060, most often less than a day and a half from a change of the clocks."""
    day = datetime(1973, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 32_000)))
    changes = [
        day + timedelta(days=n)
        for n in range(370)
        if (day + timedelta(days=n)).astimezone(zone).utcoffset()
        != (day + timedelta(days=n + 1)).astimezone(zone).utcoffset()
    ]
    event("near a change" if changes else "no change this year")
    near = draw(st.sampled_from(changes)) if changes else day
    return near + timedelta(seconds=draw(st.integers(-30 * 3600, 24 * 3600)))


def _field(draw: st.DrawFn, lowest: int, highest: int, names: dict[str, int]) -> tuple[str, frozenset[int]]:
    """One cron field in one of its spellings, and the numbers it means."""
    first = draw(st.integers(lowest, highest))
    last = draw(st.integers(first, highest))
    step = draw(st.integers(1, highest))
    everything = range(lowest, highest + 1)
    spelling = draw(
        st.sampled_from(
            [
                ("*", everything),
                ("*", everything),
                (f"*/{step}", everything[::step]),
                (f"{first}", [first]),
                (f"{first}-{last}", range(first, last + 1)),
                (f"{first}-{last}/{step}", range(first, last + 1, step)),
                (f"{first},{last}", [first, last]),
                *((name, [number]) for name, number in names.items()),
            ]
        )
    )
    return spelling[0], frozenset(spelling[1])


@st.composite
def cron_rules(draw: st.DrawFn) -> Wanted:
    minute, minutes = _field(draw, 0, 59, {})
    hour, hours = _field(draw, 0, 23, {})
    day, days = _field(draw, 1, 31, {})
    month, months = _field(draw, 1, 12, {"jan": 1, "Mar": 3, "OCT": 10})
    weekday, weekdays = _field(draw, 0, 7, {"sun": 0, "Wed": 3})
    return Wanted(
        fields={"cron": f"{minute} {hour} {day} {month} {weekday}"},
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(number or 7 for number in weekdays),
        either=day[0] != "*" and weekday[0] != "*",
    )


@st.composite
def frequency_rules(draw: st.DrawFn) -> Wanted:
    hour, minute = draw(st.integers(0, 23)), draw(st.integers(0, 59))
    weekday, day = draw(st.integers(1, 7)), draw(st.integers(1, 31))
    frequency = draw(st.sampled_from(["hourly", "3hours", "6hours", "daily", "weekly", "monthly"]))
    fields: dict[str, Any] = {"frequency": frequency, "time_of_day": f"{hour:02}:{minute:02}"}
    minutes = frozenset({minute})
    match frequency:
        case "hourly":
            return Wanted(fields, minutes, every_pass=True)
        case "3hours":
            return Wanted(fields, minutes, frozenset((hour + 3 * n) % 24 for n in range(8)))
        case "6hours":
            return Wanted(fields, minutes, frozenset((hour + 6 * n) % 24 for n in range(4)))
        case "weekly":
            fields["weekday"] = weekday
            return Wanted(fields, minutes, frozenset({hour}), weekdays=frozenset({weekday}))
        case "monthly":
            fields["day_of_month"] = day
            return Wanted(fields, minutes, frozenset({hour}), days=frozenset({day}))
    return Wanted(fields, minutes, frozenset({hour}))


def cases(rules: st.SearchStrategy[Wanted]) -> st.SearchStrategy[tuple[Wanted, ZoneInfo, datetime]]:
    zones = (st.sampled_from(CHANGING) | st.sampled_from(ANY_ZONE)).map(ZoneInfo)
    return zones.flatmap(lambda zone: st.tuples(rules, st.just(zone), moments(zone)))


def runs_of(wanted: Wanted, zone: ZoneInfo, after: datetime) -> list[datetime]:
    """What the program answers, asked again and again as a scheduler does."""
    recurrence = read(wanted, zone)
    found: list[datetime] = []
    following = recurrence and calculate_next_run(recurrence, after)
    while recurrence and following and following <= after + WINDOW:
        found.append(following)
        following = calculate_next_run(recurrence, following)
    return found


def read(wanted: Wanted, zone: ZoneInfo) -> Recurrence | None:
    """The rule, or nothing where the program says that it never runs."""
    try:
        return read_recurrence(
            timezone=zone.key, created_at=datetime(2026, 1, 1, tzinfo=UTC), **wanted.fields
        )
    except Problem as problem:
        if problem.code != "never_runs":
            raise
        return None


def every_quarter() -> Wanted:
    return Wanted({"cron": "*/15 * * * *"}, frozenset({0, 15, 30, 45}))


@settings(max_examples=150, deadline=None)
@given(cases(frequency_rules()))
@example(
    (
        Wanted({"frequency": "hourly", "time_of_day": "00:45"}, frozenset({45}), every_pass=True),
        ZoneInfo("Australia/Lord_Howe"),
        datetime(2026, 4, 4, 14, 50, tzinfo=UTC),
    )
)
@example(
    (
        Wanted({"frequency": "hourly", "time_of_day": "00:15"}, frozenset({15}), every_pass=True),
        ZoneInfo("Antarctica/Troll"),
        datetime(2026, 10, 24, 23, 20, tzinfo=UTC),
    )
)
def test_frequencies_run_when_a_watcher_of_the_clock_would_run_them(case):
    wanted, zone, after = case
    assert runs_of(wanted, zone, after) == list(oracle(wanted, zone, after))


@settings(max_examples=150, deadline=None)
@given(cases(cron_rules()))
@example((every_quarter(), ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 3, 12, 0, 30, tzinfo=UTC)))
@example((every_quarter(), ZoneInfo("Pacific/Apia"), datetime(2011, 12, 29, 20, 0, tzinfo=UTC)))
@example((every_quarter(), ZoneInfo("America/St_Johns"), datetime(2010, 11, 7, 0, 0, tzinfo=UTC)))
def test_cron_runs_when_a_watcher_of_the_clock_would_run_it(case):
    wanted, zone, after = case
    assert runs_of(wanted, zone, after) == list(oracle(wanted, zone, after))


@settings(max_examples=60, deadline=None)
@given(cases(frequency_rules() | cron_rules()), st.integers(1, 12))
def test_the_list_of_runs_is_what_asking_one_by_one_gives(case, count):
    wanted, zone, after = case
    recurrence = read(wanted, zone)
    assume(recurrence is not None)
    assert recurrence is not None
    runs = next_runs(recurrence, after, count)
    asked, latest = [], after
    for _ in runs:
        following = calculate_next_run(recurrence, latest)
        assert following is not None
        asked.append(latest := following)
    assert [run.at for run in runs] == asked
    assert all(run.at.tzinfo is UTC for run in runs)
    assert all(run.local.tzinfo is zone and run.local.astimezone(UTC) == run.at for run in runs)
