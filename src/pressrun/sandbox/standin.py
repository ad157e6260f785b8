"""What one stand-in brings, and what all of them share."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from pressrun.sandbox.accounts import Account, Accounts, RuleChoices
from pressrun.sandbox.apps import Apps
from pressrun.sandbox.clock import StandInClock
from pressrun.sandbox.faults import COMMON_EFFECTS, Faults
from pressrun.sandbox.posts import Posts
from pressrun.sandbox.state import MediaFiles, Records

KEPT_REQUESTS = 100_000
REQUEST_ID = "pressrun.sandbox.request_id"
OUTCOME = "pressrun.sandbox.outcome"
LOG_ENTRY = "pressrun.sandbox.log_entry"
"""Name in the ASGI scope of this request's entry in the log, for what only its stand-in knows."""


class Sandbox:
    """Everything the stand-ins share. Used from one event loop only."""

    def __init__(
        self, *, state_path: Path | None, public_url: str | None, stand_ins: Sequence["StandIn"]
    ) -> None:
        self.records = Records(state_path)
        self.media = MediaFiles(state_path.with_name(state_path.name + ".media") if state_path else None)
        self.clock = StandInClock(offset_s=self._saved_offset(), saved=self._save_offset)
        self.accounts = Accounts(self.records, self.clock)
        self.apps = Apps(self.records, self.clock)
        self.posts = Posts(self.records)
        self.faults = Faults()
        self.requests: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)
        self.stand_ins = {stand_in.platform: stand_in for stand_in in stand_ins}
        self.stopping = asyncio.Event()
        self._public_url = public_url.rstrip("/") if public_url else None

    def base_url(self, request: Request) -> str:
        """Where clients reach this sandbox, without a slash at the end."""
        return self._public_url or f"http://{request.headers.get('host', '127.0.0.1')}"

    def stand_in_at(self, path: str) -> "StandIn | None":
        """By first path segment."""
        prefix = "/" + path.lstrip("/").split("/", 1)[0]
        return next((s for s in self.stand_ins.values() if prefix in s.prefixes), None)

    def reset(self) -> None:
        self.records.clear()
        self.media.clear()
        self.faults.clear()
        self.requests.clear()
        self.clock.reset()

    def close(self) -> None:
        self.records.close()
        self.media.close()

    def _saved_offset(self) -> float:
        saved = self.records.get("clock", "offset")
        return saved["seconds"] if saved else 0.0

    def _save_offset(self, seconds: float) -> None:
        self.records.put("clock", "offset", {"seconds": seconds})


@dataclass(frozen=True, kw_only=True)
class IncomingCall:
    """One request, as far as it must be read to know whose it is."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def form(self) -> dict[str, str]:
        """The fields of an urlencoded form; empty for any other body."""
        kind = self.headers.get("content-type", "").split(";")[0].strip()
        is_form = kind == "application/x-www-form-urlencoded"
        return dict(parse_qsl(self.body.decode("utf-8", "replace"))) if is_form else {}


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """One outside service. `prefixes` are first path segments with a slash, such as /instagram.

    `new_account` makes an account from handle and options; `account_of` says whose request it is;
    `error` puts a failure of the given HTTP status in the service's own shape.
    """

    platform: str
    prefixes: tuple[str, ...]
    routes: Callable[[Sandbox], Sequence[BaseRoute]]
    new_account: Callable[[Sandbox, str, Mapping[str, Any]], Account]
    account_of: Callable[[Sandbox, IncomingCall], str | None]
    error: Callable[[int, str], Response]
    rules: RuleChoices = field(default_factory=dict)
    own_effects: frozenset[str] = frozenset()
    has_feed: bool = True

    @property
    def effects(self) -> frozenset[str]:
        return COMMON_EFFECTS | self.own_effects


def new_id(prefix: str, digits: int = 17) -> str:
    """A decimal id of the given length that begins with `prefix`."""
    rest = digits - len(prefix)
    return prefix + str(secrets.randbelow(10**rest)).zfill(rest)


def bearer(authorization: str) -> str | None:
    """The token of an Authorization header."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() or None if scheme.lower() in ("bearer", "oauth") else None
