"""Instants and tags as the API writes them, and the day of its quotas."""

import base64
import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_PACIFIC = ZoneInfo("America/Los_Angeles")


def rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(written: object) -> datetime | None:
    """None for anything that is not RFC 3339 with an offset."""
    if not isinstance(written, str) or "T" not in written:
        return None
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo else None


def quota_day(now: datetime) -> str:
    """Quotas begin anew at midnight Pacific time."""
    return now.astimezone(_PACIFIC).date().isoformat()


def etag(*of: object) -> str:
    """A tag that changes with what it is made of."""
    digest = hashlib.sha256(repr(of).encode()).digest()
    return base64.urlsafe_b64encode(digest[:20]).decode().rstrip("=")
