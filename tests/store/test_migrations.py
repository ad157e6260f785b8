"""Upgrading an empty database ends exactly in the tables that the program uses."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from pressrun.kit.database import create_engine, is_sqlite
from pressrun.store import schema
from pressrun.store.migrate import HEAD, SCRIPTS, VERSION_TABLE, is_current, migrate

POSTGRES_FACTS = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u')""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
SQLITE_FACTS = {"tables": "SELECT tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"}


def facts(engine: Engine) -> dict[str, set[tuple[Any, ...]]]:
    """Everything the database knows of our tables, in its own words."""
    queries = SQLITE_FACTS if is_sqlite(engine) else POSTGRES_FACTS
    with engine.connect() as connection:
        return {
            name: {
                _comparable(row)
                for row in connection.exec_driver_sql(query)
                if row[0].strip('"') in schema.metadata.tables
            }
            for name, query in queries.items()
        }


def _comparable(row: Any) -> tuple[Any, ...]:
    """A table's parts in any order: a column that was added later stands behind the constraints."""
    *names, sql = row
    if not isinstance(sql, str):
        return (*names, sql)
    head, bracket, rest = " ".join(sql.split()).partition("(")
    parts = re.split(r",\s+(?![^()]*\))", rest.strip().removesuffix(")")) if bracket else []
    return (*names, head.strip(), *sorted(part.strip() for part in parts))


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = create_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_upgrading_an_empty_database_ends_in_the_tables_of_the_program(empty: Engine) -> None:
    schema.metadata.create_all(empty)
    wanted = facts(empty)
    schema.metadata.drop_all(empty)
    assert not any(facts(empty).values())

    migrate(empty)

    assert facts(empty) == wanted
    assert {name for facts_of in wanted.values() for name, *_ in facts_of}


def test_the_constant_of_the_newest_migration_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


def test_a_database_says_whether_it_is_current(empty: Engine) -> None:
    assert not is_current(empty)
    assert migrate(empty)
    assert is_current(empty)
    assert not migrate(empty)


def test_a_migration_that_fails_leaves_nothing_behind(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE worker (id int)")
    with pytest.raises(SQLAlchemyError, match="already exists"):
        migrate(empty)
    names = sa.inspect(empty).get_table_names()
    assert names == ["worker"]
    assert VERSION_TABLE not in names


def test_what_was_kept_by_the_first_version_is_there_after_upgrading(empty: Engine) -> None:
    """Data of version 0001 lives on: an account that expires is looked at by the renewing clock (S2.7)."""
    at(empty, "0001")
    with empty.begin() as connection:
        for statement in filter(str.strip, _OF_THE_FIRST_VERSION.split(";")):
            connection.execute(sa.text(statement))

    migrate(empty)

    with empty.connect() as connection:
        account = connection.execute(sa.select(schema.account)).mappings().one()
        call = connection.execute(sa.select(schema.intent)).mappings().one()
    assert account["renew_at"] == account["created_at"]
    assert (account["app_id"], account["renewing_until"]) == ("", None)
    assert call["completes"] is True


def at(engine: Engine, version: str) -> None:
    """Brings an empty database to an earlier version."""
    scripts = ScriptDirectory(str(SCRIPTS))
    with (
        engine.begin() as connection,
        EnvironmentContext(
            Config(), scripts, fn=lambda current, _: scripts._upgrade_revs(version, current)
        ) as environment,
    ):
        environment.configure(connection=connection, version_table=VERSION_TABLE, transactional_ddl=True)
        environment.run_migrations()


_OF_THE_FIRST_VERSION = """
INSERT INTO persona (id, name, language, timezone, hashtags, voice, approval, hue, created_at)
    VALUES ('p', 'Haru', 'ko', 'Asia/Seoul', '[]', '{}', 'never', 0, '2026-11-01 00:00:00');
INSERT INTO account
    (id, persona_id, platform, external_id, handle, status, credentials, token_expires_at, created_at)
    VALUES ('a', 'p', 'instagram', '1', 'haru', 'active', '', '2026-12-01 00:00:00', '2026-11-01 00:00:00');
INSERT INTO content (id, persona_id, status, caption, hashtags, hash, created_at)
    VALUES ('c', 'p', 'draft', 'hello', '[]', 'h', '2026-11-01 00:00:00');
INSERT INTO post
    (id, content_id, account_id, persona_id, format, options, status, due_at, ready_at, created_at)
    VALUES ('x', 'c', 'a', 'p', 'feed', '{}', 'publishing',
        '2026-11-01 00:00:00', '2026-11-01 00:00:00', '2026-11-01 00:00:00');
INSERT INTO attempt (id, post_id, number, workflow_id, worker_id, ready_at, started_at)
    VALUES ('t', 'x', 1, 'w', 'k', '2026-11-01 00:00:00', '2026-11-01 00:00:00');
INSERT INTO intent (id, post_id, attempt_id, name, evidence, sent_at)
    VALUES ('i', 'x', 't', 'publish', '{}', '2026-11-01 00:00:00');
"""
