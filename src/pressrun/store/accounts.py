"""Accounts: logins on platforms. Credentials lie encrypted and leave only as a `Login`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.account import AccountStatus
from pressrun.domain.post import FINAL
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.lists import Place, place

_account = schema.account.c


@dataclass(frozen=True)
class Account:
    """An account as it is kept, without its credentials."""

    id: str
    persona_id: str
    platform: str
    external_id: str
    handle: str
    status: AccountStatus
    token_expires_at: datetime | None
    created_at: datetime
    app_id: str
    """The app it signs in through, as the platform names it; empty where none is known."""
    renew_at: datetime | None
    """When a clock renews its login."""
    renewing_until: datetime | None
    """Somebody is at it until then: a refresh token may work only once."""
    renewals_failed: int
    """How often in a row its login could not be renewed."""
    sign_in: str
    """The way it was connected in the browser; empty where its credentials came by the API."""
    login_since: datetime | None
    """Since when it has the login it has; None for the first one."""

    @property
    def topic(self) -> str:
        """The topic of this account's events."""
        return topic(self.id)


@dataclass(frozen=True)
class AccountFilter:
    """Which accounts a list shows; empty fields do not narrow it."""

    persona_id: str | None = None
    platform: str | None = None
    status: AccountStatus | None = None


def topic(account_id: str) -> str:
    """The topic of an account's events."""
    return f"account:{account_id}"


def add(
    tx: Tx,
    *,
    persona_id: str,
    platform: str,
    external_id: str,
    handle: str,
    credentials: Mapping[str, Any],
    token_expires_at: datetime | None = None,
    app_id: str = "",
    renew_at: datetime | None = None,
    sign_in: str = "",
) -> Account:
    """A new account. Raises `Problem` (409) `account_taken` where this login is connected already."""
    taken = sa.select(_account.handle).where(
        _account.platform == platform, _account.external_id == external_id
    )
    if tx.row(taken) is not None:
        raise Problem.conflict("account_taken", handle=handle)
    account_id = new_id()
    tx.execute(
        sa.insert(schema.account).values(
            id=account_id,
            persona_id=persona_id,
            platform=platform,
            external_id=external_id,
            handle=handle,
            status=AccountStatus.ACTIVE.value,
            credentials=tx.vault.seal(credentials),
            token_expires_at=token_expires_at,
            app_id=app_id,
            renew_at=renew_at,
            sign_in=sign_in,
            created_at=tx.now,
        )
    )
    tx.append(topic(account_id), "account.connected", {"platform": platform, "handle": handle})
    return get(tx, account_id)


def find(tx: Tx, account_id: str) -> Account | None:
    """The account, if there is one."""
    row = tx.row(_query().where(_account.id == account_id))
    return _read(row) if row else None


def get(tx: Tx, account_id: str) -> Account:
    """The account. Raises `Problem` (404) `account_not_found`."""
    account = find(tx, account_id)
    if account is None:
        raise Problem.not_found("account_not_found")
    return account


def find_login(tx: Tx, platform: str, external_id: str) -> Account | None:
    """The account that this login of a platform is, whoever it belongs to."""
    row = tx.row(_query().where(_account.platform == platform, _account.external_id == external_id))
    return _read(row) if row else None


def lock(tx: Tx, account_ids: Sequence[str]) -> list[Account]:
    """These accounts, in order of id; nobody else changes or locks them before this transaction ends."""
    query = _query().where(_account.id.in_(account_ids)).order_by(_account.id).with_for_update()
    return [_read(row) for row in tx.rows(query)] if account_ids else []


def listed(
    tx: Tx,
    wanted: AccountFilter | None = None,
    *,
    limit: int = 1000,
    after: Place | None = None,
) -> list[Account]:
    """Accounts, oldest first; `after` is the (created_at, id) of the last one seen."""
    wanted = wanted or AccountFilter()
    query = _query().order_by(_account.created_at, _account.id).limit(limit)
    if wanted.persona_id:
        query = query.where(_account.persona_id == wanted.persona_id)
    if wanted.platform:
        query = query.where(_account.platform == wanted.platform)
    if wanted.status:
        query = query.where(_account.status == wanted.status.value)
    if after is not None:
        query = query.where(sa.tuple_(_account.created_at, _account.id) > place(after))
    return [_read(row) for row in tx.rows(query)]


def credentials(tx: Tx, account_id: str) -> dict[str, Any]:
    """What proves who we are to the platform, decrypted."""
    sealed = tx.value(sa.select(_account.credentials).where(_account.id == account_id))
    if sealed is None:
        raise Problem.not_found("account_not_found")
    return tx.vault.open(sealed)


