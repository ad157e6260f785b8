"""A house full of posts: a database, accounts, posts due at one instant and posts of the future."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from pressrun.domain.persona import ApprovalRule, Language
from pressrun.kit.clock import SystemClock
from pressrun.kit.database import create_engine
from pressrun.store import accounts, contents, personas
from pressrun.store.database import Store, Tx
from pressrun.store.migrate import migrate
from pressrun.store.secrets import Vault

PLATFORM = "bench"
FIRST_FUTURE = timedelta(days=1)
FUTURE_DAYS = 365

# One statement makes them all: through the store a million rows would take most of an hour.
_POSTS = """
INSERT INTO post (id, content_id, account_id, persona_id, format, options, status,
                  due_at, ready_at, scheduled_by_time, created_at)
WITH RECURSIVE
    number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :count),
    timed (n, at) AS MATERIALIZED (
        SELECT n, strftime('%Y-%m-%d %H:%M:%S', :first, (n * :seconds / :count) || ' seconds') || :fraction
        FROM number),
    place (position, account_id, content_id, persona_id) AS MATERIALIZED (
        SELECT row_number() OVER (ORDER BY account.id) - 1, account.id, content.id, account.persona_id
        FROM account JOIN content ON content.persona_id = account.persona_id)
SELECT :prefix || printf('%012d', n), content_id, account_id, persona_id, 'feed', '{}', 'scheduled',
       at, at, 1, :now
FROM timed JOIN place ON position = n % (SELECT count(*) FROM place)
"""


@dataclass(frozen=True)
class Posts:
    """So many posts, spread evenly over the time from `first` on and over all accounts."""

    prefix: str
    count: int
    first: datetime
    over: timedelta = timedelta()


def open_store(path: Path) -> Store:
    """A fresh database in this version's schema."""
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    return Store(engine, clock=SystemClock(), vault=Vault([Vault.new_key()]))


def add_accounts(store: Store, count: int) -> None:
    """So many personas, each with one account and one approved content."""
    with store.transaction() as tx:
        for number in range(count):
            _add_account(tx, number)


def add_posts(store: Store, wanted: Posts) -> None:
    """The posts, and a tidy database as after a night's rest."""
    if wanted.count == 0:
        return
    with store.transaction() as tx:
        # An instant as SQLite keeps it; its fraction apart, because `strftime` would round it.
        tx.execute(
            sa.text(_POSTS).bindparams(
                prefix=wanted.prefix,
                count=wanted.count,
                first=wanted.first.strftime("%Y-%m-%d %H:%M:%S"),
                fraction=wanted.first.strftime(".%f"),
                seconds=int(wanted.over.total_seconds()),
                now=tx.now.strftime("%Y-%m-%d %H:%M:%S.%f"),
            )
        )
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def future(count: int, now: datetime) -> Posts:
    """Posts of the coming year."""
    return Posts("future", count, now + FIRST_FUTURE, timedelta(days=FUTURE_DAYS))


def _add_account(tx: Tx, number: int) -> None:
    persona = personas.add(
        tx,
        name=f"Persona {number}",
        language=Language.KO,
        timezone="Asia/Seoul",
        approval=ApprovalRule.NEVER,
    )
    accounts.add(
        tx,
        persona_id=persona.id,
        platform=PLATFORM,
        external_id=str(number),
        handle=f"handle{number}",
        credentials={"access_token": f"token-{number}"},
    )
    content = contents.add(tx, persona_id=persona.id, caption="A quiet morning", hashtags=(), asset_ids=())
    contents.approve(tx, content, decided_by=None)
