"""Times that people give: what is read, what is refused and why (S0.7; API.md, "Publish")."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.problems import Problem
from pressrun.domain.times import FARTHEST, check_publish_time, parse_publish_time, read_zone

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-11-20T18:30:00+09:00", SEOUL, "2026-11-20T09:30Z"),
        ("2026-11-20T09:30:00Z", SEOUL, "2026-11-20T09:30Z"),
        ("2026-11-20t09:30:00z", SEOUL, "2026-11-20T09:30Z"),
        ("2026-11-20T18:30", SEOUL, "2026-11-20T09:30Z"),
        ("2026-11-20 18:30", SEOUL, "2026-11-20T09:30Z"),
        ("  2026-11-20 18:30:15  ", SEOUL, "2026-11-20T09:30:15Z"),
        ("2026-11-20T18:30:00.250+09:00", NEW_YORK, "2026-11-20T09:30:00.250Z"),
        ("2026-11-20T18:30:00.123456789+0900", SEOUL, "2026-11-20T09:30:00.123456Z"),
        ("2026-11-20T18:30", NEW_YORK, "2026-11-20T23:30Z"),
        ("2026-07-01T18:30", NEW_YORK, "2026-07-01T22:30Z"),
        # The fold of 1 November 2026: the earlier pass, unless an offset says which.
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30Z"),
        ("2026-11-01T01:30-05:00", NEW_YORK, "2026-11-01T06:30Z"),
        # An offset names an instant, also inside the gap of 8 March.
        ("2026-03-08T02:30-05:00", NEW_YORK, "2026-03-08T07:30Z"),
        ("2026-03-08T01:59", NEW_YORK, "2026-03-08T06:59Z"),
        ("2026-03-08T03:00", NEW_YORK, "2026-03-08T07:00Z"),
        # Seoul had summer time in 1988.
        ("1988-07-01T12:00", SEOUL, "1988-07-01T02:00Z"),
    ],
)
def test_a_time_is_read_in_its_offset_or_in_the_zone(text, zone, instant):
    read = parse_publish_time(text, zone)
    assert read == datetime.fromisoformat(instant)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "2026-11-20",
        " 2026-11-20 ",
        "18:30",
        "2026-02-30T10:00",
        "2026-13-01T10:00",
        "2026-11-20T25:00",
        "2026-11-20T18:61",
        "2026-11-20T18:30+99:00",
        "2026-11-20_18:30",
        "2026-W47-5T18:30",
        "2026-11-20T18",
        "20/11/2026 18:30",
        "1795194000",
        "내일 오후 6시",
        "2026년 11월 20일 18:30",
        "２０２６-11-20T18:30",
        "٢٠٢٦-11-20T18:30",
        "2026-11-20T18:30\0",
        "2026-11-20T18:30; DROP TABLE post",
        "\ud800",
        "now",
        "-2026-11-20T18:30",
        "12026-11-20T18:30",
        "T" * 100_000,
        "9" * 100_000 + "T00:00",
        # Instants that fall off either end of the calendar.
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-10:00",
        "0001-01-01T00:00:00",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Problem) as refused:
        parse_publish_time(text, SEOUL)
    assert (refused.value.code, refused.value.flaws[0].field) == ("time_malformed", "scheduled_publish_time")


def test_the_other_end_of_the_calendar_is_refused_in_western_zones():
    with pytest.raises(Problem) as refused:
        parse_publish_time("9999-12-31T23:59", NEW_YORK)
    assert refused.value.code == "time_malformed"


@given(st.text(alphabet="0123456789-:TZ+. ", max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        read = parse_publish_time(text, NEW_YORK)
    except Problem as problem:
        if problem.code not in {"time_malformed", "time_does_not_exist"}:
            raise
        return
    assert read.tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-03-08T02:00", "2026-03-08T02:30", "2026-03-08 02:59:59"])
def test_a_wall_time_that_clocks_skip_does_not_exist(text):
    with pytest.raises(Problem) as refused:
        parse_publish_time(text, NEW_YORK)
    assert refused.value.code == "time_does_not_exist"
    assert refused.value.flaws[0].values == {"zone": "America/New_York"}


@pytest.mark.parametrize(
    ("text", "exists"), [("2026-10-04T02:15", False), ("2026-10-04T02:30", True), ("2026-10-04T01:59", True)]
)
def test_a_gap_of_half_an_hour_is_half_an_hour(text, exists):
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    if exists:
        assert parse_publish_time(text, lord_howe)
        return
    with pytest.raises(Problem):
        parse_publish_time(text, lord_howe)


@given(st.datetimes(datetime(1975, 1, 1), datetime(2090, 1, 1)), st.sampled_from([SEOUL, NEW_YORK]))  # noqa: DTZ001
def test_what_is_read_shows_the_same_on_the_zones_clocks(wall, zone):
    try:
        read = parse_publish_time(wall.isoformat(), zone)
    except Problem as problem:
        if problem.code != "time_does_not_exist":
            raise
        return
    assert read.astimezone(zone).replace(tzinfo=None) == wall


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (-MINUTE, "time_in_past"),
        (timedelta(), "time_in_past"),
        (timedelta(seconds=1), "time_too_near"),
        (timedelta(seconds=59, microseconds=999_999), "time_too_near"),
        (MINUTE, None),
        (FARTHEST, None),
        (FARTHEST + timedelta(microseconds=1), "time_too_far"),
        (timedelta(days=365_000), "time_too_far"),
    ],
)
def test_a_time_must_be_ahead_but_neither_too_near_nor_too_far(ahead, code):
    if code is None:
        check_publish_time(NOW + ahead, now=NOW, min_lead=MINUTE)
        return
    with pytest.raises(Problem) as refused:
        check_publish_time(NOW + ahead, now=NOW, min_lead=MINUTE, field="at")
    assert (refused.value.code, refused.value.flaws[0].field, refused.value.status) == (code, "at", 422)


def test_too_near_says_from_when_on_it_would_be_accepted():
    with pytest.raises(Problem) as refused:
        check_publish_time(NOW + timedelta(seconds=5), now=NOW, min_lead=MINUTE)
    assert refused.value.flaws[0].values == {"earliest": NOW + MINUTE, "seconds": 60}


def test_a_zone_is_found_by_its_iana_name_only():
    assert read_zone("Asia/Seoul") is SEOUL
    with pytest.raises(Problem) as refused:
        read_zone("KST")
    assert (refused.value.code, refused.value.flaws[0].field) == ("zone_unknown", "timezone")
