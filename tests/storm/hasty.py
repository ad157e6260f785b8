"""Runs `pressrun` in a time that passes faster: `python hasty.py ORIGIN SPEED worker`.

Pressrun and its sandbox take the time from one object each, `SystemClock` and `real_now`. Here both tell
`ORIGIN + SPEED x (the time since then)`, so that every process of a storm lives in one and the same hurried
time ("product time"): hourly limits, waits, looks, quotas and the platforms' own times pass SPEED times as
fast.

What a network or a processor needs does not hurry. It is measured in real seconds, as ever: the HTTP time
limit, heartbeats, polls. In two places the program compares the one with the other, and only these are told
how they relate:

* A call must be over before its settle time is (decision 0004). Pressrun lets a call begin for
  `settle time - time limit` after its intent. The settle time is product time: it lasts a SPEEDth of its
  seconds, the time limit lasts all of its own, so a call may begin for `settle / SPEED - time limit` seconds.
* A worker is dead after a silence as long as a lease. The silence is read from its last heartbeat's row, in
  product time; the lease is real, and so is as long as SPEED leases.

Nothing in the product knows of this: its functions are wrapped from outside.
"""

import asyncio
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST_NAP_SECONDS = 1.0


@dataclass(frozen=True)
class Haste:
    """A time that is the real one at `origin` (Unix seconds) and passes `speed` times as fast since then."""

    origin: float
    speed: float

    def now(self) -> datetime:
        """The present instant of the hurried time."""
        return datetime.fromtimestamp(self.origin + (time.time() - self.origin) * self.speed, UTC)

    async def sleep_until(self, at: datetime) -> None:
        """Returns when `now() >= at`."""
        while (left := (at - self.now()).total_seconds() / self.speed) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, LONGEST_NAP_SECONDS))


def hurry(haste: Haste) -> None:
    """From now on all of this process lives in the hurried time. Comes before other parts are imported."""
    from pressrun.kit.clock import SystemClock
    from pressrun.sandbox import clock as sandbox_clock

    def now(self: SystemClock) -> datetime:
        return haste.now()

    async def sleep_until(self: SystemClock, at: datetime) -> None:
        await haste.sleep_until(at)

    SystemClock.now, SystemClock.sleep_until = now, sleep_until
    # Others import the function by its name, and so get this one.
    sandbox_clock.real_now = haste.now


def meet_real_time(haste: Haste, call_timeout: timedelta) -> None:
    """Sets right the two comparisons of hurried with real time."""
    from pressrun import bootstrap
    from pressrun.store.workers import WorkerRoster

    rules, silent = bootstrap.PublishingRules, WorkerRoster.silent

    def real_rules(*, call_within: timedelta, **others: Any) -> Any:
        settle = call_within + call_timeout
        return rules(call_within=settle / haste.speed - call_timeout, **others)

    def silent_for_real(self: WorkerRoster, worker_id: str, *, since: datetime | None) -> list[str]:
        if since is not None:
            since -= (haste.now() - since) * (haste.speed - 1)
        return silent(self, worker_id, since=since)

    bootstrap.PublishingRules = real_rules
    WorkerRoster.silent = silent_for_real


def main() -> int:
    origin, speed, *command = sys.argv[1:]
    haste = Haste(float(origin), float(speed))
    hurry(haste)
    if command[0] == "worker":
        from pressrun.settings import Settings

        meet_real_time(haste, Settings().call_timeout)
    from pressrun.cli import main as pressrun

    return pressrun(command)


if __name__ == "__main__":
    sys.exit(main())
