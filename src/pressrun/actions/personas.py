"""Personas: made, changed and removed by people."""

from typing import Any

from pressrun.domain.caption import normal_hashtags
from pressrun.domain.problems import Problem
from pressrun.store import personas
from pressrun.store.database import Store
from pressrun.store.personas import Persona


def create(store: Store, **fields: Any) -> Persona:
    """A new persona, from the fields of `store.personas.add`."""
    with store.transaction() as tx:
        return personas.add(tx, **_normal(fields))


def change(store: Store, persona_id: str, **fields: Any) -> Persona:
    """Sets the fields given; the others stay. Raises `Problem` (404)."""
    with store.transaction() as tx:
        personas.get(tx, persona_id)
        values = _normal(fields)
        if "hashtags" in values:
            values["hashtags"] = list(values["hashtags"])
        return personas.change(tx, persona_id, **values)


def remove(store: Store, persona_id: str) -> None:
    """Deletes a persona. Raises `Problem` (409) `persona_in_use` where anything belongs to it."""
    with store.transaction() as tx:
        personas.get(tx, persona_id)
        if personas.is_used(tx, persona_id):
            raise Problem.conflict("persona_in_use")
        personas.remove(tx, persona_id)


def _normal(fields: dict[str, Any]) -> dict[str, Any]:
    if "hashtags" not in fields:
        return fields
    return {**fields, "hashtags": normal_hashtags(fields["hashtags"])}
