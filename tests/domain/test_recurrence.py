"""When schedules run (S3.1, S3.2): known cases, refusals and JSON.

`test_pattern` reads cron; `test_recurrence_oracle` tries many zones.
"""

import json
import pickle
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.problems import Problem
from pressrun.domain.recurrence import (
    Frequency,
    Note,
    Occurrence,
    Recurrence,
    calculate_next_run,
    from_json,
    next_runs,
    read_recurrence,
    to_json,
)

CREATED = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
"""A Wednesday; in Seoul it is Thursday the 19th already."""


def every(frequency: str, time_of_day: str, zone: str = "Asia/Seoul", **days: Any) -> Recurrence:
    return read_recurrence(
        timezone=zone, created_at=CREATED, frequency=frequency, time_of_day=time_of_day, **days
    )


def cron(text: str, zone: str = "Asia/Seoul") -> Recurrence:
    return read_recurrence(timezone=zone, created_at=CREATED, cron=text)


def shown(recurrence: Recurrence, after: str, count: int) -> list[str]:
    """The next runs as clocks in the zone show them, with their offset."""
    return spelled(next_runs(recurrence, datetime.fromisoformat(after), count))


def spelled(runs: Iterable[Occurrence]) -> list[str]:
    return [f"{run.local:%m-%d %H:%M%z}" + (f" {run.note}" if run.note else "") for run in runs]


