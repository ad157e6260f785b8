"""Reading and checking the times that people give (S0.7, API.md "Publish")."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pressrun.domain.problems import Problem

FARTHEST = timedelta(days=731)
"""Two years ahead."""

_WRITTEN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
"""RFC 3339, with seconds and offset left to choice."""

_NOT_PLACES = {"localtime", "Factory"}
"""What the machine happens to be set to is not a zone that a person can mean."""


def read_zone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """The IANA zone of this name. Raises `Problem` `zone_unknown`."""
    if name not in _zone_names():
        raise Problem.invalid("zone_unknown", field=field, zone=name[:64])
    return ZoneInfo(name)


@cache
def _zone_names() -> set[str]:
    return available_timezones() - _NOT_PLACES


def parse_publish_time(text: str, zone: ZoneInfo, *, field: str = "scheduled_publish_time") -> datetime:
    """The instant (UTC) that `text` names.

    `text` is RFC 3339; without an offset it is wall-clock time in `zone`. A wall time inside a DST fold is
    the earlier pass. Raises `Problem` `time_malformed` or `time_does_not_exist`.
    """
    written = text.strip().upper()
    if not _WRITTEN.fullmatch(written):
        raise Problem.invalid("time_malformed", field=field)
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else wall_time(moment, zone, field=field)
    except (ValueError, OverflowError):  # 30 February, or an instant off either end of the calendar
        raise Problem.invalid("time_malformed", field=field) from None


def wall_time(moment: datetime, zone: ZoneInfo, *, field: str = "scheduled_publish_time") -> datetime:
    """The instant (UTC) of a naive wall-clock time; the earlier one in a fold, refused in a gap."""
    instant = moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != moment:
        raise Problem.invalid("time_does_not_exist", field=field, zone=zone.key)
    return instant


def check_publish_time(
    at: datetime, *, now: datetime, min_lead: timedelta, field: str = "scheduled_publish_time"
) -> None:
    """Raises `Problem` `time_in_past`, `time_too_near` or `time_too_far` (S0.7)."""
    if at <= now:
        raise Problem.invalid("time_in_past", field=field)
    if at < now + min_lead:
        raise Problem.invalid(
            "time_too_near", field=field, earliest=now + min_lead, seconds=int(min_lead.total_seconds())
        )
    if at > now + FARTHEST:
        raise Problem.invalid("time_too_far", field=field)
