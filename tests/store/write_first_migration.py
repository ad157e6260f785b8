"""Writes `0001_first.py` anew from the tables: `.venv/bin/python tests/store/write_first_migration.py`.

Only while nothing is released. Afterwards every change is a migration of its own.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy.sql.elements import False_

from pressrun.kit.database import UTCDateTime
from pressrun.store import schema
from pressrun.store.migrate import SCRIPTS, VERSION_TABLE

FIRST = SCRIPTS / "versions" / "0001_first.py"

_HEAD = '''"""The first tables."""

# ruff: noqa: E501 a rule of the database is one line

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from pressrun.kit.database import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
'''


def first_migration() -> str:
    """The migration's text."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "target_metadata": schema.metadata}
        context = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(context, schema.metadata)
        assert isinstance(script.upgrade_ops, UpgradeOps)
        body = render_python_code(script.upgrade_ops, render_item=_render)
    lines = (line for line in body.splitlines() if not line.strip().startswith("#"))
    return _HEAD + "".join(f"{line}\n" for line in lines)


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UTCDateTime):
        return "UTCDateTime()"
    if kind == "type" and isinstance(item, sa.JSON):
        return "Json"
    if kind == "server_default" and isinstance(getattr(item, "arg", None), False_):
        return "sa.false()"
    return False


def main() -> None:
    FIRST.write_text(first_migration())
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "check", "--quiet", "--fix", FIRST], check=True)
    subprocess.run([ruff, "format", "--quiet", FIRST], check=True)


if __name__ == "__main__":
    main()
