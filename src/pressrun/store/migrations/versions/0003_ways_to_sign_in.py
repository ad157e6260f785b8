"""Accounts remember the way they signed in, and how often in a row their login could not be renewed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("sign_in", sa.String(length=32), server_default="", nullable=False))
    op.add_column("account", sa.Column("renewals_failed", sa.Integer(), server_default="0", nullable=False))
