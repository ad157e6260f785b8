"""Titles: type a topic, and a run starts; or give it a time (S4.1)."""

from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from pressrun.actions import titles as actions
from pressrun.actions.titles import TitleRequest
from pressrun.domain.content import ContentType
from pressrun.domain.problems import Problem
from pressrun.domain.run import RECIPES
from pressrun.store import accounts, personas, runs, titles
from pressrun.store.database import Store
from pressrun.store.personas import Persona
from pressrun.store.runs import Run
from pressrun.store.titles import Title
from pressrun.web.auth import FORM_FIELD, Reader, check_form_token
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.looks import ACCOUNTS, BADGES, CONTENT_WORDS, Look, run_look
from pressrun.web.pages.own_forms import OwnForm, done, flaw_texts
from pressrun.web.templating import msgid

router = APIRouter(prefix="/titles", include_in_schema=False)

SHOWN = 50
_CANCELLED = Look("paused", "x", msgid("Cancelled"))


@dataclass(frozen=True)
class TitleRow:
    """A title with the run it started."""

    title: Title
    persona: Persona
    run: Run | None
    look: Look


@router.get("")
def listed(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """The form, and the titles registered so far."""
    return screen(request, "title/page.html", _values(store))


@router.post("")
async def register(request: Request, visitor: Reader, workspace: InWorkspace) -> Response:
    """Registers a title; without a time its run starts at once."""
    form = await request.form()
    check_form_token(visitor, _text(form, FORM_FIELD))
    asked = TitleRequest(
        title=_text(form, "title"),
        persona_id=_text(form, "persona_id"),
        account_ids=_chosen_accounts(form, _text(form, "persona_id")),
        content_type=_text(form, "content_type"),
        scheduled_at=_text(form, "scheduled_at") or None,
    )
    try:
        _, run = await run_sync(actions.register, workspace, visitor.caller, asked)
    except Problem as problem:
        if problem.status not in (404, 422):
            raise
        flaws = flaw_texts(problem, language_of(request)) if problem.status == 422 else {"persona_id": "?"}
        return await run_sync(_again, request, workspace.store, form, flaws)
    if run is None:
        return done("", "/titles", "title_scheduled")
    return done("", f"/runs/{run.id}", "title_started")


@router.post("/{title_id}/cancel", dependencies=[OwnForm])
def cancel(visitor: Reader, workspace: InWorkspace, title_id: str) -> Response:
    """Calls off a title that has not started."""
    actions.cancel(workspace, visitor.caller, title_id)
    return done("", "/titles", "title_cancelled")


def _values(store: Store) -> dict[str, Any]:
    with store.read() as tx:
        people = {persona.id: persona for persona in personas.listed(tx)}
        rows = [
            TitleRow(title, people[title.persona_id], run, _look(title, run))
            for title in titles.newest(tx, limit=SHOWN)
            for run in (runs.of_title(tx, title.id),)
        ]
        return {
            "titles": rows,
            "personas": list(people.values()),
            "accounts": accounts.listed(tx),
            "account_looks": ACCOUNTS,
            "kinds": [(kind.value, CONTENT_WORDS[kind]) for kind in RECIPES],
            "content_words": CONTENT_WORDS,
            "flaws": {},
            "typed": {"content_type": ContentType.CAROUSEL.value},
            "chosen": None,
        }


def _look(title: Title, run: Run | None) -> Look:
    if run is not None:
        return run_look(run.status)
    return _CANCELLED if title.cancelled_at else next(iter(BADGES.values()))


def _again(request: Request, store: Store, form: FormData, flaws: dict[str, str]) -> HTMLResponse:
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    chosen = set(_chosen_accounts(form, typed.get("persona_id", "")))
    return screen(
        request,
        "title/page.html",
        {**_values(store), "flaws": flaws, "typed": typed, "chosen": chosen},
        status=422,
    )


def _chosen_accounts(form: FormData, persona_id: str) -> tuple[str, ...]:
    """The ticked accounts of the chosen persona; each persona's are a group of their own."""
    return tuple(value for value in form.getlist(f"accounts-{persona_id}") if isinstance(value, str))


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