class TestFrequencies:
    def test_daily_runs_at_its_time_in_its_zone(self):
        assert calculate_next_run(every("daily", "09:30"), datetime(2026, 11, 20, tzinfo=UTC)) == datetime(
            2026, 11, 20, 0, 30, tzinfo=UTC
        )

    def test_the_next_run_is_strictly_after_the_given_instant(self):
        daily, due = every("daily", "09:30"), datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
        assert calculate_next_run(daily, due - timedelta(microseconds=1)) == due
        assert calculate_next_run(daily, due) == due + timedelta(days=1)

    @pytest.mark.parametrize(
        ("frequency", "times"),
        [
            ("hourly", ["13:20", "14:20", "15:20", "16:20"]),
            ("3hours", ["14:20", "17:20", "20:20", "23:20", "02:20"]),
            ("6hours", ["17:20", "23:20", "05:20", "11:20"]),
        ],
    )
    def test_hours_count_from_the_time_of_day_within_each_local_day(self, frequency, times):
        runs = next_runs(
            every(frequency, "11:20"), datetime.fromisoformat("2026-11-20T13:00+09:00"), len(times)
        )
        assert [f"{run.local:%H:%M}" for run in runs] == times

    def test_weekly_runs_on_its_weekday_counted_from_monday(self):
        assert shown(every("weekly", "08:00", weekday=7), "2026-11-20T00:00+09:00", 2) == [
            "11-22 08:00+0900",
            "11-29 08:00+0900",
        ]

    def test_a_missing_weekday_or_day_is_that_of_the_creation_in_the_zone(self):
        assert every("weekly", "08:00").weekday == 4
        assert every("weekly", "08:00", "America/New_York").weekday == 3
        assert every("monthly", "08:00").day_of_month == 19
        assert every("monthly", "08:00", "America/New_York").day_of_month == 18

    def test_what_a_frequency_does_not_need_is_left_out(self):
        assert every("daily", "08:00", weekday=3, day_of_month=9) == every("daily", "08:00")
        assert every("daily", "08:00").weekday is None

    def test_monthly_on_the_31st_runs_on_the_last_day_of_shorter_months(self):
        assert shown(every("monthly", "07:00", day_of_month=31), "2028-01-31T12:00+09:00", 4) == [
            "02-29 07:00+0900 month_end",
            "03-31 07:00+0900",
            "04-30 07:00+0900 month_end",
            "05-31 07:00+0900",
        ]

    def test_monthly_on_the_29th_is_at_home_in_a_leap_year_only(self):
        monthly = every("monthly", "07:00", day_of_month=29)
        assert shown(monthly, "2028-02-01T00:00+09:00", 1) == ["02-29 07:00+0900"]
        assert shown(monthly, "2027-02-01T00:00+09:00", 1) == ["02-28 07:00+0900 month_end"]
        assert shown(monthly, "2100-02-01T00:00+09:00", 1) == ["02-28 07:00+0900 month_end"]

    @given(day=st.integers(1, 31), year=st.integers(1980, 2100))
    def test_monthly_runs_once_in_each_month(self, day, year):
        start = datetime(year, 1, 1, tzinfo=ZoneInfo("Asia/Seoul")) - timedelta(minutes=1)
        runs = next_runs(every("monthly", "00:00", day_of_month=day), start, 48)
        assert [run.local.date() for run in runs] == [
            date(year + n // 12, n % 12 + 1, min(day, monthrange(year + n // 12, n % 12 + 1)[1]))
            for n in range(48)
        ]
        assert all((run.note is Note.MONTH_END) == (run.local.day != day) for run in runs)


class TestDaylightSaving:
    """New York skips 02:00 to 03:00 on 8 March 2026 and repeats 01:00 to 02:00 on 1 November."""

    def test_a_time_in_the_gap_runs_at_the_first_instant_after_it(self):
        daily = every("daily", "02:30", "America/New_York")
        assert shown(daily, "2026-03-07T12:00-05:00", 2) == ["03-08 03:00-0400 dst_gap", "03-09 02:30-0400"]

    def test_a_time_in_the_fold_runs_at_the_first_pass_only(self):
        daily = every("daily", "01:30", "America/New_York")
        assert shown(daily, "2026-10-31T12:00-04:00", 2) == ["11-01 01:30-0400 dst_fold", "11-02 01:30-0500"]

    def test_between_the_two_passes_the_next_run_is_the_next_day(self):
        daily = every("daily", "01:30", "America/New_York")
        assert shown(daily, "2026-11-01T01:30-04:00", 1) == ["11-02 01:30-0500"]

    def test_hourly_runs_at_both_passes_of_a_fold(self):
        assert shown(every("hourly", "00:30", "America/New_York"), "2026-11-01T00:00-04:00", 4) == [
            "11-01 00:30-0400",
            "11-01 01:30-0400 dst_fold",
            "11-01 01:30-0500 dst_fold",
            "11-01 02:30-0500",
        ]

    def test_hourly_asked_between_the_passes_finds_the_second(self):
        assert shown(every("hourly", "00:30", "America/New_York"), "2026-11-01T01:50-04:00", 1) == [
            "11-01 01:30-0500 dst_fold"
        ]

    @pytest.mark.parametrize(
        ("fold", "following"), [(0, "11-01 01:30-0500 dst_fold"), (1, "11-01 02:30-0500")]
    )
    def test_an_instant_given_on_the_zones_own_clock_means_its_pass(self, fold, following):
        zone = ZoneInfo("America/New_York")
        after = datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold)
        assert spelled(next_runs(every("hourly", "00:30", zone.key), after, 1)) == [following]

    def test_hourly_knows_no_time_within_a_gap(self):
        assert shown(every("hourly", "00:30", "America/New_York"), "2026-03-08T01:00-05:00", 2) == [
            "03-08 01:30-0500",
            "03-08 03:30-0400",
        ]

    def test_times_that_meet_at_the_end_of_a_gap_make_one_run(self):
        assert shown(cron("*/20 * * * *", "America/New_York"), "2026-03-08T01:30-05:00", 3) == [
            "03-08 01:40-0500",
            "03-08 03:00-0400 dst_gap",
            "03-08 03:20-0400",
        ]

    def test_cron_runs_at_the_first_pass_only_even_every_hour(self):
        assert shown(cron("30 * * * *", "America/New_York"), "2026-11-01T00:45-04:00", 2) == [
            "11-01 01:30-0400 dst_fold",
            "11-01 02:30-0500",
        ]

    def test_lord_howe_skips_half_an_hour(self):
        daily = every("daily", "02:10", "Australia/Lord_Howe")
        assert shown(daily, "2026-10-03T12:00+10:30", 2) == ["10-04 02:30+1100 dst_gap", "10-05 02:10+1100"]
        every_hour = every("hourly", "00:10", "Australia/Lord_Howe")
        assert shown(every_hour, "2026-10-04T01:00+10:30", 2) == ["10-04 01:10+1030", "10-04 03:10+1100"]

    def test_lord_howe_repeats_half_an_hour(self):
        assert shown(every("hourly", "00:45", "Australia/Lord_Howe"), "2026-04-05T01:00+11:00", 3) == [
            "04-05 01:45+1100 dst_fold",
            "04-05 01:45+1030 dst_fold",
            "04-05 02:45+1030",
        ]
        assert shown(cron("15,45 1-2 * * *", "Australia/Lord_Howe"), "2026-04-05T01:00+11:00", 4) == [
            "04-05 01:15+1100",
            "04-05 01:45+1100 dst_fold",
            "04-05 02:15+1030",
            "04-05 02:45+1030",
        ]

    def test_passes_of_a_two_hour_fold_interleave_in_order_of_time(self):
        """Antarctica/Troll goes from 03:00 back to 01:00 on 25 October 2026."""
        assert shown(every("hourly", "00:15", "Antarctica/Troll"), "2026-10-25T00:30+02:00", 5) == [
            "10-25 01:15+0200 dst_fold",
            "10-25 02:15+0200 dst_fold",
            "10-25 01:15+0000 dst_fold",
            "10-25 02:15+0000 dst_fold",
            "10-25 03:15+0000",
        ]

    def test_a_day_that_a_country_skipped_runs_as_soon_as_the_next_one_begins(self):
        """Samoa had no 30 December 2011."""
        assert shown(every("daily", "10:00", "Pacific/Apia"), "2011-12-29T12:00-10:00", 2) == [
            "12-31 00:00+1400 dst_gap",
            "12-31 10:00+1400",
        ]

    def test_midnight_that_does_not_exist_runs_at_one(self):
        """Cairo skips 00:00 to 01:00 on 24 April 2026."""
        assert shown(every("daily", "00:00", "Africa/Cairo"), "2026-04-23T12:00+02:00", 1) == [
            "04-24 01:00+0300 dst_gap"
        ]


