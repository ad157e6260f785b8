"""Wall-clock patterns: which minutes of which days. Read from cron, or made by a frequency (S3.1)."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time

from pressrun.domain.problems import Problem

_HORIZON = 41
"""Years to look ahead: 29 February meets a given weekday again after 40 years at the latest."""

EVERY_HOUR = frozenset(range(24))
EVERY_DAY = frozenset(range(1, 32))
EVERY_MONTH = frozenset(range(1, 13))
EVERY_WEEKDAY = frozenset(range(1, 8))


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Wall-clock times of a calendar; `weekdays` are 1 (Monday) to 7."""

    minutes: frozenset[int]
    hours: frozenset[int] = EVERY_HOUR
    days: frozenset[int] = EVERY_DAY
    months: frozenset[int] = EVERY_MONTH
    weekdays: frozenset[int] = EVERY_WEEKDAY
    either_day: bool = False
    """A day counts when its number or its weekday fits; otherwise both must."""
    clamped: bool = False
    """A day that a month lacks is its last one."""

    def times(self, start: datetime) -> Iterator[datetime]:
        """The naive times from `start` on, in order; ends where no more are in sight."""
        clocks = [time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)]
        for day in self._dates(start.date()):
            for clock in clocks:
                if (moment := datetime.combine(day, clock)) >= start:
                    yield moment

    def ever(self) -> bool:
        """Whether there is any such day: 30 February never comes."""
        return any(self._dates(date(2000, 1, 1)))

    def is_clamped(self, day: date) -> bool:
        """Whether `day` stands in for one that its month lacks."""
        return self.clamped and day.day not in self.days

    def _dates(self, first: date) -> Iterator[date]:
        year, horizon = first.year, first.year + _HORIZON
        while year < min(horizon, MAXYEAR):
            for month in sorted(self.months):
                for day in self._dates_of(year, month) if (year, month) >= (first.year, first.month) else ():
                    if day >= first:
                        horizon = year + _HORIZON
                        yield day
            year += 1

    def _dates_of(self, year: int, month: int) -> Iterator[date]:
        last = monthrange(year, month)[1]
        numbers = {min(number, last) for number in self.days} if self.clamped else self.days
        fits = any if self.either_day else all
        for number in range(1, last + 1):
            day = date(year, month, number)
            if fits((number in numbers, day.isoweekday() in self.weekdays)):
                yield day


@dataclass(frozen=True)
class _Field:
    lowest: int
    highest: int
    names: Mapping[str, int]


_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

_MINUTE = _Field(0, 59, {})
_HOUR = _Field(0, 23, {})
_DAY = _Field(1, 31, {})
_MONTH = _Field(1, 12, {name: number for number, name in enumerate(_MONTH_NAMES, start=1)})
_WEEKDAY = _Field(0, 7, {name: number for number, name in enumerate(_WEEKDAY_NAMES)})
_FIELDS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)

_ITEM = re.compile(
    r"(?:\*|(?P<first>[0-9]{1,2}|[A-Za-z]{3})(?:-(?P<last>[0-9]{1,2}|[A-Za-z]{3}))?)(?:/(?P<step>[0-9]{1,2}))?"
)


def parse_cron(text: str, *, field: str = "cron") -> Pattern:
    """The pattern of five cron fields: numbers, names, ranges, steps and lists; Sunday is 0 or 7.

    As in Vixie cron a day counts when the day of month *or* the weekday fits, unless one of the two
    begins with `*`: then both must. Raises `Problem` `cron_invalid`, naming the part.
    """
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise _invalid(" ".join(parts), field)
    minutes, hours, days, months, weekdays = (
        _numbers(part, allowed, field) for part, allowed in zip(parts, _FIELDS, strict=True)
    )
    return Pattern(
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(number or 7 for number in weekdays),
        either_day=not parts[2].startswith("*") and not parts[4].startswith("*"),
    )


def _numbers(part: str, allowed: _Field, field: str) -> frozenset[int]:
    items = part.split(",")
    if "" in items:
        raise _invalid(part, field)
    return frozenset(number for item in items for number in _range(item, allowed, field))


def _range(item: str, allowed: _Field, field: str) -> range:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise _invalid(item, field)
    first = _number(found["first"], allowed, missing=allowed.lowest)
    alone = found["first"] and not found["step"]
    last = _number(found["last"], allowed, missing=first if alone else allowed.highest)
    step = int(found["step"] or 1)
    if not (allowed.lowest <= first <= last <= allowed.highest and 1 <= step <= allowed.highest):
        raise _invalid(item, field)
    return range(first, last + 1, step)


def _number(word: str | None, allowed: _Field, *, missing: int) -> int:
    """The number of a word; one that is out of every range for a name the field does not know."""
    if word is None:
        return missing
    return int(word) if word.isdecimal() else allowed.names.get(word.lower(), -1)


def _invalid(part: str, field: str) -> Problem:
    return Problem.invalid("cron_invalid", field=field, part=part[:40])
