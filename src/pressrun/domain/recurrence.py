"""When a schedule runs: wall-clock times in a zone, by frequency or cron (S3.1, S3.2; API.md, "Recurrence").

A time that daylight saving skips runs at the first instant after the gap, one that comes twice runs at its
first pass; `hourly` runs at every time that clocks show, so not in a gap and twice in a fold.
"""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from pressrun.domain.pattern import EVERY_DAY, EVERY_HOUR, EVERY_WEEKDAY, Pattern, parse_cron
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.times import read_zone

_LONGEST_FOLD = timedelta(days=1)
"""Kwajalein repeated 23 hours in 1969; nobody ever repeated more than a day."""

_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Frequency(StrEnum):
    """How often a schedule runs (S3.1)."""

    HOURLY = "hourly"
    THREE_HOURS = "3hours"
    SIX_HOURS = "6hours"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Note(StrEnum):
    """Why a run is not simply at the wall-clock time that was asked for."""

    DST_GAP = "dst_gap"
    """Clocks skip the time; it runs at the first instant after the gap."""
    DST_FOLD = "dst_fold"
    """Clocks show the time twice; `hourly` runs at both passes, everything else at the first."""
    MONTH_END = "month_end"
    """The month is shorter than the day asked for; it runs on its last day."""


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A rule of wall-clock times: a frequency with what it needs, or cron. Made by `read_recurrence`."""

    zone: ZoneInfo
    cron: str | None = None
    frequency: Frequency | None = None
    time_of_day: time = time()
    weekday: int | None = None
    """1 (Monday) to 7, of `weekly`."""
    day_of_month: int | None = None
    """1 to 31, of `monthly`; a shorter month runs on its last day."""

    @cached_property
    def pattern(self) -> Pattern:
        """The wall-clock times, whatever the zone makes of them."""
        if self.cron is not None:
            return parse_cron(self.cron)
        return Pattern(
            minutes=frozenset({self.time_of_day.minute}),
            hours=self._hours(),
            days=EVERY_DAY if self.day_of_month is None else frozenset({self.day_of_month}),
            weekdays=EVERY_WEEKDAY if self.weekday is None else frozenset({self.weekday}),
            clamped=True,
        )

    def _hours(self) -> frozenset[int]:
        hour = self.time_of_day.hour
        match self.frequency:
            case Frequency.HOURLY:
                return EVERY_HOUR
            case Frequency.THREE_HOURS:
                return frozenset(range(hour % 3, 24, 3))
            case Frequency.SIX_HOURS:
                return frozenset(range(hour % 6, 24, 6))
            case _:
                return frozenset({hour})


@dataclass(frozen=True)
class Occurrence:
    """One run of a schedule: `at` in UTC, `local` the same instant in its zone.

    Where a last day of a month also meets a change of the clocks, `note` tells of the clocks.
    """

    at: datetime
    local: datetime
    note: Note | None = None


def calculate_next_run(recurrence: Recurrence, after: datetime) -> datetime | None:
    """The first run strictly after `after`, in UTC; None where there never is one (S3.2)."""
    following = next(_occurrences(recurrence, after), None)
    return following.at if following else None


def next_runs(recurrence: Recurrence, after: datetime, count: int) -> tuple[Occurrence, ...]:
    """The first `count` runs strictly after `after`, in order; fewer where the rule ends."""
    return tuple(islice(_occurrences(recurrence, after), count))


def _occurrences(recurrence: Recurrence, after: datetime) -> Iterator[Occurrence]:
    """Every run after `after`. Times that meet at the end of a gap make one run."""
    if not MINYEAR < after.year < MAXYEAR:
        return
    latest = after
    for occurrence in _by_instant(recurrence, after):
        if occurrence.at > latest:
            latest = occurrence.at
            yield occurrence


def _by_instant(recurrence: Recurrence, after: datetime) -> Iterator[Occurrence]:
    """Occurrences in order, from `after` or a little earlier.

    First passes come in the order of their wall-clock times; second ones wait until those overtake them.
    """
    start = _clock(after, recurrence.zone).replace(second=0, microsecond=0)
    if recurrence.frequency is Frequency.HOURLY:
        start -= _LONGEST_FOLD
    waiting: deque[Occurrence] = deque()
    for wanted in recurrence.pattern.times(start):
        passes = _occurrences_of(recurrence, wanted)
        for first in passes[:1]:
            while waiting and waiting[0].at < first.at:
                yield waiting.popleft()
            yield first
        waiting.extend(passes[1:])
    yield from waiting


def _occurrences_of(recurrence: Recurrence, wanted: datetime) -> tuple[Occurrence, ...]:
    """What becomes of one wall-clock time: nothing, one run, or two."""
    zone, hourly = recurrence.zone, recurrence.frequency is Frequency.HOURLY
    passes = _passes(wanted, zone)
    if not passes and not hourly:
        return (_occurrence(_gap_end(wanted, zone), zone, Note.DST_GAP),)
    if len(passes) > 1:
        return tuple(_occurrence(at, zone, Note.DST_FOLD) for at in (passes if hourly else passes[:1]))
    note = Note.MONTH_END if recurrence.pattern.is_clamped(wanted) else None
    return tuple(_occurrence(at, zone, note) for at in passes)


def _occurrence(at: datetime, zone: ZoneInfo, note: Note | None) -> Occurrence:
    return Occurrence(at, at.astimezone(zone), note)


def _passes(wanted: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants (UTC) at which clocks show `wanted`: none in a gap, two in a fold."""
    readings = dict.fromkeys(_instant(wanted, zone, fold=fold) for fold in (0, 1))
    return tuple(at for at in readings if _clock(at, zone) == wanted)


