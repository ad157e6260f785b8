"""`/api/personas`: who speaks."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import personas as actions
from pressrun.domain.persona import ApprovalRule, Language
from pressrun.store import personas
from pressrun.store.personas import Persona
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore
from pressrun.web.forms import Line, Note, Word, Zone
from pressrun.web.idempotency import OnceRoute
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/api/personas", tags=["personas"], responses=EVERYWHERE, route_class=OnceRoute)

Hue = Annotated[int, Field(ge=0, le=359)]
Hashtags = Annotated[list[Word], Field(max_length=30)]


class Voice(BaseModel):
    """How a persona sounds."""

    provider: Word = ""
    name: Word = ""
    speed: Annotated[float, Field(ge=0.25, le=4)] = 1.0
    pitch: Annotated[float, Field(ge=-24, le=24)] = 0.0


class NewPersona(BaseModel):
    """A persona to be made."""

    name: Line
    language: Language
    timezone: Zone
    channel_type: Word = ""
    style: Note = ""
    image_style: Note = ""
    hashtags: Hashtags = []
    voice: Voice | None = None
    approval: ApprovalRule = ApprovalRule.ALWAYS
    hue: Hue | None = None


class PersonaChange(BaseModel):
    """What to change of a persona; fields left out stay as they are."""

    name: Line | None = None
    language: Language | None = None
    timezone: Zone | None = None
    channel_type: Word | None = None
    style: Note | None = None
    image_style: Note | None = None
    hashtags: Hashtags | None = None
    voice: Voice | None = None
    approval: ApprovalRule | None = None
    hue: Hue | None = None


class PersonaAnswer(BaseModel):
    """A persona; `hue` is its colour in degrees."""

    id: str
    name: str
    language: Language
    timezone: str
    channel_type: str
    style: str
    image_style: str
    hashtags: list[str]
    voice: Voice | None
    approval: ApprovalRule
    hue: int
    paused_at: datetime | None
    created_at: datetime


class PersonaList(BaseModel):
    """One page of personas."""

    items: list[PersonaAnswer]
    next_cursor: str | None


@router.post("", status_code=201)
def create_persona(visitor: Writer, store: InStore, wanted: NewPersona) -> PersonaAnswer:
    """Makes a persona."""
    return persona_answer(actions.create(store, **_fields(wanted)))


@router.get("")
def list_personas(visitor: Reader, store: InStore, page: WantedPage) -> PersonaList:
    """Personas, oldest first."""
    with store.read() as tx:
        found = personas.listed(tx, limit=page.limit + 1, after=page.after)
    items, cursor = page.cut(found, lambda persona: (persona.created_at, persona.id))
    return PersonaList(items=[persona_answer(persona) for persona in items], next_cursor=cursor)


@router.get("/{persona_id}")
def get_persona(visitor: Reader, store: InStore, persona_id: str) -> PersonaAnswer:
    """One persona."""
    with store.read() as tx:
        return persona_answer(personas.get(tx, persona_id))


@router.put("/{persona_id}")
def change_persona(visitor: Writer, store: InStore, persona_id: str, wanted: PersonaChange) -> PersonaAnswer:
    """Changes the fields that are given."""
    return persona_answer(actions.change(store, persona_id, **_fields(wanted)))


@router.delete("/{persona_id}")
def remove_persona(visitor: Writer, store: InStore, persona_id: str) -> dict[str, bool]:
    """Removes a persona that has no accounts and no content."""
    actions.remove(store, persona_id)
    return {"success": True}


def persona_answer(persona: Persona) -> PersonaAnswer:
    """A persona as the API shows it."""
    return PersonaAnswer(
        id=persona.id,
        name=persona.name,
        language=persona.language,
        timezone=persona.timezone,
        channel_type=persona.channel_type,
        style=persona.style,
        image_style=persona.image_style,
        hashtags=list(persona.hashtags),
        voice=Voice(**persona.voice) if persona.voice else None,
        approval=persona.approval,
        hue=persona.hue,
        paused_at=persona.paused_at,
        created_at=persona.created_at,
    )


def _fields(wanted: BaseModel) -> dict[str, Any]:
    return {name: value for name, value in wanted.model_dump().items() if value is not None}
