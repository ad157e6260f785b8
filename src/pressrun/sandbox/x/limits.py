"""How often each endpoint may be called, by a user and by an app, and the headers that tell it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pressrun.sandbox.clock import real_now
from pressrun.sandbox.x.call import XCall
from pressrun.sandbox.x.errors import too_many

QUARTER, DAY = timedelta(minutes=15), timedelta(hours=24)
OLDER_POST_LIMITS = {200: (300, timedelta(hours=3))}


@dataclass(frozen=True)
class Limit:
    count: int
    within: timedelta


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What a call needs (`scopes`) and how often it may be made."""

    name: str
    scopes: tuple[str, ...]
    user: Limit
    app: Limit | None = None


# The documented numbers; those of LOOKUP and METADATA are not documented and chosen like their neighbours.
READ = ("tweet.read", "users.read")
MEDIA = ("media.write",)
CREATE = Endpoint(
    name="create", scopes=(*READ, "tweet.write"), user=Limit(100, QUARTER), app=Limit(10_000, DAY)
)
DELETE = Endpoint(name="delete", scopes=(*READ, "tweet.write"), user=Limit(50, QUARTER))
TIMELINE = Endpoint(name="timeline", scopes=READ, user=Limit(900, QUARTER), app=Limit(10_000, QUARTER))
LOOKUP = Endpoint(name="lookup", scopes=READ, user=Limit(900, QUARTER))
ME = Endpoint(name="me", scopes=READ, user=Limit(75, QUARTER))
CHUNKS = Endpoint(name="chunks", scopes=MEDIA, user=Limit(1_875, QUARTER), app=Limit(180_000, DAY))
UPLOAD = Endpoint(name="upload", scopes=MEDIA, user=Limit(500, QUARTER), app=Limit(50_000, DAY))
STATUS = Endpoint(name="status", scopes=MEDIA, user=Limit(1_000, QUARTER), app=Limit(100_000, DAY))
METADATA = Endpoint(name="metadata", scopes=MEDIA, user=Limit(500, QUARTER))


@dataclass(frozen=True)
class Window:
    """One limit at one moment; `resets_at` is on the stand-ins' clock."""

    limit: Limit
    used: int
    resets_at: datetime

    @property
    def full(self) -> bool:
        return self.used >= self.limit.count


def take(call: XCall, endpoint: Endpoint) -> dict[str, str]:
    """Count this call and give the headers of its answer; raises XError when a window is full."""
    user = (
        _post_windows(call)
        if endpoint is CREATE
        else [_fixed_window(call, endpoint.user, _user_key(call, endpoint))]
    )
    app_limit = _app_limit(call, endpoint)
    app = [_fixed_window(call, app_limit, _app_key(call, endpoint))] if app_limit else []
    if any(window.full for window in [*user, *app]):
        raise too_many(_headers(call, user, app, taken=0))
    with call.sandbox.records.transaction():
        if endpoint is CREATE:
            call.sandbox.accounts.spend(call.account, "publish")
        else:
            _count(call, user[0], _user_key(call, endpoint))
        for window in app:
            _count(call, window, _app_key(call, endpoint))
    return _headers(call, user, app, taken=1)


def _post_windows(call: XCall) -> list[Window]:
    """Rolling, so that the switch `quota_used` fills them, and stricter than windows that start anew."""
    count = call.rule("post_limit")
    limits = [Limit(count, QUARTER)]
    if count in OLDER_POST_LIMITS:
        limits.append(Limit(*OLDER_POST_LIMITS[count]))
    windows = []
    for limit in limits:
        uses = call.sandbox.accounts.uses(call.account, "publish", within=limit.within)
        oldest = uses[-1] if uses else call.now
        windows.append(Window(limit, len(uses), oldest + limit.within))
    return windows


def _fixed_window(call: XCall, limit: Limit, key: str) -> Window:
    """Starts with its first call and then forgets all of them together."""
    kept = call.sandbox.records.get("x_window", key)
    started_at = datetime.fromisoformat(kept["started_at"]) if kept else call.now
    if kept is None or call.now >= started_at + limit.within:
        return Window(limit, 0, call.now + limit.within)
    return Window(limit, kept["used"], started_at + limit.within)


def _count(call: XCall, window: Window, key: str) -> None:
    started_at = window.resets_at - window.limit.within
    counted = {"started_at": started_at.isoformat(), "used": window.used + 1}
    call.sandbox.records.put("x_window", key, counted, owner=call.account.key)


def _app_limit(call: XCall, endpoint: Endpoint) -> Limit | None:
    return Limit(call.rule("app_daily_posts"), DAY) if endpoint is CREATE else endpoint.app


def _user_key(call: XCall, endpoint: Endpoint) -> str:
    return f"user/{call.account.account_id}/{endpoint.name}"


def _app_key(call: XCall, endpoint: Endpoint) -> str:
    return f"app/{call.client_id}/{endpoint.name}"


def _headers(call: XCall, user: Sequence[Window], app: Sequence[Window], *, taken: int) -> dict[str, str]:
    tightest = min(user, key=lambda window: window.limit.count - window.used)
    headers = _header_group(call, "x-rate-limit", tightest, taken=taken)
    for window in app:
        if window.limit.within == DAY:
            headers |= _header_group(call, "x-app-limit-24hour", window, taken=taken)
    return headers


def _header_group(call: XCall, prefix: str, window: Window, *, taken: int) -> dict[str, str]:
    return {
        f"{prefix}-limit": str(window.limit.count),
        f"{prefix}-remaining": str(max(window.limit.count - window.used - taken, 0)),
        f"{prefix}-reset": str(real_seconds(call, window.resets_at)),
    }


def real_seconds(call: XCall, instant: datetime) -> int:
    """Unix seconds at which a client's own clock reaches this instant of the stand-ins' clock."""
    return math.ceil((real_now() + (instant - call.now)).timestamp())
