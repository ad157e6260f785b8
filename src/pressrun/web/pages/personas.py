"""Making and changing a persona: who speaks, in which language and zone, and who must approve it."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from pressrun.actions import personas as actions
from pressrun.domain.persona import ApprovalRule, Language
from pressrun.domain.problems import Problem
from pressrun.store import personas
from pressrun.store.database import Store
from pressrun.store.personas import Persona
from pressrun.web.api.personas import NewPersona
from pressrun.web.auth import FORM_FIELD, Visitor, Writer, check_form_token
from pressrun.web.deps import InStore
from pressrun.web.errors import invalid_fields
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm, done, flaw_texts
from pressrun.web.templating import msgid

router = APIRouter(prefix="/accounts/personas", include_in_schema=False)

APPROVALS = {
    ApprovalRule.ALWAYS: (msgid("Always"), msgid("Nothing goes out before a person approved it.")),
    ApprovalRule.CHECKS: (
        msgid("When in doubt"),
        msgid("Only when a check finds something, such as a fallback model."),
    ),
    ApprovalRule.NEVER: (msgid("Never"), msgid("Everything goes out at its time.")),
}
_FIELDS = ("name", "language", "timezone", "channel_type", "style", "hashtags", "approval")


@router.get("/new")
def new(request: Request, visitor: Writer) -> HTMLResponse:
    """The empty form."""
    typed = {
        "language": language_of(request).value,
        "timezone": "Asia/Seoul",
        "approval": ApprovalRule.ALWAYS.value,
    }
    return _form(request, typed, {})


@router.post("")
async def create(request: Request, visitor: Writer, store: InStore) -> Response:
    """A new persona; its accounts come next."""
    return await _submitted(request, visitor, store, None)


@router.get("/{persona_id}")
def edit(request: Request, visitor: Writer, store: InStore, persona_id: str) -> HTMLResponse:
    """The form of a persona that is there."""
    persona = _load(store, persona_id)
    typed = {name: getattr(persona, name) for name in _FIELDS}
    typed["hashtags"] = " ".join(f"#{tag}" for tag in persona.hashtags)
    return _form(request, typed, {}, persona)


@router.post("/{persona_id}")
async def save(request: Request, visitor: Writer, store: InStore, persona_id: str) -> Response:
    """Changes a persona; what it says from now on follows."""
    return await _submitted(request, visitor, store, await run_sync(_load, store, persona_id))


@router.post("/{persona_id}/remove", dependencies=[OwnForm])
def remove(visitor: Writer, store: InStore, persona_id: str) -> Response:
    """Forgets a persona that nothing belongs to."""
    actions.remove(store, persona_id)
    return done("", "/accounts", "persona_removed")


async def _submitted(request: Request, visitor: Visitor, store: Store, persona: Persona | None) -> Response:
    form = await request.form()
    check_form_token(visitor, _text(form, FORM_FIELD))
    typed = {name: _text(form, name) for name in _FIELDS}
    language = language_of(request)
    try:
        kept = await run_sync(_keep, store, typed, persona, language)
    except Problem as problem:
        flaws = flaw_texts(problem, language)
        return await run_sync(_form, request, typed, flaws, persona)
    return done("", f"/accounts#persona-{kept.id}", "persona_saved" if persona else "persona_created")


def _keep(store: Store, typed: Mapping[str, str], persona: Persona | None, language: Language) -> Persona:
    given = {name: value for name, value in typed.items() if value.strip()}
    try:
        wanted = NewPersona.model_validate({**given, "hashtags": typed["hashtags"].replace(",", " ").split()})
    except ValidationError as invalid:
        raise invalid_fields(invalid, language) from invalid
    fields: dict[str, Any] = wanted.model_dump(include=set(_FIELDS))
    if persona is None:
        return actions.create(store, **fields)
    return actions.change(store, persona.id, **fields)


def _form(
    request: Request,
    typed: Mapping[str, Any],
    flaws: Mapping[str, str],
    persona: Persona | None = None,
) -> HTMLResponse:
    values = {
        "typed": typed,
        "flaws": flaws,
        "persona": persona,
        "approvals": APPROVALS,
        "zones": sorted(available_timezones()),
    }
    return screen(request, "account/persona.html", values, status=422 if flaws else 200)


def _load(store: Store, persona_id: str) -> Persona:
    with store.read() as tx:
        return personas.get(tx, persona_id)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
