"""Times as people read them, in Korean and English (ui/UI.md, "Words"): 24-hour clock, relative hints."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pressrun.domain.persona import Language

if TYPE_CHECKING:
    from pressrun.web.templating import Words

_MINUTE, _HOUR = 60, 3600
_KOREAN_DAYS = "월화수목금토일"
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
HOURS_WITH_MINUTES = 6
"""Beyond this many hours the minutes of a relative hint say nothing."""
DAYS_COUNTED = 6
"""Beyond this many days the date says it better than a number of days."""


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day: 14:30."""
    return at.astimezone(zone).strftime("%H:%M")


def seconds(at: datetime, zone: ZoneInfo) -> str:
    """The time of day with seconds, for logs: 14:30:05."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def iso(at: datetime) -> str:
    """The instant for `<time datetime>`."""
    return at.isoformat(timespec="seconds")


def local_input(at: datetime, zone: ZoneInfo) -> str:
    """The wall-clock time for a `datetime-local` field."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def city(zone: ZoneInfo) -> str:
    """The zone by its city, short enough to stand beside a time: Asia/Seoul becomes Seoul."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def day(at: datetime, zone: ZoneInfo, words: "Words") -> str:
    """The date with its weekday: 11월 20일 금요일, Friday 20 November."""
    local = at.astimezone(zone)
    if words.language is Language.KO:
        return f"{local.month}월 {local.day}일 {_KOREAN_DAYS[local.weekday()]}요일"
    return f"{_ENGLISH_DAYS[local.weekday()]} {local.day} {_ENGLISH_MONTHS[local.month - 1]}"


def full(at: datetime, zone: ZoneInfo, words: "Words") -> str:
    """Date and time: 11월 20일 금요일 14:30, Friday 20 November, 14:30."""
    joint = " " if words.language is Language.KO else ", "
    return f"{day(at, zone, words)}{joint}{clock(at, zone)}"


def short(at: datetime, now: datetime, zone: ZoneInfo, words: "Words") -> str:
    """14:30 today, 11월 20일 14:30 or 20 Nov, 14:30 on another day."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return clock(at, zone)
    if words.language is Language.KO:
        return f"{local.month}월 {local.day}일 {clock(at, zone)}"
    return f"{local.day} {_ENGLISH_MONTHS[local.month - 1][:3]}, {clock(at, zone)}"


def relative(at: datetime, now: datetime, zone: ZoneInfo, words: "Words") -> str:
    """13분 뒤, 1시간 38분 뒤, 18시간 뒤, 내일, 3일 뒤; empty where the date says it better."""
    ahead = at > now
    gap = abs(at - now)
    if gap < timedelta(minutes=1):
        return words.gettext("any moment") if ahead else words.gettext("just now")
    if gap >= timedelta(hours=24):
        return _days(at, now, zone, words)
    distance = _distance(int(gap.total_seconds()), words)
    if ahead:
        return words.gettext("in %(distance)s", distance=distance)
    return words.gettext("%(distance)s ago", distance=distance)


def duration(seconds_taken: float, words: "Words") -> str:
    """How long something took: 2.1초, 41초, 2분 04초, 1시간 05분."""
    if seconds_taken < 10:
        return words.gettext("%(n)s s", n=f"{max(seconds_taken, 0):.1f}")
    whole = int(seconds_taken)
    if whole < _MINUTE:
        return words.gettext("%(n)s s", n=whole)
    if whole < _HOUR:
        return words.gettext("%(m)s min %(s)s s", m=whole // _MINUTE, s=f"{whole % _MINUTE:02}")
    return words.gettext("%(h)s h %(m)s min", h=whole // _HOUR, m=f"{whole % _HOUR // _MINUTE:02}")


def _distance(gap: int, words: "Words") -> str:
    hours, minutes = gap // _HOUR, gap % _HOUR // _MINUTE
    if not hours:
        return words.gettext("%(n)s min", n=minutes)
    if minutes and hours < HOURS_WITH_MINUTES:
        return words.gettext("%(h)s h %(m)s min", h=hours, m=minutes)
    return words.gettext("%(n)s h", n=hours)


def _days(at: datetime, now: datetime, zone: ZoneInfo, words: "Words") -> str:
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if abs(days) > DAYS_COUNTED:
        return ""
    if days == 1:
        return words.gettext("tomorrow")
    if days == -1:
        return words.gettext("yesterday")
    if days > 0:
        return words.ngettext("in %(num)s day", "in %(num)s days", days)
    return words.ngettext("%(num)s day ago", "%(num)s days ago", -days)
