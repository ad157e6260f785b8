"""Connecting accounts in the browser: a person consents at the platform, and what that gives is kept.

OAuth 2 with the person's own app. A consent is good once, for 15 minutes, for the person and the session
that began it. Between its answer and the choice among several accounts, their credentials lie sealed.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from anyio.to_thread import run_sync

from pressrun.actions import accounts as account_actions
from pressrun.actions import apps
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Grant, Profile, SignIn
from pressrun.domain import failures
from pressrun.domain.failures import Failure
from pressrun.domain.problems import Flaw, Problem
from pressrun.store import accounts, consents, personas
from pressrun.store.accounts import Account
from pressrun.store.consents import Consent
from pressrun.store.database import Store, Tx

LASTS = timedelta(minutes=15)
"""How long a consent may take, and then again the choice among its accounts."""


@dataclass(frozen=True)
class Asker:
    """The person at the browser, and what tells that browser from others."""

    user_id: str
    session: str


@dataclass(frozen=True)
class Connected:
    """Accounts that may publish now; `again` where they could before."""

    accounts: tuple[Account, ...]
    again: bool


@dataclass(frozen=True)
class ToChoose:
    """The consent gave several accounts; `token` opens the choice."""

    token: str


class Standing(StrEnum):
    """What an account of a consent is to us."""

    NEW = "new"
    """It is not connected yet."""
    HERE = "here"
    """It belongs to this persona; choosing it connects it again."""
    ELSEWHERE = "elsewhere"
    """It belongs to another persona, and stays there."""


@dataclass(frozen=True)
class Choice:
    """One account of a consent."""

    external_id: str
    handle: str
    standing: Standing
    persona: str
    """Whose it is, where it is connected."""


def begin(
    workspace: Workspace,
    asker: Asker,
    *,
    platform: str,
    sign_in: str,
    persona_id: str,
    account_id: str | None = None,
    redirect_uri: str,
) -> str:
    """The address at which the platform asks for consent.

    `account_id` names the account that is to be connected again. Raises `Problem` (404) for what is not
    there, or (409) `app_missing`.
    """
    way = apps.way(workspace, platform, sign_in)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with workspace.store.transaction() as tx:
        personas.get(tx, persona_id)
        if account_id is not None:
            _need_same_place(accounts.get(tx, account_id), platform, persona_id)
        app = apps.app_for(tx, workspace, platform, sign_in)
        kept = {"session": asker.session, "verifier": verifier, "redirect_uri": redirect_uri}
        consent = Consent(asker.user_id, platform, sign_in, persona_id, account_id, kept)
        consents.add(tx, state, consent, expires_at=tx.now + LASTS)
    return way.address(app, state=state, redirect_uri=redirect_uri, verifier=verifier)


def take_up(store: Store, asker: Asker, token: str) -> Consent:
    """The consent that a platform answers, used up by that.

    Raises `Problem` (422) `consent_unknown` for one that expired, was answered, or is not this person's.
    """
    with store.transaction() as tx:
        consent = _own_consent(tx, asker, token, holds="verifier")
        if not consents.remove(tx, token):
            raise Problem.invalid("consent_unknown")
        return consent


async def finish(workspace: Workspace, consent: Consent, *, code: str) -> Connected | ToChoose:
    """Exchanges the platform's code, and keeps the account or leaves a choice among several.

    Raises `Problem` with what the platform said, `no_account_granted`, `account_differs`, `account_elsewhere`
    or `persona_not_found`.
    """
    way = apps.way(workspace, consent.platform, consent.sign_in)
    grants = await _exchange(workspace, way, consent, code)
    if not grants:
        raise Problem.invalid("no_account_granted")
    return await run_sync(_keep_or_ask, workspace, consent, grants)


def refusal(error: str, said: str) -> Problem:
    """Why a platform sent a person back without a code."""
    if error == "access_denied":
        return Problem.invalid("consent_denied")
    return Problem.invalid("consent_refused", said=said or error or "no code")


def choices(store: Store, asker: Asker, token: str) -> tuple[Consent, list[Choice]]:
    """What may be chosen. Raises as `take_up` does."""
    with store.read() as tx:
        consent = _own_consent(tx, asker, token, holds="grants")
        return consent, [_choice(tx, consent, grant) for grant in _grants(consent)]


def choose(workspace: Workspace, asker: Asker, token: str, chosen: Sequence[str]) -> Connected:
    """Connects the chosen ones, by the platform's ids; accounts of other personas stay there.

    Raises as `take_up` does, or `Problem` (422) `account_missing` where none of them can be connected.
    """
    with workspace.store.transaction() as tx:
        consent = _own_consent(tx, asker, token, holds="grants")
        wanted = [
            grant
            for grant in _grants(consent)
            if grant.profile.external_id in chosen
            and _choice(tx, consent, grant).standing is not Standing.ELSEWHERE
        ]
        if not wanted:
            raise Problem.invalid("account_missing", field="account")
        if not consents.remove(tx, token):
            raise Problem.invalid("consent_unknown")
        return _keep(tx, workspace, consent, wanted)


async def _exchange(workspace: Workspace, way: SignIn, consent: Consent, code: str) -> Sequence[Grant]:
    def app() -> Any:
        with workspace.store.read() as tx:
            return apps.app_for(tx, workspace, consent.platform, consent.sign_in)

    kept = consent.secrets
    try:
        return await way.exchange(
            await run_sync(app), code=code, redirect_uri=kept["redirect_uri"], verifier=kept["verifier"]
        )
    except failures.PASSING as failure:
        raise Problem(Flaw("consent_unanswered"), status=503) from failure
    except failures.Misconfigured as failure:
        raise Problem.invalid("app_refused", said=_said(failure)) from failure
    except Failure as failure:
        raise account_actions.refused_login(failure, "consent_refused") from failure


def _keep_or_ask(workspace: Workspace, consent: Consent, grants: Sequence[Grant]) -> Connected | ToChoose:
    with workspace.store.transaction() as tx:
        personas.get(tx, consent.persona_id)
        if consent.account_id is not None:
            return _keep(tx, workspace, consent, [_of_account(tx, consent.account_id, grants)])
        if len(grants) == 1:
            choice = _choice(tx, consent, grants[0])
            if choice.standing is Standing.ELSEWHERE:
                raise Problem.conflict("account_elsewhere", handle=choice.handle, persona=choice.persona)
            return _keep(tx, workspace, consent, grants)
        token = secrets.token_urlsafe(32)
        kept = {"session": consent.secrets["session"], "grants": [_to_json(grant) for grant in grants]}
        asked = Consent(consent.user_id, consent.platform, consent.sign_in, consent.persona_id, None, kept)
        consents.add(tx, token, asked, expires_at=tx.now + LASTS)
        return ToChoose(token)


def _keep(tx: Tx, workspace: Workspace, consent: Consent, grants: Sequence[Grant]) -> Connected:
    kept, again = [], False
    for grant in grants:
        known = accounts.find_login(tx, consent.platform, grant.profile.external_id)
        again = again or known is not None
        login = account_actions.NewLogin(grant.profile, grant.credentials, grant.expires_at, consent.sign_in)
        if known is None:
            kept.append(
                account_actions.add(tx, login, persona_id=consent.persona_id, platform=consent.platform)
            )
        else:
            kept.append(account_actions.replace(tx, workspace, known, login))
    return Connected(tuple(kept), again)


def _of_account(tx: Tx, account_id: str, grants: Sequence[Grant]) -> Grant:
    """The grant of the account that is connected again, whatever else the consent gave."""
    account = accounts.get(tx, account_id)
    for grant in grants:
        if grant.profile.external_id == account.external_id:
            return grant
    given = ", ".join(f"@{grant.profile.handle}" for grant in grants)
    raise Problem.invalid("account_differs", handle=given)


def _need_same_place(account: Account, platform: str, persona_id: str) -> None:
    if (account.platform, account.persona_id) != (platform, persona_id):
        raise Problem.not_found("account_not_found")


def _own_consent(tx: Tx, asker: Asker, token: str, *, holds: str) -> Consent:
    """`holds` tells a consent that waits for its platform from one that waits for a choice."""
    consent = consents.find(tx, token)
    if consent is None or holds not in consent.secrets:
        raise Problem.invalid("consent_unknown")
    if (consent.user_id, consent.secrets["session"]) != (asker.user_id, asker.session):
        raise Problem.invalid("consent_unknown")
    return consent


def _choice(tx: Tx, consent: Consent, grant: Grant) -> Choice:
    known = accounts.find_login(tx, consent.platform, grant.profile.external_id)
    profile = grant.profile
    if known is None:
        return Choice(profile.external_id, profile.handle, Standing.NEW, "")
    standing = Standing.HERE if known.persona_id == consent.persona_id else Standing.ELSEWHERE
    return Choice(profile.external_id, profile.handle, standing, personas.get(tx, known.persona_id).name)


def _grants(consent: Consent) -> list[Grant]:
    return [_from_json(plain) for plain in consent.secrets["grants"]]


def _to_json(grant: Grant) -> dict[str, Any]:
    return {
        "external_id": grant.profile.external_id,
        "handle": grant.profile.handle,
        "credentials": dict(grant.credentials),
        "expires_at": grant.expires_at.isoformat() if grant.expires_at else None,
    }


def _from_json(plain: Mapping[str, Any]) -> Grant:
    end = plain["expires_at"]
    return Grant(
        Profile(plain["external_id"], plain["handle"]),
        plain["credentials"],
        datetime.fromisoformat(end) if end else None,
    )


def _said(failure: Failure) -> str:
    return failure.answer.message or failures.kind(failure)
