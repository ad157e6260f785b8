"""API tokens: long-lived keys for programs, kept as hashes."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pressrun.kit.ids import new_id
from pressrun.store import schema, users
from pressrun.store.database import Tx
from pressrun.store.sessions import hashed
from pressrun.store.users import User

_token = schema.api_token.c


@dataclass(frozen=True)
class ApiToken:
    """A key of a person; `scope` is one of `domain.user.SCOPES`."""

    id: str
    user_id: str
    name: str
    scope: str
    created_at: datetime


def add(tx: Tx, token: str, *, user_id: str, name: str, scope: str) -> ApiToken:
    """Remembers that `token` acts for this person within `scope`."""
    token_id = new_id()
    tx.execute(
        sa.insert(schema.api_token).values(
            id=token_id,
            user_id=user_id,
            name=name,
            scope=scope,
            token_hash=hashed(token),
            created_at=tx.now,
        )
    )
    return ApiToken(token_id, user_id, name, scope, tx.now)


def find(tx: Tx, token: str) -> tuple[ApiToken, User] | None:
    """The key and the person it acts for, if there is one."""
    row = tx.row(sa.select(schema.api_token).where(_token.token_hash == hashed(token)))
    if row is None:
        return None
    return _read(row), users.get(tx, row["user_id"])


def of_user(tx: Tx, user_id: str) -> list[ApiToken]:
    """The keys of a person, oldest first."""
    query = sa.select(schema.api_token).where(_token.user_id == user_id).order_by(_token.created_at)
    return [_read(row) for row in tx.rows(query)]


def remove(tx: Tx, token_id: str, *, user_id: str) -> bool:
    """Takes a key away from its person; whether there was one."""
    gone = sa.delete(schema.api_token).where(_token.id == token_id, _token.user_id == user_id)
    return tx.execute(gone).rowcount == 1


def _read(row: sa.RowMapping) -> ApiToken:
    return ApiToken(row["id"], row["user_id"], row["name"], row["scope"], row["created_at"])
