"""Accounts by persona: how each stands. Connecting comes through the API until its screen exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pressrun.actions import accounts as actions
from pressrun.domain.post import PostStatus
from pressrun.store import accounts, personas, posts
from pressrun.store.accounts import Account, AccountFilter
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.store.posts import PostFilter
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.pages.frame import screen
from pressrun.web.pages.looks import ACCOUNTS, Look
from pressrun.web.pages.own_forms import OwnForm, done

router = APIRouter(prefix="/accounts", include_in_schema=False)

EXPIRES_SOON = timedelta(days=7)


@dataclass(frozen=True)
class AccountRow:
    """One account as the list shows it."""

    account: Account
    look: Look
    expires_soon: bool
    held: int


@dataclass(frozen=True)
class PersonaCard:
    """A persona with its accounts."""

    persona: Persona
    accounts: Sequence[AccountRow]


@router.get("")
def listed(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """Every persona with its accounts."""
    with store.read() as tx:
        cards = [PersonaCard(persona, _accounts(tx, persona)) for persona in personas.listed(tx)]
    return screen(request, "account/page.html", {"cards": cards})


@router.get("/{account_id}")
def one(visitor: Reader, store: InStore, account_id: str) -> Response:
    """Where the account stands on the page of all; what notifications lead to."""
    with store.read() as tx:
        accounts.get(tx, account_id)
    return RedirectResponse(f"/accounts#account-{account_id}", 303)


def _accounts(tx: Tx, persona: Persona) -> list[AccountRow]:
    return [_row(tx, account) for account in accounts.listed(tx, AccountFilter(persona_id=persona.id))]


def _row(tx: Tx, account: Account) -> AccountRow:
    wanted = PostFilter(account_id=account.id, statuses=(PostStatus.HELD,))
    held = posts.counts(tx, wanted).get(PostStatus.HELD, 0)
    expiry = account.token_expires_at
    soon = expiry is not None and expiry - tx.now < EXPIRES_SOON
    return AccountRow(account, ACCOUNTS[account.status], soon, held)


@router.post("/{account_id}/pause", dependencies=[OwnForm])
def pause(visitor: Writer, store: InStore, account_id: str) -> Response:
    """A person stops an account; its posts wait."""
    actions.pause(store, account_id)
    return done("", "/accounts", "account_paused")


@router.post("/{account_id}/resume", dependencies=[OwnForm])
async def resume(visitor: Writer, workspace: InWorkspace, account_id: str) -> Response:
    """The account goes on, after the platform was asked."""
    await actions.resume(workspace, account_id)
    return done("", "/accounts", "account_resumed")
