"""A login at a platform: what its credentials tell about it, and when a clock renews it (S2.7)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

RENEWED_AFTER = 2 / 3
"""The part of a token's life after which it is renewed: a third is left for whatever goes wrong."""

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)

WARNED_BEFORE = timedelta(days=7)
"""People hear of an end that no clock can put off this long before it comes."""


def renewed_at(now: datetime, expires_at: datetime | None) -> datetime | None:
    """When a token that was just received is renewed; None for one that does not expire."""
    if expires_at is None:
        return None
    return now + max(expires_at - now, timedelta()) * RENEWED_AFTER


def tried_again_at(
    now: datetime, *, tries: int, expires_at: datetime | None, named: datetime | None = None
) -> datetime:
    """When a renewal that failed `tries` times in a row is tried again: later each time.

    A time that the platform names counts. Before the token expires there is always one more try.
    """
    wait = min(FIRST_RETRY * 2 ** min(tries - 1, 16), LONGEST_RETRY)
    if named is not None:
        return max(named, now + FIRST_RETRY)
    if expires_at is not None and expires_at > now:
        wait = min(wait, max((expires_at - now) / 2, FIRST_RETRY))
    return now + wait


def expiry_of(credentials: Mapping[str, Any]) -> datetime | None:
    """When the token ends, as `expires_at` of its credentials says: RFC 3339, or seconds since 1970.

    None where that is missing or can't be read.
    """
    said = credentials.get("expires_at")
    try:
        if isinstance(said, str) and not said.strip().isdecimal():
            end = datetime.fromisoformat(said.strip())
            return end.astimezone(UTC) if end.tzinfo else end.replace(tzinfo=UTC)
        if said is None or isinstance(said, bool):
            return None
        return datetime.fromtimestamp(float(said), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def app_of(credentials: Mapping[str, Any]) -> str:
    """The app that the login belongs to, whose limits all its logins share; empty where none is named."""
    named = credentials.get("client_id") or credentials.get("app_id") or ""
    return str(named)[:200]
