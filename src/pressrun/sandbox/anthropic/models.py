"""The models the stand-in offers, and their life."""

from datetime import UTC, datetime
from typing import Any

from pressrun.sandbox.anthropic.errors import MessagesError

_ACTIVE = [
    "claude-fable-5-2",
    "claude-mythos-5-2",
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-fable-5-1",
    "claude-opus-5-5",
    "claude-mythos-5-1",
    "claude-sonnet-5",
    "claude-fable-5",
    "claude-mythos-5",
    "claude-opus-5",
    "claude-opus-4-8",
    "claude-opus-4-7",
    "claude-opus-4-6",
    "claude-opus-4-5",
    "claude-sonnet-4-6",
    "claude-haiku-4-5",
]
_RETIRES = {"claude-sonnet-4-5": datetime(2026, 11, 30, tzinfo=UTC)}
MODELS = [*_ACTIVE, *_RETIRES]


def model_facts(name: str, now: datetime) -> dict[str, Any]:
    """An item of `GET /v1/models`; raises MessagesError for a model that does not exist."""
    if name not in MODELS:
        raise MessagesError(404, f"model: {name}")
    retires = _RETIRES.get(name)
    words = name.split("-")
    return {
        "type": "model",
        "id": name,
        "display_name": f"Claude {words[1].capitalize()} {'.'.join(words[2:])}",
        "created_at": "2026-01-01T00:00:00Z",
        "lifecycle": _lifecycle(retires, now),
        "retires_at": retires.isoformat() if retires else None,
    }


def check_callable(name: str, now: datetime) -> None:
    """Raises MessagesError for a model that does not exist or is retired."""
    if model_facts(name, now)["lifecycle"] == "retired":
        raise MessagesError(404, f"model: {name} (retired)")


def _lifecycle(retires: datetime | None, now: datetime) -> str:
    if retires is None:
        return "active"
    return "retired" if now >= retires else "deprecated"
