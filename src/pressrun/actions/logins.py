"""Renewing logins: the one door for it, whoever finds a token old or dead (S2.7).

Some platforms take a refresh token once. Two renewals at the same time, or a new token that is lost before it
is kept, would end the login for good. So each account is renewed by one at a time, over all workers, and what
the platform answers is on the disk before anything else happens.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from anyio.to_thread import run_sync

from pressrun.actions import holding
from pressrun.actions.base import Enqueue, Workspace
from pressrun.connectors.base import Login
from pressrun.domain import failures, logins
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Failure, LoginExpired, Reach
from pressrun.domain.logins import AfterFailure, NextStep, Standing
from pressrun.domain.post import HeldReason
from pressrun.domain.problems import Flaw, Problem
from pressrun.store import accounts, notifications, personas
from pressrun.store.accounts import Account
from pressrun.store.database import Store, Tx

log = structlog.get_logger()

RENEW_LOGIN = "renew_login"
WAIT_SECONDS = 0.2

LOST_WORK = timedelta(minutes=10)
"""A renewal that was never finished, because even its resumption was lost, is begun anew after this."""

TOLD_FOR = timedelta(days=1)
"""The same warning is not repeated while it is unread, nor within this time."""


@dataclass(frozen=True)
class Turn:
    """Whoever has it may renew, until then."""

    platform: str
    until: datetime


def load(tx: Tx, account_id: str) -> Login:
    """The account's way in, decrypted."""
    account = accounts.get(tx, account_id)
    return Login(
        account_id=account.id,
        external_id=account.external_id,
        credentials=accounts.credentials(tx, account.id),
        expires_at=account.token_expires_at,
    )


async def renew(workspace: Workspace, login: Login) -> Login:
    """A fresh login in place of `login`, which the caller found old or dead.

    Where somebody renewed it since, theirs is answered and nothing is asked. Raises the kinds of
    `domain.failures`; what they mean for the account is up to the caller (`bear`, or the post's outcome).
    """
    turn = await _turn(workspace, login)
    if isinstance(turn, Login):
        return turn
    try:
        fresh = await workspace.publisher(turn.platform).renew(login)
    except Failure as failure:
        if failure.reach is not Reach.SENT:
            await run_sync(_end_turn, workspace.store, login.account_id, turn)
        # Else the call may still arrive: nobody renews before it has, or was lost on the way.
        current = await run_sync(_load, workspace.store, login.account_id)
        if current.credentials != login.credentials:
            # A person connected the account again meanwhile: whatever was wrong with the old one is over.
            return current
        raise
    return await run_sync(_keep, workspace.store, login, fresh, turn)


async def renew_now(workspace: Workspace, account_id: str) -> Account:
    """A person does not wait for the clock.

    Raises `Problem` (409) `renewed_too_early`, `only_a_person_renews`, `needs_reauth` or `app_refused`, or
    503 while the platform can't answer.
    """
    login = await run_sync(_load, workspace.store, account_id)
    try:
        await renew(workspace, login)
    except Failure as failure:
        account = await bear(workspace, login, failure)
        raise _told(account, failure) from failure
    return await run_sync(_account, workspace.store, account_id)


async def renew_ahead(workspace: Workspace, account_id: str, *, planned: datetime) -> None:
    """Renews a login whose time has come; nothing happens where another time is planned by now."""
    login = await run_sync(_planned, workspace.store, account_id, planned)
    if login is None:
        return
    try:
        await renew(workspace, login)
    except Failure as failure:
        log.warning("login.not_renewed", account=account_id, failure=str(failure))
        await bear(workspace, login, failure)


async def bear(workspace: Workspace, login: Login, failure: Failure) -> Account:
    """What a renewal that failed means for the account: later again, a warning, or a person must sign in.

    A reason that passes holds nothing. Nor does a refusal, while the old token still opens the platform.
    """
    standing = await _standing(workspace, login) if isinstance(failure, LoginExpired) else Standing.UNKNOWN
    return await run_sync(_bear, workspace, login, failure, standing)


async def still_works(workspace: Workspace, login: Login) -> bool:
    """Whether the platform takes a login as it is, although it could not be renewed."""
    return await _standing(workspace, login) is Standing.ALIVE


def claim_due(store: Store, enqueue: Enqueue, *, limit: int = 100) -> int:
    """Hands logins whose time has come to workflows; answers how many."""
    with store.transaction() as tx:
        due = accounts.to_renew(tx, limit=limit)
        for account in due:
            assert account.renew_at is not None, "only what is planned is due"
            work_id = f"renew-{account.id}-{account.renew_at.isoformat()}"
            again_at = tx.now + LOST_WORK
            accounts.plan_renewal(tx, account, again_at)
            enqueue(tx.connection, RENEW_LOGIN, work_id, account.id, again_at.isoformat())
        return len(due)


async def _turn(workspace: Workspace, login: Login) -> Login | Turn:
    while True:
        turn = await run_sync(_take_turn, workspace, login)
        if turn is not None:
            return turn
        await asyncio.sleep(WAIT_SECONDS)