class TestReading:
    @pytest.mark.parametrize(
        ("fields", "codes"),
        [
            ({"cron": "0 9 * * *", "frequency": "daily", "time_of_day": "09:00"}, {"cron": "both_given"}),
            ({}, {"frequency": "recurrence_missing"}),
            ({"frequency": "2hours", "time_of_day": "09:00"}, {"frequency": "frequency_unknown"}),
            ({"frequency": "DAILY", "time_of_day": "09:00"}, {"frequency": "frequency_unknown"}),
            ({"frequency": "daily"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "9:00"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "24:00"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "09:60"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "09:00:00"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "09:00\n"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "٠٩:٠٠"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "daily", "time_of_day": "오전 9시"}, {"time_of_day": "time_of_day_malformed"}),
            ({"frequency": "weekly", "time_of_day": "09:00", "weekday": 0}, {"weekday": "weekday_unknown"}),
            ({"frequency": "weekly", "time_of_day": "09:00", "weekday": 8}, {"weekday": "weekday_unknown"}),
            (
                {"frequency": "monthly", "time_of_day": "09:00", "day_of_month": 32},
                {"day_of_month": "day_of_month_unknown"},
            ),
            (
                {"frequency": "monthly", "time_of_day": "09:00", "day_of_month": 0},
                {"day_of_month": "day_of_month_unknown"},
            ),
            (
                {"frequency": "yearly", "time_of_day": "noon", "timezone": "Asia/Seul", "weekday": 9},
                {
                    "timezone": "zone_unknown",
                    "frequency": "frequency_unknown",
                    "time_of_day": "time_of_day_malformed",
                    "weekday": "weekday_unknown",
                },
            ),
            ({"cron": "0 0 30 2 *", "timezone": ""}, {"cron": "never_runs", "timezone": "zone_unknown"}),
        ],
    )
    def test_every_flaw_is_named_at_its_field(self, fields, codes):
        with pytest.raises(Problem) as refused:
            read_recurrence(created_at=CREATED, **{"timezone": "Asia/Seoul", **fields})
        assert {flaw.field: flaw.code for flaw in refused.value.flaws} == codes
        assert refused.value.status == 422

    @pytest.mark.parametrize(
        "name",
        ["", "Seoul", "asia/seoul", "America", "../UTC", "/etc/localtime", "localtime", "a\0b", "x" * 5000],
    )
    def test_only_iana_zones_are_zones(self, name):
        with pytest.raises(Problem) as refused:
            read_recurrence(timezone=name, created_at=CREATED, cron="0 9 * * *")
        assert refused.value.code == "zone_unknown"
        assert len(refused.value.flaws[0].values["zone"]) <= 64

    @pytest.mark.parametrize(
        "edge",
        [
            datetime.min.replace(tzinfo=ZoneInfo("Asia/Seoul")),
            datetime.max.replace(tzinfo=UTC),
            datetime.max.replace(tzinfo=ZoneInfo("America/New_York")),
        ],
    )
    def test_beyond_the_calendar_there_are_no_runs_and_no_errors(self, edge):
        assert calculate_next_run(every("hourly", "00:00"), edge) is None

    def test_the_last_year_of_the_calendar_ends_the_list(self):
        runs = next_runs(every("monthly", "00:00", day_of_month=31), datetime(9998, 11, 1, tzinfo=UTC), 5)
        assert [run.local.month for run in runs] == [11, 12]


