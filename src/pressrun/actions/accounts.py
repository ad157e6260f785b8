"""Accounts: connected, connected again, paused, resumed and removed by people (S2.7, S2.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync

from pressrun.actions import holding
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Profile
from pressrun.domain import failures, logins
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Failure
from pressrun.domain.post import HeldReason
from pressrun.domain.problems import Flaw, Problem
from pressrun.store import accounts, personas
from pressrun.store.accounts import Account
from pressrun.store.database import Store, Tx


@dataclass(frozen=True)
class NewLogin:
    """A login that a platform confirmed; credentials that name their own end need no `expires_at`."""

    profile: Profile
    credentials: Mapping[str, Any]
    expires_at: datetime | None = None
    sign_in: str = ""
    """The way it was given in the browser, where it was."""

    @property
    def ends_at(self) -> datetime | None:
        """When it expires, where anything says so."""
        return self.expires_at or logins.expiry_of(self.credentials)


async def connect(
    workspace: Workspace,
    *,
    persona_id: str,
    platform: str,
    credentials: Mapping[str, Any],
    token_expires_at: datetime | None = None,
) -> Account:
    """Keeps a login after the platform said whose it is.

    Raises `Problem` `platform_unknown`, `credentials_incomplete`, `credentials_refused` (422),
    `persona_not_found` (404), `account_taken` (409), or 503 while the platform can't answer.
    """

    def keep(profile: Profile) -> Account:
        with workspace.store.transaction() as tx:
            personas.get(tx, persona_id)
            login = NewLogin(profile, credentials, token_expires_at)
            return add(tx, login, persona_id=persona_id, platform=platform)

    await run_sync(_need_persona, workspace.store, persona_id)
    return await run_sync(keep, await _identified(workspace, platform, credentials))


async def reconnect(
    workspace: Workspace,
    account_id: str,
    *,
    credentials: Mapping[str, Any],
    token_expires_at: datetime | None = None,
) -> Account:
    """Replaces the login of an account; one whose login had expired goes on with its held posts (S2.7).

    Raises as `connect` does, and `account_differs` (422) where the login is another account's.
    """

    def keep(profile: Profile) -> Account:
        with workspace.store.transaction() as tx:
            current = accounts.get(tx, account_id)
            if profile.external_id != current.external_id:
                raise Problem.invalid("account_differs", field="credentials", handle=profile.handle)
            return replace(tx, workspace, current, NewLogin(profile, credentials, token_expires_at))

    account = await run_sync(_load, workspace.store, account_id)
    return await run_sync(keep, await _identified(workspace, account.platform, credentials))


def add(tx: Tx, login: NewLogin, *, persona_id: str, platform: str) -> Account:
    """A new account. Raises `Problem` (409) `account_taken`."""
    return accounts.add(
        tx,
        persona_id=persona_id,
        platform=platform,
        external_id=login.profile.external_id,
        handle=login.profile.handle,
        credentials=login.credentials,
        token_expires_at=login.ends_at,
        app_id=logins.app_of(login.credentials),
        renew_at=logins.renewed_at(tx.now, login.ends_at, logins.access_ends_at(login.credentials)),
        sign_in=login.sign_in,
    )


def replace(tx: Tx, workspace: Workspace, account: Account, login: NewLogin) -> Account:
    """Another login for an account; one whose login had expired goes on with its held posts (S2.7)."""
    accounts.set_login(
        tx,
        account.id,
        login.credentials,
        login.ends_at,
        app_id=logins.app_of(login.credentials),
        renew_at=logins.renewed_at(tx.now, login.ends_at, logins.access_ends_at(login.credentials)),
    )
    accounts.set_handle(tx, account.id, login.profile.handle)
    if login.sign_in:
        accounts.set_sign_in(tx, account.id, login.sign_in)
    # Read again: a worker may have met the old login's end since, and holds the account no more from here on.
    account = accounts.get(tx, account.id)
    if account.status is AccountStatus.NEEDS_REAUTH:
        holding.resume_account(tx, account, workspace.rules.backlog)
    return accounts.get(tx, account.id)


def pause(store: Store, account_id: str) -> Account:
    """A person stops an account: its posts wait. Raises `Problem` (409) where something else stops it."""
    with store.transaction() as tx:
        account = accounts.get(tx, account_id)
        if account.status in (AccountStatus.SUSPENDED, AccountStatus.NEEDS_REAUTH):
            raise Problem.conflict(_refusal(account.status))
        holding.hold_account(tx, account, HeldReason.PERSONA_PAUSED)
        return accounts.get(tx, account_id)


async def resume(workspace: Workspace, account_id: str) -> Account:
    """Lets an account publish again, after the platform said that it may; its persona resumes too.

    Raises `Problem` (409) `still_suspended` or `needs_reauth`, or 503 while the platform can't answer.
    """
    account = await run_sync(_load, workspace.store, account_id)
    if account.status in (AccountStatus.SUSPENDED, AccountStatus.NEEDS_REAUTH):
        await _ask_platform(workspace, account)
    return await run_sync(_go_on, workspace, account_id, account.status)


def remove(store: Store, account_id: str) -> None:
    """Deletes an account. Raises `Problem` (409) `account_busy` or `account_has_history`."""
    with store.transaction() as tx:
        account = accounts.get(tx, account_id)
        if accounts.has_open_posts(tx, account_id):
            raise Problem.conflict("account_busy")
        if accounts.has_posts(tx, account_id):
            raise Problem.conflict("account_has_history")
        accounts.remove(tx, account)


def refused_login(failure: Failure, code: str, *, field: str | None = None) -> Problem:
    """Why a login can't be kept: in words of our own where there are any, else in the platform's."""
    exact = failures.exact_code(failure)
    if exact is not None:
        return Problem(Flaw(exact, field, failures.message_values(failure)))
    said = failure.answer.message or failures.kind(failure)
    return Problem(Flaw(code, field, {"said": said}))


def _load(store: Store, account_id: str) -> Account:
    with store.read() as tx:
        return accounts.get(tx, account_id)


def _load_credentials(store: Store, account_id: str) -> dict[str, Any]:
    with store.read() as tx:
        return accounts.credentials(tx, account_id)


def _need_persona(store: Store, persona_id: str) -> None:
    with store.read() as tx:
        personas.get(tx, persona_id)


async def _identified(workspace: Workspace, platform: str, credentials: Mapping[str, Any]) -> Profile:
    publisher = workspace.publisher(platform)
    missing = [name for name in publisher.required_credentials if not credentials.get(name)]
    if missing:
        raise Problem.invalid("credentials_incomplete", field="credentials", missing=", ".join(missing))
    try:
        return await publisher.identify(credentials)
    except failures.PASSING as failure:
        raise _passing(failure) from failure
    except Failure as failure:
        raise refused_login(failure, "credentials_refused", field="credentials") from failure


async def _ask_platform(workspace: Workspace, account: Account) -> None:
    credentials = await run_sync(_load_credentials, workspace.store, account.id)
    try:
        await workspace.publisher(account.platform).identify(credentials)
    except failures.PASSING as failure:
        raise _passing(failure) from failure
    except failures.AccountSuspended as failure:
        raise Problem.conflict("still_suspended") from failure
    except Failure as failure:
        raise Problem.conflict("needs_reauth") from failure


def _go_on(workspace: Workspace, account_id: str, asked_as: AccountStatus) -> Account:
    with workspace.store.transaction() as tx:
        account = accounts.get(tx, account_id)
        if account.status is not asked_as:
            raise Problem.conflict("edited_meanwhile")
        holding.resume_account(tx, account, workspace.rules.backlog)
        return accounts.get(tx, account_id)


def _passing(failure: Failure) -> Problem:
    return Problem(Flaw(failures.message_code(failure)), status=503, extra={"retry_after": 60})


def _refusal(status: AccountStatus) -> str:
    return "still_suspended" if status is AccountStatus.SUSPENDED else "needs_reauth"