def _gap_end(wanted: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which clocks are past a time that they skip."""
    # In a gap the two folds are readings with the offsets of either side (PEP 495): the change lies between.
    before, after = _instant(wanted, zone, fold=1), _instant(wanted, zone, fold=0)

    def shown(second: int) -> datetime:
        return _clock(before + timedelta(seconds=second), zone)

    seconds = range(int((after - before).total_seconds()))
    return before + timedelta(seconds=bisect_left(seconds, wanted, key=shown))


def _instant(clock: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    return clock.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _clock(at: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at an instant."""
    return at.astimezone(zone).replace(tzinfo=None)


def read_recurrence(
    *,
    timezone: str,
    created_at: datetime,
    frequency: str | None = None,
    cron: str | None = None,
    time_of_day: str | None = None,
    weekday: int | None = None,
    day_of_month: int | None = None,
) -> Recurrence:
    """The rule that a person's fields describe (API.md, `POST /api/schedule`).

    A missing `weekday` or `day_of_month` is that of `created_at` in the zone; what the rule does not need
    is left out. Raises `Problem` with every flaw found.
    """
    flaws = [*_zone_flaws(timezone), *_rule_flaws(frequency, cron)]
    if frequency is not None:
        flaws += _time_of_day_flaws(time_of_day)
    flaws += _day_flaws(weekday, day_of_month)
    if flaws:
        raise Problem(*flaws)
    zone = read_zone(timezone)
    if cron is not None:
        return Recurrence(zone=zone, cron=" ".join(cron.split()))
    created = created_at.astimezone(zone)
    return Recurrence(
        zone=zone,
        frequency=Frequency(frequency),
        time_of_day=time.fromisoformat(time_of_day or ""),
        weekday=(weekday or created.isoweekday()) if frequency == Frequency.WEEKLY else None,
        day_of_month=(day_of_month or created.day) if frequency == Frequency.MONTHLY else None,
    )


def _zone_flaws(timezone: str) -> Sequence[Flaw]:
    try:
        read_zone(timezone)
    except Problem as problem:
        return problem.flaws
    return ()


def _rule_flaws(frequency: str | None, cron: str | None) -> Sequence[Flaw]:
    if frequency is None:
        return [Flaw("recurrence_missing", "frequency")] if cron is None else _cron_flaws(cron)
    if cron is not None:
        return [Flaw("both_given", "cron")]
    if frequency not in list(Frequency):
        return [Flaw("frequency_unknown", "frequency", {"frequencies": ", ".join(Frequency)})]
    return ()


def _cron_flaws(cron: str) -> Sequence[Flaw]:
    try:
        pattern = parse_cron(cron)
    except Problem as problem:
        return problem.flaws
    return () if pattern.ever() else [Flaw("never_runs", "cron")]


def _time_of_day_flaws(time_of_day: str | None) -> Sequence[Flaw]:
    if _TIME_OF_DAY.fullmatch(time_of_day or ""):
        return ()
    return [Flaw("time_of_day_malformed", "time_of_day")]


def _day_flaws(weekday: int | None, day_of_month: int | None) -> Sequence[Flaw]:
    flaws = []
    if weekday is not None and not 1 <= weekday <= 7:
        flaws.append(Flaw("weekday_unknown", "weekday"))
    if day_of_month is not None and not 1 <= day_of_month <= 31:
        flaws.append(Flaw("day_of_month_unknown", "day_of_month"))
    return flaws


def to_json(recurrence: Recurrence) -> dict[str, Any]:
    """A recurrence as plain data for the database, in the words of the API; `from_json` reads it back."""
    plain: dict[str, Any] = {"timezone": recurrence.zone.key}
    if recurrence.cron is not None:
        return plain | {"cron": recurrence.cron}
    plain |= {"frequency": str(recurrence.frequency), "time_of_day": f"{recurrence.time_of_day:%H:%M}"}
    days = {"weekday": recurrence.weekday, "day_of_month": recurrence.day_of_month}
    return plain | {name: number for name, number in days.items() if number is not None}


def from_json(plain: Mapping[str, Any]) -> Recurrence:
    """The recurrence that `to_json` wrote."""
    zone = ZoneInfo(plain["timezone"])
    if "cron" in plain:
        return Recurrence(zone=zone, cron=plain["cron"])
    return Recurrence(
        zone=zone,
        frequency=Frequency(plain["frequency"]),
        time_of_day=time.fromisoformat(plain["time_of_day"]),
        weekday=plain.get("weekday"),
        day_of_month=plain.get("day_of_month"),
    )
