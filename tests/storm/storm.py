"""A storm from its first cloud to the last post that is at rest (see README.md)."""

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import sqlalchemy as sa

from crash.house import House, Life, free_port, house, wait_until
from pressrun.domain.post import HeldReason, PostStatus
from pressrun.store import schema
from pressrun.store.database import Store
from storm import hasty
from storm.cast import Player, Script, enter, schedule
from storm.fate import Fate
from storm.hasty import Haste
from storm.platforms import Platform
from storm.weather import Force, break_out

LOOK_SECONDS = 0.25
TELL_SECONDS = 10.0
FIND_SECONDS = 300.0
WORKERS = 2
CALL_SECONDS = 5
"""The HTTP time limit, in real seconds; twice that is the settle time."""
LEASE_SECONDS = 5
GAVE_UP = 70
"""Exit status of a worker that got no processor for so long that it lost its lease: safe, and replaced."""
AT_REST = frozenset({PostStatus.PUBLISHED, PostStatus.FAILED, PostStatus.HELD, PostStatus.UNCONFIRMED})
_post = schema.post.c
_looks_once_signed_in = sa.and_(
    _post.status == PostStatus.CONFIRMING, _post.status_reason == HeldReason.NEEDS_REAUTH.value
)


@dataclass(frozen=True)
class Plan:
    """How large a storm, and how fast time passes in it."""

    posts: int = 2000
    accounts: int = 100
    speed: float = 24
    spread: timedelta = timedelta(minutes=80)
    """Over which the times of the posts are spread."""
    kill_after: tuple[float, float] = (3.0, 7.0)
    """How long both workers are at work until one is killed, in real seconds, at least and at most."""
    kills: int | None = None
    """At most so many; None for as many as there is time for."""
    dead_logins: tuple[int, int] = (3, 3)
    """How many logins die of which a person renews them, and how many of which nobody does."""
    force: Force = field(default_factory=Force)
    patience: timedelta = timedelta(minutes=40)
    """In real time."""
    seed: int = 1

    @property
    def settings(self) -> dict[str, object]:
        """What takes real time is in real seconds, all else in seconds of the hurried time."""
        settle = 2 * CALL_SECONDS * self.speed
        return {
            "http_timeout_seconds": CALL_SECONDS,
            "settle_seconds": settle,
            # More looks than usual: each fails as often as everything else.
            "confirm_seconds": ",".join(str(settle * times) for times in (0, 1, 2, 4, 8, 16)),
            "lease_seconds": LEASE_SECONDS,
            "min_lead_seconds": 0,
            # One project serves all channels of the storm, and its day shall not end it.
            "youtube_uploads_per_day": 100_000,
            "youtube_units_per_day": 10_000_000,
        }


@dataclass
class Seen:
    """What was watched while the storm blew."""

    kills: int = 0
    gave_up: int = 0
    publishing_at_once: int = 0
    seconds: float = 0.0


