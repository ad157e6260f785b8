"""What every action is given: the workspace it acts on and the caller it acts for."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from pressrun.connectors.base import App, ImageModel, MediaStore, Notifier, Publisher, TextModel
from pressrun.domain.backlog import BacklogRule
from pressrun.domain.decisions import RetryPolicy
from pressrun.domain.limits import AccountLimit
from pressrun.domain.problems import Problem
from pressrun.domain.user import Right
from pressrun.store.database import Store


@dataclass(frozen=True)
class Rules:
    """How this installation publishes; every number is a setting."""

    min_lead: timedelta = timedelta(seconds=60)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limit: AccountLimit = field(default_factory=AccountLimit)
    """How much one account may publish."""
    backlog: BacklogRule = field(default_factory=BacklogRule)
    """How what was held goes out."""
    settle: timedelta = timedelta(seconds=90)
    """How long a call without an answer may still take effect."""
    allow_private: frozenset[str] = frozenset()
    notify_every: timedelta = timedelta(seconds=30)
    """At least this long between two messages to one channel; what happens meanwhile goes in one."""
    own_url: str = "http://127.0.0.1:8000"
    """Where people open Pressrun."""
    store_pauses: tuple[timedelta, ...] = (timedelta(milliseconds=500), timedelta(seconds=2))
    """Before each further try of a media store that can't be reached; people wait meanwhile."""


class Enqueue(Protocol):
    """Adds durable work to a transaction; the same `work_id` again adds nothing."""

    def __call__(self, connection: sa.Connection, kind: str, work_id: str, *args: object) -> None:
        """`kind` names a workflow; `args` are JSON-like."""
        ...


@dataclass(frozen=True)
class Workspace:
    """Everything an action may use, put together once by `bootstrap`."""

    store: Store
    asset_folder: Path
    publishers: Mapping[str, Publisher]
    media_store: MediaStore
    local_media: MediaStore
    """This machine's own store, for when the other one can't be reached; they may be the same."""
    text_model: TextModel
    fallback_text_model: TextModel
    image_model: ImageModel
    notifier: Callable[[], Notifier]
    """Made when it is first needed."""
    enqueue: Enqueue
    fetch: Callable[[str], Coroutine[Any, Any, bytes]]
    """The bytes at an address. Raises `Failure`."""
    rules: Rules
    sandbox_app: App | None = None
    """The app that stand-ins take, where they stand in and no other was given."""
    reach: Callable[[str], Coroutine[Any, Any, None]] | None = None
    """Raises `Failure` where an address does not answer; None: no address is tried ahead."""
    ffmpeg: str = ""
    """Which ffmpeg makes videos; empty: the one in the package."""

    def publisher(self, platform: str) -> Publisher:
        """The publisher of a platform. Raises `Problem` `platform_unknown`."""
        publisher = self.publishers.get(platform)
        if publisher is None:
            known = ", ".join(self.publishers)
            raise Problem.invalid("platform_unknown", field="platform", platform=platform, platforms=known)
        return publisher


@dataclass(frozen=True)
class Caller:
    """Who asks, and what they may do."""

    id: str
    """The person's id, or the id of the API token they act through."""
    user_id: str | None
    rights: frozenset[Right]

    def need(self, right: Right) -> None:
        """Raises `Problem` (403) `not_allowed` where the caller lacks `right`."""
        if right not in self.rights:
            raise Problem.forbidden("not_allowed")

    def may(self, right: Right) -> bool:
        """Whether the caller has `right`."""
        return right in self.rights


SYSTEM = Caller(id="system", user_id=None, rights=frozenset(Right))
"""Pressrun itself: its clocks and its demo."""
