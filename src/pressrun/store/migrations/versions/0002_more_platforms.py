"""Publishing to more platforms: apps and consents, shared quotas, numbers after publishing, channels."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from pressrun.kit.database import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "app",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("sign_in", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "sign_in", name=op.f("pk_app")),
    )
    op.create_table(
        "app_limit",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("app_id", sa.String(length=200), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "app_id", name=op.f("pk_app_limit")),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(length=500), server_default="", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("language IN ('ko', 'en')", name=op.f("ck_channel_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_table(
        "quota_use",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("app_id", sa.String(length=200), nullable=False),
        sa.Column("bucket", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used_by", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_use")),
        sa.UniqueConstraint("used_by", "bucket", name=op.f("uq_quota_use_used_by_bucket")),
    )
    op.create_index(
        op.f("ix_quota_use_platform_app_id_bucket_day"),
        "quota_use",
        ["platform", "app_id", "bucket", "day"],
        unique=False,
    )
    op.create_table(
        "consent",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("sign_in", sa.String(length=32), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["persona.id"], name=op.f("fk_consent_persona_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_consent_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_expires_at"), "consent", ["expires_at"], unique=False)
    op.create_table(
        "metric",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_metric_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric")),
    )
    op.create_index(op.f("ix_metric_post_id_at"), "metric", ["post_id", "at"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("notification_id", sa.String(length=32), nullable=False),
        sa.Column("ready_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_delivery_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_delivery_notification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel_id", "notification_id", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_ready",
        "delivery",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("account", sa.Column("app_id", sa.String(length=200), server_default="", nullable=False))
    op.add_column("account", sa.Column("renew_at", UTCDateTime(), nullable=True))
    op.add_column("account", sa.Column("renewing_until", UTCDateTime(), nullable=True))
    op.create_index(
        "ix_account_renew",
        "account",
        ["renew_at"],
        unique=False,
        sqlite_where=sa.text("renew_at IS NOT NULL"),
        postgresql_where=sa.text("renew_at IS NOT NULL"),
    )
    op.add_column("asset", sa.Column("video", Json, nullable=True))
    op.add_column("intent", sa.Column("completes", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("post", sa.Column("measure_at", UTCDateTime(), nullable=True))
    op.add_column("post", sa.Column("missing_since", UTCDateTime(), nullable=True))
    op.create_index(
        "ix_post_measure",
        "post",
        ["measure_at"],
        unique=False,
        sqlite_where=sa.text("measure_at IS NOT NULL"),
        postgresql_where=sa.text("measure_at IS NOT NULL"),
    )
    # Whoever was connected before is looked at by the renewing clock at once; it decides when to come back.
    op.execute("UPDATE account SET renew_at = created_at WHERE token_expires_at IS NOT NULL")
