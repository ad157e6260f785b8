"""A house full of posts: a database of its own kind, a cast, posts due at one instant and posts of the future."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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

_CAST = "CREATE TEMP TABLE bench_cast (position INTEGER PRIMARY KEY, account_id, content_id, persona_id)"

# One statement makes them all: through the store a million rows would take most of an hour.
_POSTS = """
INSERT INTO post (id, content_id, account_id, persona_id, format, options, status,
                  due_at, ready_at, scheduled_by_time, created_at)
WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :count),
     timed (n, at) AS (
         SELECT n, strftime('%Y-%m-%d %H:%M:%S', :first, (n * :seconds / :count) || ' seconds') || :fraction
         FROM number)
SELECT :prefix || printf('%012d', n), content_id, account_id, persona_id, 'feed', '{}', 'scheduled',
       at, at, 1, :now
FROM timed JOIN bench_cast ON position = n % :accounts
"""


@dataclass(frozen=True)
class Posts:
    """So many posts, spread evenly over the time from `first` on and over all accounts."""

    prefix: str
    count: int
    first: datetime
    over: timedelta = timedelta()


def open_store(path: str) -> Store:
    """A fresh database in this version's schema."""
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    return Store(engine, clock=SystemClock(), vault=Vault([Vault.new_key()]))


def fill(store: Store, *, account_count: int, posts: list[Posts]) -> None:
    """A persona with one account and one approved content for each of `account_count`, and the posts."""
    with store.transaction() as tx:
        tx.execute(sa.text(_CAST))
        for position in range(account_count):
            _add_to_cast(tx, position)
        for wanted in posts:
            if wanted.count:
                _add_posts(tx, wanted, account_count)
        tx.execute(sa.text("DROP TABLE bench_cast"))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def future(count: int, now: datetime) -> Posts:
    """Posts of the coming year."""
    return Posts("future", count, now + FIRST_FUTURE, timedelta(days=FUTURE_DAYS))


def _add_to_cast(tx: Tx, position: int) -> None:
    persona = personas.add(
        tx,
        name=f"Persona {position}",
        language=Language.KO,
        timezone="Asia/Seoul",
        approval=ApprovalRule.NEVER,
    )
    account = accounts.add(
        tx,
        persona_id=persona.id,
        platform=PLATFORM,
        external_id=str(position),
        handle=f"handle{position}",
        credentials={"access_token": f"token-{position}"},
    )
    content = contents.add(tx, persona_id=persona.id, caption="A quiet morning", hashtags=(), asset_ids=())
    contents.approve(tx, content, decided_by=None)
    row = {"position": position, "account": account.id, "content": content.id, "persona": persona.id}
    tx.execute(sa.text("INSERT INTO bench_cast VALUES (:position, :account, :content, :persona)").bindparams(**row))


def _add_posts(tx: Tx, wanted: Posts, account_count: int) -> None:
    # The text of an instant in SQLite, its fraction apart because `strftime` would round it.
    moment = wanted.first.strftime("%Y-%m-%d %H:%M:%S")
    tx.execute(
        sa.text(_POSTS).bindparams(
            prefix=wanted.prefix,
            count=wanted.count,
            first=moment,
            fraction=wanted.first.strftime(".%f"),
            seconds=int(wanted.over.total_seconds()),
            accounts=account_count,
            now=tx.now.strftime("%Y-%m-%d %H:%M:%S.%f"),
        )
    )
