"""Who publishes in the storm, and what: accounts here and at the sandbox, and the posts of each."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crash.house import House
from storm.hasty import Haste
from storm.platforms import Mark, Platform, Supplies

HANDS = 4
"""How many people schedule posts at the same time."""


@dataclass(frozen=True, eq=False)
class Player:
    """An account with a persona of its own, here and at the sandbox."""

    number: int
    platform: Platform
    id: str
    persona_id: str
    outside_id: str
    credentials: dict[str, Any] = field(repr=False)


def enter(house: House, platforms: Sequence[Platform], count: int) -> list[Player]:
    """So many accounts, of each platform as many."""
    with ThreadPoolExecutor(HANDS) as hands:
        return list(
            hands.map(lambda number: _player(house, platforms[number % len(platforms)], number), range(count))
        )


@dataclass(frozen=True)
class Script:
    """So many posts, the times of most of them spread over `within`; every third goes out at once."""

    posts: int
    within: timedelta
    seed: int


def schedule(house: House, players: Sequence[Player], haste: Haste, script: Script) -> dict[str, int]:
    """Asks for all posts over the API; answers how many parts each has, by the post's id."""
    supplies = Supplies.uploaded(house)
    dice = random.Random(script.seed)
    waits = [None if number % 3 == 0 else dice.random() * script.within for number in range(script.posts)]
    with ThreadPoolExecutor(HANDS) as hands:
        return dict(
            hands.map(
                lambda number: _scheduled(house, players, supplies, haste, number, waits[number]),
                range(script.posts),
            )
        )


def _player(house: House, platform: Platform, number: int) -> Player:
    spoken = {
        "name": f"Persona {number}",
        "language": "ko",
        "timezone": "Asia/Seoul",
        "approval": "never",
    }
    persona = house.made("/api/personas", spoken)
    asked = {"platform": platform.name, "handle": f"storm{number}"}
    outside = house.sandbox.post("/_sandbox/accounts", json=asked).raise_for_status().json()
    where = f"/_sandbox/accounts/{platform.name}/{outside['account_id']}/state"
    house.sandbox.post(where, json=dict(platform.state)).raise_for_status()
    login = {
        "persona_id": persona["id"],
        "platform": platform.name,
        "credentials": outside["credentials"],
    }
    ours = house.made("/api/accounts", login)
    return Player(number, platform, ours["id"], persona["id"], outside["account_id"], outside["credentials"])


def _scheduled(
    house: House,
    players: Sequence[Player],
    supplies: Supplies,
    haste: Haste,
    number: int,
    wait: timedelta | None,
) -> tuple[str, int]:
    player = players[number % len(players)]
    written = player.platform.write(supplies, number // len(players), f"폭풍 속에서 {Mark(number)}")
    at = {} if wait is None else {"scheduled_publish_time": _soon(haste, wait)}
    made = house.made("/api/workflow/publish", {**written.asked, **at, "account_id": player.id})
    return made["post_id"], written.parts


def _soon(haste: Haste, wait: timedelta) -> str:
    # Half a second of real time for the request itself: a time that has passed is refused.
    at: datetime = haste.now() + timedelta(seconds=haste.speed / 2) + wait
    return at.isoformat()
