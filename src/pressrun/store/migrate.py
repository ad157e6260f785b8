"""Brings a database to this version's tables. Alembic is imported only when something is to be done."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from pressrun.kit.database import is_sqlite

HEAD = "0004"
"""The newest migration, so that a start need not read them all."""

VERSION_TABLE = "schema_version"
SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 7_305_003


def is_current(engine: Engine) -> bool:
    """Whether the database has this version's tables."""
    with engine.connect() as connection:
        return _version(connection) == HEAD


def migrate(engine: Engine) -> bool:
    """Upgrades the database, whole or not at all; whether there was anything to do."""
    if is_current(engine):
        return False
    with engine.connect() as connection, connection.begin():
        if is_sqlite(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        _upgrade(connection)
    return True


def _version(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 a constant


def _upgrade(connection: Connection) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(SCRIPTS))
    # SQLite can undo changed tables as well; without this, Alembic would commit after each statement.
    with EnvironmentContext(
        Config(), scripts, fn=lambda version, _: scripts._upgrade_revs("head", version)
    ) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE, transactional_ddl=True)
        environment.run_migrations()
