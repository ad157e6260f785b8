"""The ledger of calls that can't be undone: what an account spent and reserved of its hour (S2.6)."""

from datetime import datetime

import sqlalchemy as sa

from pressrun.domain.limits import HOUR
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx

_place = schema.ledger.c


def taken(tx: Tx, account_id: str, *, except_post: str | None = None) -> list[datetime]:
    """The places of the account in the last hour and those reserved for posts that are on their way."""
    recent = sa.or_(~_place.sent, _place.at > tx.now - HOUR)
    query = sa.select(_place.at).where(_place.account_id == account_id, recent)
    if except_post is not None:
        query = query.where(sa.or_(_place.sent, _place.post_id != except_post))
    return [row["at"] for row in tx.rows(query)]


def sent_since(tx: Tx, since: datetime) -> dict[str, int]:
    """How many posts each account sent after that time."""
    count = sa.func.count().label("count")
    query = sa.select(_place.account_id, count).where(_place.sent, _place.at > since)
    return {row["account_id"]: row["count"] for row in tx.rows(query.group_by(_place.account_id))}


def reserve(tx: Tx, account_id: str, post_id: str, at: datetime) -> None:
    """Takes a place for a post that is about to be sent at `at`; once for each post."""
    give_back(tx, post_id)
    tx.execute(
        sa.insert(schema.ledger).values(
            id=new_id(), account_id=account_id, post_id=post_id, at=at, sent=False
        )
    )


def spend(tx: Tx, account_id: str, post_id: str) -> None:
    """The call is being made now: its place counts from this instant."""
    give_back(tx, post_id)
    tx.execute(
        sa.insert(schema.ledger).values(
            id=new_id(), account_id=account_id, post_id=post_id, at=tx.now, sent=True
        )
    )


def give_back(tx: Tx, post_id: str) -> None:
    """The attempt ended before the call: its reserved place is free again."""
    tx.execute(sa.delete(schema.ledger).where(_place.post_id == post_id, ~_place.sent))


def take_back(tx: Tx, post_id: str) -> None:
    """The call that was written down last was surely not made: its place is free again."""
    newest = (
        sa.select(_place.id).where(_place.post_id == post_id, _place.sent).order_by(_place.at.desc()).limit(1)
    )
    tx.execute(sa.delete(schema.ledger).where(_place.id.in_(newest)))


def prune(tx: Tx, before: datetime) -> None:
    """Forgets what no window looks at any more."""
    tx.execute(sa.delete(schema.ledger).where(_place.sent, _place.at < before))
