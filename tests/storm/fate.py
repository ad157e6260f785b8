"""What befalls single accounts in the middle of the storm: logins die, one account is blocked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crash.house import House, wait_until
from storm.cast import Player


@dataclass(frozen=True)
class Turn:
    """Something that happens once this share of all posts is at rest."""

    at: float
    happen: Callable[[], None]


@dataclass(frozen=True)
class Fate:
    """Who is hit. A person connects `reconnected` again; nobody helps `abandoned` and `suspended`."""

    suspended: Player
    reconnected: Sequence[Player]
    abandoned: Sequence[Player]

    @classmethod
    def drawn(cls, players: Sequence[Player], *, reconnected: int, abandoned: int) -> "Fate":
        """Instagram's are suspended and connected again: its tokens do not end meanwhile."""
        suspended, *well = [player for player in players if player.platform.name == "instagram"]
        rest = [player for player in players if player not in (suspended, *well[:reconnected])]
        return cls(suspended, well[:reconnected], rest[:abandoned])

    @property
    def stopped(self) -> list[Player]:
        """Those whose posts may be held at the end."""
        return [self.suspended, *self.abandoned]

    def turns(self, house: House) -> list[Turn]:
        """In the order in which they happen."""
        return [
            Turn(0.10, lambda: _each(self.abandoned, lambda player: _state(house, player, token="revoked"))),
            Turn(
                0.15, lambda: _each(self.reconnected, lambda player: _state(house, player, token="revoked"))
            ),
            Turn(0.30, lambda: _state(house, self.suspended, account="suspended")),
            Turn(0.50, lambda: _each(self.reconnected, lambda player: _reconnect(house, player))),
        ]


def _each(players: Sequence[Player], act: Callable[[Player], None]) -> None:
    for player in players:
        act(player)


def _state(house: House, player: Player, **state: str) -> None:
    where = f"/_sandbox/accounts/{player.platform.name}/{player.outside_id}/state"
    house.sandbox.post(where, json=state).raise_for_status()


def _reconnect(house: House, player: Player) -> None:
    """A person signs in anew, and tries again while the platform has its troubles."""
    _state(house, player, token="valid")
    asked = {"credentials": player.credentials}
    wait_until(
        lambda: house.api.put(f"/api/accounts/{player.id}", json=asked).is_success,
        f"{player.outside_id} is connected again",
    )
