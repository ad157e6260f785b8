"""Connecting an account in the browser: to the platform's page, back from it, and a choice among several."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pressrun.actions import connecting
from pressrun.actions.connecting import Asker, Connected, ToChoose
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.store.consents import Consent
from pressrun.store.sessions import hashed
from pressrun.web import templating, wording
from pressrun.web.auth import Visitor, Writer
from pressrun.web.deps import InStore, InWorkspace, WithParts
from pressrun.web.flash import back_to
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm, flaw_texts

router = APIRouter(prefix="/accounts/connect", include_in_schema=False)

CHOICE = "/accounts/connect/choose"
Said = Annotated[str, Query(max_length=4000)]
Token = Annotated[str, Query(alias="consent", max_length=200)]
Id = Annotated[str, Form(max_length=32)]


@router.get("/callback")
async def answered(
    request: Request,
    visitor: Writer,
    workspace: InWorkspace,
    state: Said = "",
    code: Said = "",
    error: Said = "",
    error_description: Said = "",
    error_message: Said = "",
) -> Response:
    """Where the platform sends the person back to."""
    consent: Consent | None = None
    try:
        consent = await run_sync(connecting.take_up, workspace.store, _asker(visitor), state)
        if error or not code:
            raise connecting.refusal(error, error_description or error_message)
        # Instagram puts these two signs behind its code.
        outcome = await connecting.finish(workspace, consent, code=code.removesuffix("#_"))
    except Problem as problem:
        return await run_sync(_not_connected, request, consent, problem)
    if isinstance(outcome, ToChoose):
        return RedirectResponse(f"{CHOICE}?{urlencode({'consent': outcome.token})}", 303)
    return _connected(outcome)


@router.get("/choose")
def choices(request: Request, visitor: Writer, store: InStore, token: Token = "") -> HTMLResponse:
    """The accounts that the consent gave."""
    return _choice_page(request, visitor, store, token)


@router.post("/choose", dependencies=[OwnForm])
def choose(
    request: Request,
    visitor: Writer,
    workspace: InWorkspace,
    consent: Annotated[str, Form(max_length=200)] = "",
    account: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Connects the ticked ones."""
    try:
        return _connected(connecting.choose(workspace, _asker(visitor), consent, account or []))
    except Problem as problem:
        if problem.code != "account_missing":
            return _not_connected(request, None, problem)
        flaws = flaw_texts(problem, language_of(request))
        return _choice_page(request, visitor, workspace.store, consent, flaws)


@router.post("/{platform}/{sign_in}", dependencies=[OwnForm])
def begin(
    request: Request,
    visitor: Writer,
    workspace: InWorkspace,
    parts: WithParts,
    platform: str,
    sign_in: str,
    persona_id: Id = "",
    account_id: Id = "",
) -> Response:
    """Sends the person to the platform.

    By a page, not by a redirect: a form of ours may lead nowhere else (`form-action` of the policy), and
    browsers hold its redirects to that too.
    """
    _need_own_address(request, parts.own_url)
    address = connecting.begin(
        workspace,
        _asker(visitor),
        platform=platform,
        sign_in=sign_in,
        persona_id=persona_id,
        account_id=account_id or None,
        redirect_uri=parts.redirect_uri,
    )
    return templating.page(request, "account/leaving.html", {"consent_url": address, "platform": platform})


def _asker(visitor: Visitor) -> Asker:
    return Asker(visitor.user.id, hashed(visitor.session_token))


def _need_own_address(request: Request, own_url: str) -> None:
    """The platform sends people back to our public address, where only a session of that address is known."""
    here = request.headers.get("origin") or f"{request.url.scheme}://{request.headers.get('host', '')}"
    if urlsplit(here).netloc.lower() != urlsplit(own_url).netloc.lower():
        raise Problem.conflict("connect_elsewhere", own=own_url, here=here)


def _connected(outcome: Connected) -> Response:
    place = f"/accounts#account-{outcome.accounts[0].id}"
    if outcome.again:
        return back_to(place, "account_reconnected")
    return back_to(place, "account_connected" if len(outcome.accounts) == 1 else "accounts_connected")


def _not_connected(request: Request, consent: Consent | None, problem: Problem) -> HTMLResponse:
    language: Language = language_of(request)
    values = problem.flaws[0].values
    shown = {
        "consent": consent,
        "was_denied": problem.code == "consent_denied",
        "happened": wording.what_happened(problem.code, language, values),
        "todo": wording.what_to_do(problem.code, language, values),
    }
    status = 200 if shown["was_denied"] else problem.status
    return screen(request, "account/not_connected.html", shown, status=status)


def _choice_page(
    request: Request, visitor: Visitor, store: InStore, token: str, flaws: dict[str, str] | None = None
) -> HTMLResponse:
    try:
        consent, choices = connecting.choices(store, _asker(visitor), token)
    except Problem as problem:
        return _not_connected(request, None, problem)
    values = {"consent": consent, "choices": choices, "token_of_choice": token, "flaws": flaws or {}}
    return screen(request, "account/choose.html", values, status=422 if flaws else 200)
