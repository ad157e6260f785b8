"""Apps: the program that a person registered at a platform, one for each way to sign in (S2.7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.store import schema
from pressrun.store.database import Tx

_app = schema.app.c


@dataclass(frozen=True)
class KeptApp:
    """An app as it is kept, without its secret."""

    platform: str
    sign_in: str
    client_id: str
    changed_at: datetime


def find(tx: Tx, platform: str, sign_in: str) -> KeptApp | None:
    """The app for this way to sign in, if one was given."""
    row = tx.row(_query().where(_app.platform == platform, _app.sign_in == sign_in))
    return KeptApp(**row) if row else None


def listed(tx: Tx) -> list[KeptApp]:
    """Every app that was given."""
    return [KeptApp(**row) for row in tx.rows(_query().order_by(_app.platform, _app.sign_in))]


def secret(tx: Tx, app: KeptApp) -> str:
    """The app's secret, decrypted; empty for an app that has none."""
    sealed = tx.value(
        sa.select(_app.client_secret).where(_app.platform == app.platform, _app.sign_in == app.sign_in)
    )
    return str(tx.vault.open(sealed)["client_secret"])


def put(tx: Tx, platform: str, sign_in: str, *, client_id: str, client_secret: str) -> KeptApp:
    """Keeps an app, in place of an earlier one."""
    _delete(tx, platform, sign_in)
    app = KeptApp(platform, sign_in, client_id, tx.now)
    tx.execute(
        sa.insert(schema.app).values(
            platform=platform,
            sign_in=sign_in,
            client_id=client_id,
            client_secret=tx.vault.seal({"client_secret": client_secret}),
            changed_at=tx.now,
        )
    )
    tx.append(topic(platform, sign_in), "app.changed", {"client_id": client_id})
    return app


def remove(tx: Tx, platform: str, sign_in: str) -> None:
    """Forgets an app."""
    if _delete(tx, platform, sign_in):
        tx.append(topic(platform, sign_in), "app.removed")


def topic(platform: str, sign_in: str) -> str:
    """The topic of an app's events."""
    return f"app:{platform}/{sign_in}"


def _delete(tx: Tx, platform: str, sign_in: str) -> int:
    removed = sa.delete(schema.app).where(_app.platform == platform, _app.sign_in == sign_in)
    return tx.execute(removed).rowcount


def _query() -> sa.Select[Any]:
    return sa.select(*(column for column in schema.app.columns if column.name != "client_secret"))