def _take_turn(workspace: Workspace, login: Login) -> Login | Turn | None:
    with workspace.store.transaction() as tx:
        account = _locked(tx, login.account_id)
        current = load(tx, account.id)
        if current.credentials != login.credentials:
            return current
        until = tx.now + workspace.rules.settle
        if not accounts.begin_renewal(tx, account, until):
            return None
        return Turn(account.platform, until)


def _end_turn(store: Store, account_id: str, turn: Turn) -> None:
    with store.transaction() as tx:
        accounts.end_renewal(tx, account_id, turn.until)


def _keep(store: Store, old: Login, fresh: Login, turn: Turn) -> Login:
    with store.transaction(flushed=True) as tx:
        _locked(tx, old.account_id)
        accounts.end_renewal(tx, old.account_id, turn.until)
        current = load(tx, old.account_id)
        if current.credentials != old.credentials:
            # A person connected the account again meanwhile: theirs is the newer one.
            return current
        accounts.set_login(
            tx,
            old.account_id,
            fresh.credentials,
            fresh.expires_at,
            app_id=logins.app_of(fresh.credentials),
            renew_at=logins.renewed_at(tx.now, fresh.expires_at, logins.access_ends_at(fresh.credentials)),
        )
        return fresh


async def _standing(workspace: Workspace, login: Login) -> Standing:
    """Whether the old token still opens the platform."""
    account = await run_sync(_account, workspace.store, login.account_id)
    try:
        await workspace.publisher(account.platform).identify(login.credentials)
    except LoginExpired:
        return Standing.DEAD
    except Failure:
        return Standing.UNKNOWN
    return Standing.ALIVE


def _bear(workspace: Workspace, login: Login, failure: Failure, standing: Standing) -> Account:
    with workspace.store.transaction(flushed=True) as tx:
        account = _locked(tx, login.account_id)
        if accounts.credentials(tx, account.id) != login.credentials:
            return account
        after = logins.after_failure(
            failure,
            now=tx.now,
            expires_at=login.expires_at,
            access_ends_at=logins.access_ends_at(login.credentials),
            standing=standing,
            tries=account.renewals_failed + 1,
        )
        ends = login.expires_at or logins.access_ends_at(login.credentials)
        _carry_out(tx, account, failure, after, ends_at=ends)
        return accounts.get(tx, account.id)


def _carry_out(
    tx: Tx, account: Account, failure: Failure, after: AfterFailure, *, ends_at: datetime | None
) -> None:
    if after.counts:
        accounts.note_failed_renewal(tx, account, code=failures.kind(failure))
    accounts.plan_renewal(tx, account, after.again_at)
    if after.step is NextStep.SUSPEND:
        holding.suspend_account(tx, account)
    elif after.step is NextStep.SIGN_IN and account.status is AccountStatus.ACTIVE:
        holding.hold_account(tx, account, HeldReason.NEEDS_REAUTH)
    elif after.warning:
        _warn(tx, account, failure, after.warning, ends_at)


def _warn(tx: Tx, account: Account, failure: Failure, code: str, ends_at: datetime | None) -> None:
    if notifications.is_told(tx, code, account_id=account.id, since=tx.now - TOLD_FOR):
        return
    values = {
        "persona": personas.get(tx, account.persona_id).name,
        "handle": account.handle,
        "day": ends_at.date().isoformat() if ends_at else "",
        "said": _said(failure),
    }
    notifications.add(tx, code=code, severity="attention", values=values, account_id=account.id)


def _locked(tx: Tx, account_id: str) -> Account:
    found = accounts.lock(tx, [account_id])
    if not found:
        raise Problem.not_found("account_not_found")
    return found[0]


def _load(store: Store, account_id: str) -> Login:
    with store.read() as tx:
        return load(tx, account_id)


def _account(store: Store, account_id: str) -> Account:
    with store.read() as tx:
        return accounts.get(tx, account_id)


def _planned(store: Store, account_id: str, planned: datetime) -> Login | None:
    with store.read() as tx:
        account = accounts.find(tx, account_id)
        if account is None or account.renew_at != planned:
            return None
        return load(tx, account_id)


def _told(account: Account, failure: Failure) -> Problem:
    """What a person reads who asked for the renewal."""
    said = _said(failure)
    if isinstance(failure, failures.PASSING):
        return Problem(Flaw(failures.message_code(failure)), status=503, extra={"retry_after": 60})
    if isinstance(failure, failures.Misconfigured):
        return Problem.conflict("app_refused", said=said)
    if account.status is AccountStatus.NEEDS_REAUTH:
        return Problem.conflict("needs_reauth")
    if isinstance(failure, LoginExpired):
        return Problem.conflict("only_a_person_renews", said=said)
    return Problem.conflict("renewed_too_early", said=said)


def _said(failure: Failure) -> str:
    return failure.answer.message or failures.kind(failure)