ZONES = st.sampled_from(
    ["Asia/Seoul", "UTC", "America/New_York", "Australia/Lord_Howe", "America/Argentina/Ushuaia"]
)


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    fields: dict[str, Any] = draw(
        st.one_of(
            st.fixed_dictionaries({"cron": st.sampled_from(["0 9 * * *", "*/5  1-3 1 JAN,feb sun"])}),
            st.fixed_dictionaries(
                {
                    "frequency": st.sampled_from(list(Frequency)),
                    "time_of_day": st.times().map("{:%H:%M}".format),
                },
                optional={"weekday": st.integers(1, 7), "day_of_month": st.integers(1, 31)},
            ),
        )
    )
    return read_recurrence(timezone=draw(ZONES), created_at=CREATED, **fields)


class TestKeeping:
    @given(recurrences())
    def test_json_and_pickle_give_the_same_rule_back(self, recurrence):
        written = json.loads(json.dumps(to_json(recurrence)))
        assert from_json(written) == recurrence
        assert pickle.loads(pickle.dumps(recurrence)) == recurrence
        assert next_runs(from_json(written), CREATED, 3) == next_runs(recurrence, CREATED, 3)

    def test_json_speaks_the_words_of_the_api(self):
        assert to_json(every("weekly", "09:30", weekday=3)) == {
            "timezone": "Asia/Seoul",
            "frequency": "weekly",
            "time_of_day": "09:30",
            "weekday": 3,
        }
        assert to_json(every("monthly", "09:30", day_of_month=31))["day_of_month"] == 31
        assert to_json(cron(" 0  9 * * MON ")) == {"timezone": "Asia/Seoul", "cron": "0 9 * * MON"}

    @given(recurrences())
    def test_what_was_kept_can_be_read_again_as_a_person_would_send_it(self, recurrence):
        """`GET` then `PUT` changes nothing, even on another day."""
        sent: dict[str, Any] = to_json(recurrence)
        assert read_recurrence(created_at=CREATED + timedelta(days=40), **sent) == recurrence
