"""What everyone who uses one app may do together in a day, which begins at midnight of the quota's zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_of(now: datetime, zone: str) -> date:
    """The day of the quota that `now` belongs to."""
    return now.astimezone(ZoneInfo(zone)).date()


def next_day(now: datetime, zone: str) -> datetime:
    """When the quota begins anew, in UTC: the first instant of the next day of `zone`."""
    tomorrow = day_of(now, zone) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(zone)).astimezone(UTC)


def fits(amount: int, *, used: int, per_day: int) -> bool:
    """Whether one more use of `amount` still has a place in the day."""
    return used + amount <= per_day
