"""Signed-in browsers. The cookie's value is kept as a hash only."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pressrun.store import schema, users
from pressrun.store.database import Tx
from pressrun.store.users import User

_session = schema.session.c


@dataclass(frozen=True)
class Session:
    """One signed-in browser of a person."""

    token_hash: str
    user: User
    created_at: datetime
    expires_at: datetime


def hashed(token: str) -> str:
    """How a token is kept: its SHA-256 in hex. Tokens are long and random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def add(tx: Tx, token: str, *, user_id: str, expires_at: datetime) -> None:
    """Remembers that `token` signs this person in."""
    tx.execute(
        sa.insert(schema.session).values(
            token_hash=hashed(token), user_id=user_id, created_at=tx.now, expires_at=expires_at
        )
    )


def find(tx: Tx, token: str) -> Session | None:
    """The session of `token` with its person, unless it has expired."""
    query = (
        sa.select(
            schema.user,
            _session.token_hash,
            _session.created_at.label("session_created_at"),
            _session.expires_at,
        )
        .join(schema.session, _session.user_id == schema.user.c.id)
        .where(_session.token_hash == hashed(token), _session.expires_at > tx.now)
    )
    row = tx.row(query)
    if row is None:
        return None
    return Session(row["token_hash"], users.read(row), row["session_created_at"], row["expires_at"])


def extend(tx: Tx, token_hash: str, expires_at: datetime) -> None:
    """Lets a session last until `expires_at`."""
    tx.execute(
        sa.update(schema.session).where(_session.token_hash == token_hash).values(expires_at=expires_at)
    )


def remove(tx: Tx, token: str) -> None:
    """Ends the session of `token`."""
    tx.execute(sa.delete(schema.session).where(_session.token_hash == hashed(token)))


def remove_all_of(tx: Tx, user_id: str) -> None:
    """Ends every session of a person."""
    tx.execute(sa.delete(schema.session).where(_session.user_id == user_id))


def prune(tx: Tx) -> int:
    """Deletes expired sessions and answers how many."""
    return tx.execute(sa.delete(schema.session).where(_session.expires_at <= tx.now)).rowcount
