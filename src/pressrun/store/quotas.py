"""What everyone who uses one app has used of its day, and until when a platform lets nobody of them go on."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pressrun.kit.database import is_sqlite
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx

_use, _limit = schema.quota_use.c, schema.app_limit.c
_COUNTING_LOCK = 7_305_003


def one_at_a_time(tx: Tx) -> None:
    """Until this transaction ends nobody else counts: two must not both take the last place of a day."""
    if not is_sqlite(tx.connection):
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_COUNTING_LOCK)))


def used(tx: Tx, platform: str, app_id: str, bucket: str, day: date) -> int:
    """How much of a bucket was used in a day."""
    query = sa.select(sa.func.sum(_use.amount)).where(
        _use.platform == platform, _use.app_id == app_id, _use.bucket == bucket, _use.day == day
    )
    return tx.value(query) or 0


def is_counted(tx: Tx, used_by: str) -> bool:
    """Whether this use was counted already."""
    return tx.value(sa.select(_use.id).where(_use.used_by == used_by).limit(1)) is not None


def add(tx: Tx, platform: str, app_id: str, bucket: str, day: date, *, amount: int, used_by: str) -> None:
    """Counts a use; more of the same use in the same bucket is added to it."""
    dialect = sqlite if is_sqlite(tx.connection) else postgresql
    row = {"platform": platform, "app_id": app_id, "bucket": bucket, "day": day, "used_by": used_by}
    counted = dialect.insert(schema.quota_use).values(id=new_id(), amount=amount, **row)
    tx.execute(
        counted.on_conflict_do_update(
            index_elements=["used_by", "bucket"], set_={"amount": _use.amount + counted.excluded.amount}
        )
    )


def limited_until(tx: Tx, platform: str, app_id: str) -> datetime | None:
    """Until when nobody who uses this app may go on; None where they may."""
    if not app_id:
        return None
    query = sa.select(_limit.until).where(
        _limit.platform == platform, _limit.app_id == app_id, _limit.until > tx.now
    )
    return tx.value(query)


def limit(tx: Tx, platform: str, app_id: str, until: datetime) -> None:
    """Nobody who uses this app goes on before `until`: the latest that the platform said."""
    dialect = sqlite if is_sqlite(tx.connection) else postgresql
    said = dialect.insert(schema.app_limit).values(platform=platform, app_id=app_id, until=until)
    tx.execute(
        said.on_conflict_do_update(index_elements=["platform", "app_id"], set_={"until": said.excluded.until})
    )


def prune(tx: Tx, before: datetime) -> None:
    """Forgets the days and limits that no rule looks at any more."""
    tx.execute(sa.delete(schema.quota_use).where(_use.day < before.date()))
    tx.execute(sa.delete(schema.app_limit).where(_limit.until < before))
