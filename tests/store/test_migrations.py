"""Upgrading an empty database ends exactly in the tables that the program uses."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
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
    *names, sql = row
    lines = sorted(line.strip(" ,)") for line in sql.splitlines()) if isinstance(sql, str) else sql
    return (*names, tuple(lines) if isinstance(lines, list) else lines)


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
