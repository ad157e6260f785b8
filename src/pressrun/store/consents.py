"""Consents: sign-ins begun in a browser. What finds one is kept as a hash, what it holds is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.sessions import hashed

_consent = schema.consent.c


@dataclass(frozen=True)
class Consent:
    """Who asked which platform for what, and the secrets that its answer needs."""

    user_id: str
    platform: str
    sign_in: str
    persona_id: str
    account_id: str | None
    """The account that is connected again; None for a new one."""
    secrets: Mapping[str, Any]


def add(tx: Tx, token: str, consent: Consent, *, expires_at: datetime) -> None:
    """Keeps a consent under a token that only the person's browser knows; forgets those that expired."""
    tx.execute(sa.delete(schema.consent).where(_consent.expires_at <= tx.now))
    tx.execute(
        sa.insert(schema.consent).values(
            state_hash=hashed(token),
            user_id=consent.user_id,
            platform=consent.platform,
            sign_in=consent.sign_in,
            persona_id=consent.persona_id,
            account_id=consent.account_id,
            sealed=tx.vault.seal(consent.secrets),
            created_at=tx.now,
            expires_at=expires_at,
        )
    )


def find(tx: Tx, token: str) -> Consent | None:
    """The consent of `token`, unless it has expired."""
    row = tx.row(
        sa.select(schema.consent).where(_consent.state_hash == hashed(token), _consent.expires_at > tx.now)
    )
    if row is None:
        return None
    return Consent(
        user_id=row["user_id"],
        platform=row["platform"],
        sign_in=row["sign_in"],
        persona_id=row["persona_id"],
        account_id=row["account_id"],
        secrets=tx.vault.open(row["sealed"]),
    )


def remove(tx: Tx, token: str) -> bool:
    """Uses a consent up; False where somebody else just did."""
    return bool(tx.execute(sa.delete(schema.consent).where(_consent.state_hash == hashed(token))).rowcount)
