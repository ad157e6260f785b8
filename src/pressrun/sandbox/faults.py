"""Failures that a test, the demo or a person switches on, and which request each one hits."""

import asyncio
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

COMMON_EFFECTS = frozenset(
    {"answer", "answer_after", "drop_before", "drop_within", "drop_after", "delay", "truncate", "hang"}
)
_NEEDS = {
    "answer": ("status", int),
    "answer_after": ("status", int),
    "delay": ("ms", int),
    "truncate": ("bytes", int),
    "drop_within": ("bytes", int),
}


class FaultRefused(ValueError):
    """The description of a fault makes no sense; the text says which field."""


@dataclass(kw_only=True)
class Fault:
    """One switched-on failure; `times` None means unlimited."""

    id: str
    platform: str
    effect: Mapping[str, Any]
    method: str | None = None
    path_regex: re.Pattern[str] | None = None
    account_id: str | None = None
    times: int | None = 1
    probability: float = 1.0
    seed: int | None = None
    applied: int = 0
    removed: asyncio.Event = field(default_factory=asyncio.Event)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    @property
    def kind(self) -> str:
        return str(self.effect["kind"])

    @property
    def used_up(self) -> bool:
        return self.times is not None and self.applied >= self.times

    def matches(self, *, platform: str, method: str, path: str, account_id: str | None) -> bool:
        return (
            self.platform == platform
            and self.method in (None, method)
            and (self.path_regex is None or self.path_regex.search(path) is not None)
            and self.account_id in (None, account_id)
        )

    def rolls(self) -> bool:
        """Whether the dice let this matching request be hit; the same seed gives the same sequence."""
        return self._dice.random() < self.probability

    def as_json(self) -> dict[str, Any]:
        match = {
            "method": self.method,
            "path_regex": self.path_regex.pattern if self.path_regex else None,
            "account_id": self.account_id,
        }
        return {
            "id": self.id,
            "platform": self.platform,
            "match": {name: value for name, value in match.items() if value is not None},
            "effect": dict(self.effect),
            "times": self.times,
            "applied": self.applied,
            "probability": self.probability,
            "seed": self.seed,
        }


class Faults:
    """The failures that are switched on, oldest first."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._made = 0

    def add(self, described: Mapping[str, Any], *, effects: Iterable[str]) -> Fault:
        """Switch on what `POST /_sandbox/faults` describes; `effects` are the kinds its platform knows."""
        self._made += 1
        fault = _read(described, id_=f"fault-{self._made}", effects=frozenset(effects))
        self._faults[fault.id] = fault
        return fault

    def take(self, *, platform: str, method: str, path: str, account_id: str | None) -> Fault | None:
        """The oldest fault with uses left that hits this request; taking it spends one use."""
        for fault in self._faults.values():
            if fault.used_up:
                continue
            matched = fault.matches(platform=platform, method=method, path=path, account_id=account_id)
            if matched and fault.rolls():
                fault.applied += 1
                return fault
        return None

    def every(self) -> list[Fault]:
        return list(self._faults.values())

    def get(self, id_: str) -> Fault | None:
        return self._faults.get(id_)

    def remove(self, id_: str) -> bool:
        fault = self._faults.pop(id_, None)
        if fault is not None:
            fault.removed.set()
        return fault is not None

    def clear(self) -> None:
        for id_ in list(self._faults):
            self.remove(id_)


def _read(described: Mapping[str, Any], *, id_: str, effects: frozenset[str]) -> Fault:
    match = described.get("match") or {}
    if not isinstance(match, Mapping) or set(match) - {"method", "path_regex", "account_id"}:
        raise FaultRefused("match takes method, path_regex and account_id")
    return Fault(
        id=id_,
        platform=str(described.get("platform")),
        effect=_effect(described.get("effect"), effects),
        method=str(match["method"]).upper() if match.get("method") else None,
        path_regex=_pattern(match.get("path_regex")),
        account_id=str(match["account_id"]) if match.get("account_id") else None,
        times=_times(described.get("times", 1)),
        probability=_probability(described.get("probability", 1.0)),
        seed=described.get("seed"),
    )


def _effect(described: Any, effects: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(described, Mapping) or described.get("kind") not in effects:
        raise FaultRefused(f"effect.kind must be one of {', '.join(sorted(effects))}")
    name, wanted = _NEEDS.get(described["kind"], ("kind", str))
    value = described.get(name)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise FaultRefused(f"effect {described['kind']} needs the number {name}")
    return dict(described)


def _pattern(described: Any) -> re.Pattern[str] | None:
    if not described:
        return None
    try:
        return re.compile(str(described))
    except re.error as broken:
        raise FaultRefused(f"path_regex is not a pattern: {broken}") from broken


def _times(described: Any) -> int | None:
    if described is None:
        return None
    if not isinstance(described, int) or isinstance(described, bool) or described < 1:
        raise FaultRefused("times must be a positive number, or null for unlimited")
    return described


def _probability(described: Any) -> float:
    if not isinstance(described, int | float) or not 0 <= described <= 1:
        raise FaultRefused("probability must lie between 0 and 1")
    return float(described)