class Storm:
    """One storm over one house."""

    def __init__(self, plan: Plan, built: House, haste: Haste, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.house = built
        self.haste = haste
        self.seen = Seen()
        self.players: list[Player] = []
        self.parts: dict[str, int] = {}
        """Of how many parts each post is, by its id."""
        self.names: dict[str, str] = {}
        """What the sandbox's faults are, by their ids."""
        self._say = say
        self._dice = random.Random(plan.seed)
        self._workers: list[Life] = []
        self._begun = 0
        self._next_kill: float | None = None
        assert built.begin("migrate").ends() == 0
        built.begin("web")
        self.store: Store = built.open()

    def gather(self, platforms: Sequence[Platform]) -> None:
        """People connect their accounts and schedule everything, in fair weather and with no worker."""
        began = time.monotonic()
        self.players = enter(self.house, platforms, self.plan.accounts)
        reconnected, abandoned = self.plan.dead_logins
        self.fate = Fate.drawn(self.players, reconnected=reconnected, abandoned=abandoned)
        script = Script(self.plan.posts, self.plan.spread, self.plan.seed)
        self.parts = schedule(self.house, self.players, self.haste, script)
        self._say(f"{_since(began)} {self.plan.posts} posts of {len(self.players)} accounts are scheduled")
        for platform in platforms:
            kinds, force = platform.weather, self.plan.force
            self.names |= break_out(self.house.sandbox, platform.name, kinds, force)

    def blow(self) -> None:
        """Until every post is at rest."""
        began = time.monotonic()
        next_word = began
        turns = self.fate.turns(self.house)
        for _ in range(WORKERS):
            self._begin_worker()
        while turns or not self._is_over():
            now, statuses = time.monotonic(), self.statuses()
            assert now - began < self.plan.patience.total_seconds(), f"no end in sight: {statuses}"
            self.seen.publishing_at_once = max(self.seen.publishing_at_once, statuses["publishing"])
            while turns and self._share_at_rest(statuses) >= turns[0].at:
                turns.pop(0).happen()
            self._kill_where_due(now)
            if now >= next_word:
                self._say(f"{_since(began)} {self.haste.now():%H:%M} {dict(statuses)}")
                next_word = now + TELL_SECONDS
            time.sleep(LOOK_SECONDS)
        self.seen.seconds = time.monotonic() - began

    def calm(self) -> None:
        """Fair weather again: what is published and could not be listed is found now, and all stop."""
        self.house.sandbox.delete("/_sandbox/faults").raise_for_status()
        wait_until(lambda: not self._unlisted(), "every published post is found", patience=FIND_SECONDS)
        wait_until(lambda: self._count_signed_in() == self._begun, "all workers are at work")
        for life in self._workers:
            life.process.send_signal(signal.SIGTERM)
        for life in self._workers:
            assert life.ends() == 0

    def statuses(self) -> Counter[str]:
        """How many posts stand in each status."""
        with self.store.read() as tx:
            rows = tx.rows(sa.select(_post.status, sa.func.count().label("count")).group_by(_post.status))
        return Counter({row["status"]: row["count"] for row in rows})

    def _is_over(self) -> bool:
        waits_for_a_person = sa.and_(
            _post.account_id.in_([player.id for player in self.fate.stopped]),
            sa.or_(_post.status == PostStatus.HELD, _looks_once_signed_in),
        )
        is_final = _post.status.in_(AT_REST - {PostStatus.HELD})
        return self._count(schema.post, sa.not_(sa.or_(is_final, waits_for_a_person))) == 0

    def _unlisted(self) -> int:
        return self._count(
            schema.post, sa.and_(_post.status == PostStatus.PUBLISHED, _post.external_id.is_(None))
        )

    def _count(self, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
        with self.store.read() as tx:
            return tx.value(sa.select(sa.func.count()).select_from(table).where(*which))

    def _share_at_rest(self, statuses: Counter[str]) -> float:
        return sum(statuses[status] for status in AT_REST) / self.plan.posts

    def _kill_where_due(self, now: float) -> None:
        """Both work for a while, then the older one dies and another takes its place."""
        if self.plan.kills is not None and self.seen.kills >= self.plan.kills:
            return
        if self._next_kill is None:
            if self._count_signed_in() == self._begun:
                self._next_kill = now + self._dice.uniform(*self.plan.kill_after)
            return
        if now < self._next_kill:
            return
        oldest = self._workers.pop(0)
        if oldest.is_over:
            assert oldest.process.returncode == GAVE_UP, "\n".join(oldest.words)
            self.seen.gave_up += 1
        else:
            oldest.process.kill()
            oldest.process.wait()
            self.seen.kills += 1
        self._begin_worker()

    def _begin_worker(self) -> None:
        self._workers.append(self.house.begin("worker"))
        self._begun += 1
        self._next_kill = None

    def _count_signed_in(self) -> int:
        """Each worker has a row of its own, for ever."""
        return self._count(schema.worker)


@contextlib.contextmanager
def storm_over(plan: Plan, folder: Path, database_url: str, say: Callable[[str], None]) -> Iterator[Storm]:
    """A house in its hurried time, with a sandbox in the same, before anything has happened there."""
    haste = Haste(time.time(), plan.speed)
    launcher = (hasty.__file__, str(haste.origin), str(haste.speed))
    with (
        _hurried_sandbox(folder, launcher) as sandbox_url,
        house(
            folder / "house", sandbox_url, launcher=launcher, **plan.settings, database_url=database_url
        ) as built,
    ):
        yield Storm(plan, built, haste, say)


@contextlib.contextmanager
def _hurried_sandbox(folder: Path, launcher: Sequence[str]) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, *launcher, "sandbox", "--port", str(port)]
    with (folder / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        wait_until(lambda: _answers(url), "the sandbox serves")
        yield url
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_sandbox/clock", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _since(began: float) -> str:
    return f"{time.monotonic() - began:6.1f} s"