def set_login(
    tx: Tx,
    account_id: str,
    credentials: Mapping[str, Any],
    expires_at: datetime | None,
    *,
    app_id: str,
    renew_at: datetime | None,
) -> None:
    """Replaces the credentials of an account, and plans their renewal with it."""
    tx.execute(
        sa.update(schema.account)
        .where(_account.id == account_id)
        .values(
            credentials=tx.vault.seal(credentials),
            token_expires_at=expires_at,
            app_id=app_id,
            renew_at=renew_at,
            renewals_failed=0,
            login_since=tx.now,
        )
    )
    tx.append(topic(account_id), "account.login_renewed")


def to_renew(tx: Tx, *, limit: int) -> list[Account]:
    """Accounts whose login a clock should renew now, the longest overdue first."""
    query = (
        _query()
        .where(_account.renew_at.is_not(None), _account.renew_at <= tx.now)
        .order_by(_account.renew_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_read(row) for row in tx.rows(query)]


def plan_renewal(tx: Tx, account: Account, at: datetime | None) -> None:
    """When a clock renews the login; None for never."""
    tx.execute(sa.update(schema.account).where(_account.id == account.id).values(renew_at=at))


def begin_renewal(tx: Tx, account: Account, until: datetime) -> bool:
    """Takes the turn to renew the login; False while somebody else has it."""
    free = sa.or_(_account.renewing_until.is_(None), _account.renewing_until <= tx.now)
    taken = sa.update(schema.account).where(_account.id == account.id, free).values(renewing_until=until)
    return bool(tx.execute(taken).rowcount)


def end_renewal(tx: Tx, account_id: str, until: datetime) -> None:
    """Gives the turn back, where it is still ours."""
    tx.execute(
        sa.update(schema.account)
        .where(_account.id == account_id, _account.renewing_until == until)
        .values(renewing_until=None)
    )


def note_failed_renewal(tx: Tx, account: Account, *, code: str) -> None:
    """One more failure in a row; `code` is its kind."""
    tries = account.renewals_failed + 1
    tx.execute(sa.update(schema.account).where(_account.id == account.id).values(renewals_failed=tries))
    tx.append(account.topic, "account.renewal_failed", {"code": code, "tries": tries})


def set_app(tx: Tx, account_id: str, app_id: str) -> None:
    """The app that the account signs in through."""
    tx.execute(sa.update(schema.account).where(_account.id == account_id).values(app_id=app_id))


def set_sign_in(tx: Tx, account_id: str, sign_in: str) -> None:
    """The way it was connected in the browser."""
    tx.execute(sa.update(schema.account).where(_account.id == account_id).values(sign_in=sign_in))


def set_handle(tx: Tx, account_id: str, handle: str) -> None:
    """What the platform calls the account now."""
    tx.execute(sa.update(schema.account).where(_account.id == account_id).values(handle=handle))


def set_status(tx: Tx, account: Account, status: AccountStatus) -> Account:
    """Changes whether the account may publish, and says so where it is a change."""
    if account.status is not status:
        values: dict[str, Any] = {"status": status.value}
        if status is AccountStatus.NEEDS_REAUTH:
            # No clock can help it: a person signs in, and that plans anew.
            values["renew_at"] = None
        tx.execute(sa.update(schema.account).where(_account.id == account.id).values(values))
        tx.append(account.topic, f"account.{status.value}", {"was": account.status.value})
    return get(tx, account.id)


def has_open_posts(tx: Tx, account_id: str) -> bool:
    """Whether posts of the account are not over yet."""
    post = schema.post.c
    over = [status.value for status in FINAL]
    query = sa.select(post.id).where(post.account_id == account_id, post.status.not_in(over)).limit(1)
    return tx.value(query) is not None


def has_posts(tx: Tx, account_id: str) -> bool:
    """Whether the account ever had a post."""
    return (
        tx.value(sa.select(schema.post.c.id).where(schema.post.c.account_id == account_id).limit(1))
        is not None
    )


def remove(tx: Tx, account: Account) -> None:
    """Deletes an account that never had a post, with its notifications."""
    tx.execute(sa.delete(schema.notification).where(schema.notification.c.account_id == account.id))
    tx.execute(sa.delete(schema.account).where(_account.id == account.id))
    tx.append(account.topic, "account.removed")


def _query() -> sa.Select[Any]:
    return sa.select(*(column for column in schema.account.columns if column.name != "credentials"))


def _read(row: sa.RowMapping) -> Account:
    values = dict(row)
    values["status"] = AccountStatus(values["status"])
    return Account(**values)
