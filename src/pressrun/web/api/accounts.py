"""`/api/accounts`: logins on platforms. Credentials go in and never come out."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from pressrun.actions import accounts as actions
from pressrun.actions import logins
from pressrun.domain.account import AccountStatus
from pressrun.store import accounts
from pressrun.store.accounts import Account, AccountFilter
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.forms import Word
from pressrun.web.idempotency import OnceRoute
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/api/accounts", tags=["accounts"], responses=EVERYWHERE, route_class=OnceRoute)

Credentials = Annotated[
    dict[str, str | int | float | bool | None],
    Field(max_length=50, description="In the platform's own words, such as `access_token`."),
]


class NewAccount(BaseModel):
    """A login to be tried and kept."""

    persona_id: Word
    platform: Word
    credentials: Credentials
    token_expires_at: AwareDatetime | None = None


class NewLogin(BaseModel):
    """Other credentials for the same account."""

    credentials: Credentials
    token_expires_at: AwareDatetime | None = None


class AccountAnswer(BaseModel):
    """An account without its credentials."""

    id: str
    persona_id: str
    platform: str
    handle: str
    external_id: str
    status: AccountStatus
    token_expires_at: datetime | None
    created_at: datetime


class AccountList(BaseModel):
    """One page of accounts."""

    items: list[AccountAnswer]
    next_cursor: str | None


@router.post("", status_code=201)
async def connect_account(visitor: Writer, workspace: InWorkspace, wanted: NewAccount) -> AccountAnswer:
    """Tries a login against its platform and keeps it."""
    account = await actions.connect(
        workspace,
        persona_id=wanted.persona_id,
        platform=wanted.platform,
        credentials=wanted.credentials,
        token_expires_at=wanted.token_expires_at,
    )
    return account_answer(account)


@router.get("")
def list_accounts(
    visitor: Reader,
    store: InStore,
    page: WantedPage,
    persona_id: Annotated[Word | None, Query()] = None,
    platform: Annotated[Word | None, Query()] = None,
    status: Annotated[AccountStatus | None, Query()] = None,
) -> AccountList:
    """Accounts, oldest first."""
    wanted = AccountFilter(persona_id=persona_id, platform=platform, status=status)
    with store.read() as tx:
        found = accounts.listed(tx, wanted, limit=page.limit + 1, after=page.after)
    items, cursor = page.cut(found, lambda account: (account.created_at, account.id))
    return AccountList(items=[account_answer(account) for account in items], next_cursor=cursor)


@router.get("/{account_id}")
def get_account(visitor: Reader, store: InStore, account_id: str) -> AccountAnswer:
    """One account."""
    with store.read() as tx:
        return account_answer(accounts.get(tx, account_id))


@router.put("/{account_id}")
async def reconnect_account(
    visitor: Writer, workspace: InWorkspace, account_id: str, wanted: NewLogin
) -> AccountAnswer:
    """Replaces the login; what an expired one held goes on."""
    account = await actions.reconnect(
        workspace, account_id, credentials=wanted.credentials, token_expires_at=wanted.token_expires_at
    )
    return account_answer(account)


@router.delete("/{account_id}")
def remove_account(visitor: Writer, store: InStore, account_id: str) -> dict[str, Any]:
    """Removes an account that never published."""
    actions.remove(store, account_id)
    return {"success": True}


@router.post("/{account_id}/pause")
def pause_account(visitor: Writer, store: InStore, account_id: str) -> AccountAnswer:
    """Stops an account; its posts wait."""
    return account_answer(actions.pause(store, account_id))


@router.post("/{account_id}/resume")
async def resume_account(visitor: Writer, workspace: InWorkspace, account_id: str) -> AccountAnswer:
    """Lets an account go on; a suspended one only when its platform agrees."""
    return account_answer(await actions.resume(workspace, account_id))


@router.post("/{account_id}/renew")
async def renew_login(visitor: Writer, workspace: InWorkspace, account_id: str) -> AccountAnswer:
    """Renews the login now instead of when its time comes."""
    return account_answer(await logins.renew_now(workspace, account_id))


def account_answer(account: Account) -> AccountAnswer:
    """An account as the API shows it."""
    return AccountAnswer(
        id=account.id,
        persona_id=account.persona_id,
        platform=account.platform,
        handle=account.handle,
        external_id=account.external_id,
        status=account.status,
        token_expires_at=account.token_expires_at,
        created_at=account.created_at,
    )
