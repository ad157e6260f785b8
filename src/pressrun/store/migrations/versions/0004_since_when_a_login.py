"""Accounts remember since when they have their login, so that a refused one is told from a newer one."""

import sqlalchemy as sa
from alembic import op

from pressrun.kit.database import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("login_since", UTCDateTime(), nullable=True))
