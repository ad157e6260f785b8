"""People who may sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.domain.user import Role
from pressrun.kit.database import is_sqlite
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx

_user = schema.user.c


@dataclass(frozen=True)
class User:
    """A person. `language` is empty until they choose one; `theme` is `system`, `light` or `dark`."""

    id: str
    email: str
    name: str
    role: Role
    password_hash: str
    language: Language | None
    theme: str
    created_at: datetime


def add(tx: Tx, *, email: str, name: str, role: Role, password_hash: str) -> User:
    """A new person; `email` is normalised already. Raises `Problem` (409) `email_taken`."""
    if find_by_email(tx, email) is not None:
        raise Problem.conflict("email_taken")
    user_id = new_id()
    tx.execute(
        sa.insert(schema.user).values(
            id=user_id,
            email=email,
            name=name,
            role=role.value,
            password_hash=password_hash,
            created_at=tx.now,
        )
    )
    tx.append(f"user:{user_id}", "user.created", {"role": role.value})
    return get(tx, user_id)


def find(tx: Tx, user_id: str) -> User | None:
    """The person, if there is one."""
    row = tx.row(sa.select(schema.user).where(_user.id == user_id))
    return read(row) if row else None


def get(tx: Tx, user_id: str) -> User:
    """The person. Raises `Problem` (404) `user_not_found`."""
    user = find(tx, user_id)
    if user is None:
        raise Problem.not_found("user_not_found")
    return user


def find_by_email(tx: Tx, email: str) -> User | None:
    """The person with this normalised e-mail, if there is one."""
    row = tx.row(sa.select(schema.user).where(_user.email == email))
    return read(row) if row else None


def everyone(tx: Tx) -> list[User]:
    """All people, oldest first."""
    return [read(row) for row in tx.rows(sa.select(schema.user).order_by(_user.created_at, _user.id))]


def count(tx: Tx) -> int:
    """How many people there are."""
    return tx.value(sa.select(sa.func.count()).select_from(schema.user))


def lock(tx: Tx) -> None:
    """Nobody else adds a person before this transaction ends."""
    if not is_sqlite(tx.connection):
        tx.execute(sa.text('LOCK TABLE "user" IN SHARE ROW EXCLUSIVE MODE'))


def change(tx: Tx, user_id: str, **changes: Any) -> User:
    """Sets columns of a person."""
    tx.execute(sa.update(schema.user).where(_user.id == user_id).values(changes))
    return get(tx, user_id)


def read(row: sa.RowMapping) -> User:
    """A person from a row that holds every column of `user`."""
    values = {column.name: row[column.name] for column in schema.user.columns}
    values["role"] = Role(values["role"])
    values["language"] = Language(values["language"]) if values["language"] else None
    return User(**values)
