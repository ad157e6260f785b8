"""Accounts by persona: how each stands, how long its sign-in lasts, and what a person can do about it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pressrun.actions import accounts as actions
from pressrun.actions import logins
from pressrun.store import accounts
from pressrun.web import templating
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.pages.account_view import CHIPS, Filter, PersonaCard, cards
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm, done

router = APIRouter(prefix="/accounts", include_in_schema=False)


@router.get("")
def listed(
    request: Request,
    visitor: Reader,
    workspace: InWorkspace,
    status: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Every persona with its accounts, or those where one stands as asked for."""
    wanted = Filter(status) if status in list(Filter) else Filter.ALL
    with workspace.store.read() as tx:
        every = cards(tx, workspace)
    rows = [row for card in every for row in card.accounts]
    values = {
        "cards": [card for card in every if _is_shown(card, wanted)],
        "chips": [(each, *CHIPS[each], sum(row.is_in(each) for row in rows)) for each in Filter],
        "wanted": wanted,
        "personas": len(every),
        "accounts": len(rows),
    }
    return screen(request, "account/page.html", values)


@router.get("/{account_id}")
def one(visitor: Reader, store: InStore, account_id: str) -> Response:
    """Where the account stands on the page of all; what notifications lead to."""
    with store.read() as tx:
        accounts.get(tx, account_id)
    return RedirectResponse(_row(account_id), 303)


@router.get("/personas/{persona_id}/card")
def card(request: Request, visitor: Reader, workspace: InWorkspace, persona_id: str) -> HTMLResponse:
    """One persona, as the page holds it."""
    with workspace.store.read() as tx:
        (shown,) = cards(tx, workspace, only=persona_id)
    return templating.part(request, "account/card.html", {"card": shown})


@router.post("/{account_id}/pause", dependencies=[OwnForm])
def pause(visitor: Writer, store: InStore, account_id: str) -> Response:
    """A person stops an account; its posts wait."""
    actions.pause(store, account_id)
    return done("", _row(account_id), "account_paused")


@router.post("/{account_id}/resume", dependencies=[OwnForm])
async def resume(visitor: Writer, workspace: InWorkspace, account_id: str) -> Response:
    """The account goes on, after the platform was asked."""
    await actions.resume(workspace, account_id)
    return done("", _row(account_id), "account_resumed")


@router.post("/{account_id}/renew", dependencies=[OwnForm])
async def renew(visitor: Writer, workspace: InWorkspace, account_id: str) -> Response:
    """Its sign-in lasts longer from now on."""
    await logins.renew_now(workspace, account_id)
    return done("", _row(account_id), "login_renewed")


@router.post("/{account_id}/remove", dependencies=[OwnForm])
def remove(visitor: Writer, store: InStore, account_id: str) -> Response:
    """Forgets an account that never published."""
    actions.remove(store, account_id)
    return done("", "/accounts", "account_removed")


def _row(account_id: str) -> str:
    return f"/accounts#account-{account_id}"


def _is_shown(card: PersonaCard, wanted: Filter) -> bool:
    return wanted is Filter.ALL or any(row.is_in(wanted) for row in card.accounts)
