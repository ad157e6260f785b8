"""The first tables."""

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
    op.create_table(
        "asset",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration", sa.Float(), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("alt_text", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'video', 'audio')", name=op.f("ck_asset_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    op.create_table(
        "event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_topic_id"), "event", ["topic", "id"], unique=False)
    op.create_table(
        "failed_login",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_login")),
    )
    op.create_index(
        op.f("ix_failed_login_email_address_at"), "failed_login", ["email", "address", "at"], unique=False
    )
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", Json, nullable=True),
        sa.Column("worker_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "route", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "persona",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("channel_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("style", sa.Text(), server_default="", nullable=False),
        sa.Column("image_style", sa.Text(), server_default="", nullable=False),
        sa.Column("hashtags", Json, nullable=False),
        sa.Column("voice", Json, nullable=False),
        sa.Column("approval", sa.String(length=20), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("approval IN ('always', 'never', 'checks')", name=op.f("ck_persona_approval")),
        sa.CheckConstraint("language IN ('ko', 'en')", name=op.f("ck_persona_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persona")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("theme", sa.String(length=8), server_default="system", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'editor', 'approver', 'viewer')", name=op.f("ck_user_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("heartbeat_at", UTCDateTime(), nullable=False),
        sa.Column("buried_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("handle", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=False),
        sa.Column("token_expires_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'needs_reauth', 'suspended', 'paused')", name=op.f("ck_account_status")
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["persona.id"], name=op.f("fk_account_persona_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_account_platform_external_id")),
    )
    op.create_index(op.f("ix_account_persona_id"), "account", ["persona_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_api_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=False),
        sa.Column("account_ids", Json, nullable=False),
        sa.Column("content_type", sa.String(length=20), nullable=False),
        sa.Column("recurrence", Json, nullable=False),
        sa.Column("prompt", sa.Text(), server_default="", nullable=False),
        sa.Column("approval", sa.String(length=20), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_run_at", UTCDateTime(), nullable=True),
        sa.Column("last_run_at", UTCDateTime(), nullable=True),
        sa.Column("total_generated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "content_type IN ('text_post', 'image_post', 'carousel', 'story', 'short_video', 'video')",
            name=op.f("ck_schedule_content_type"),
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["persona.id"], name=op.f("fk_schedule_persona_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index(
        "ix_schedule_due",
        "schedule",
        ["next_run_at"],
        unique=False,
        sqlite_where=sa.text("enabled"),
        postgresql_where=sa.text("enabled"),
    )
    op.create_index(op.f("ix_schedule_persona_id"), "schedule", ["persona_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)
    op.create_table(
        "stored_media",
        sa.Column("asset_id", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stored_media_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", "store", "purpose", name=op.f("pk_stored_media")),
    )
    op.create_table(
        "title",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=False),
        sa.Column("account_ids", Json, nullable=False),
        sa.Column("content_type", sa.String(length=20), nullable=False),
        sa.Column("scheduled_at", UTCDateTime(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "content_type IN ('text_post', 'image_post', 'carousel', 'story', 'short_video', 'video')",
            name=op.f("ck_title_content_type"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user.id"], name=op.f("fk_title_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["persona.id"], name=op.f("fk_title_persona_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title")),
    )
    op.create_index(
        "ix_title_due",
        "title",
        ["scheduled_at"],
        unique=False,
        sqlite_where=sa.text("started_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("started_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index(op.f("ix_title_persona_id"), "title", ["persona_id"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=False),
        sa.Column("account_ids", Json, nullable=False),
        sa.Column("content_type", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("failed_stage", sa.String(length=20), nullable=True),
        sa.Column("failure", Json, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="1", nullable=False),
        sa.Column("publish_at", UTCDateTime(), nullable=True),
        sa.Column("title_id", sa.String(length=32), nullable=True),
        sa.Column("schedule_id", sa.String(length=32), nullable=True),
        sa.Column("occurrence_at", UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "content_type IN ('text_post', 'image_post', 'carousel', 'story', 'short_video', 'video')",
            name=op.f("ck_run_content_type"),
        ),
        sa.CheckConstraint(
            "status IN ('scheduled', 'script_processing', 'image_processing', 'video_processing', 'awaiting_approval', 'youtube_processing', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_run_status"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user.id"], name=op.f("fk_run_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["persona.id"], name=op.f("fk_run_persona_id")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_run_schedule_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_run_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("schedule_id", "occurrence_at", name=op.f("uq_run_schedule_id_occurrence_at")),
        sa.UniqueConstraint("title_id", name=op.f("uq_run_title_id")),
    )
    op.create_index(op.f("ix_run_created_at"), "run", ["created_at"], unique=False)
    op.create_index(op.f("ix_run_persona_id_created_at"), "run", ["persona_id", "created_at"], unique=False)
    op.create_table(
        "content",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("hashtags", Json, nullable=False),
        sa.Column("script", Json, nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("approved_hash", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "status <> 'approved' OR approved_hash = hash", name=op.f("ck_content_approved_is_bound")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'approved', 'rejected')", name=op.f("ck_content_status")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user.id"], name=op.f("fk_content_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["persona.id"], name=op.f("fk_content_persona_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_content_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("run_id", name=op.f("uq_content_run_id")),
    )
    op.create_index(
        "ix_content_in_review",
        "content",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("status = 'in_review'"),
        postgresql_where=sa.text("status = 'in_review'"),
    )
    op.create_index(
        op.f("ix_content_persona_id_created_at"), "content", ["persona_id", "created_at"], unique=False
    )
    op.create_table(
        "run_stage",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", Json, nullable=True),
        sa.Column("failure", Json, nullable=True),
        sa.CheckConstraint(
            "name IN ('topic', 'script', 'image', 'video', 'publish')", name=op.f("ck_run_stage_name")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'failed', 'skipped')", name=op.f("ck_run_stage_status")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_stage_run_id")),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_run_stage")),
    )
    op.create_table(
        "content_asset",
        sa.Column("content_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_content_asset_asset_id")),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_content_asset_content_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("content_id", "position", name=op.f("pk_content_asset")),
        sa.UniqueConstraint("content_id", "asset_id", name=op.f("uq_content_asset_content_id_asset_id")),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("content_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("persona_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("status_reason", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("ready_at", UTCDateTime(), nullable=False),
        sa.Column("scheduled_by_time", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("login_renewed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failure", Json, nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("permalink", sa.String(length=500), nullable=True),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "format IN ('feed', 'carousel', 'reel', 'story', 'video', 'short', 'tweet', 'thread')",
            name=op.f("ck_post_format"),
        ),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("ck_post_published_has_time")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'awaiting_approval', 'scheduled', 'armed', 'publishing', 'confirming', 'retry_wait', 'held', 'published', 'failed', 'unconfirmed', 'cancelled', 'given_up')",
            name=op.f("ck_post_status"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_post_account_id")),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_post_content_id")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user.id"], name=op.f("fk_post_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["persona.id"], name=op.f("fk_post_persona_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_post_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_account_id_due_at"), "post", ["account_id", "due_at"], unique=False)
    op.create_index(
        "ix_post_armed_account",
        "post",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("status IN ('armed', 'publishing')"),
        postgresql_where=sa.text("status IN ('armed', 'publishing')"),
    )
    op.create_index(op.f("ix_post_content_id"), "post", ["content_id"], unique=False)
    op.create_index(op.f("ix_post_due_at"), "post", ["due_at"], unique=False)
    op.create_index(
        "ix_post_ready",
        "post",
        ["status", "ready_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('scheduled', 'retry_wait', 'confirming')"),
        postgresql_where=sa.text("status IN ('scheduled', 'retry_wait', 'confirming')"),
    )
    op.create_index(op.f("ix_post_run_id"), "post", ["run_id"], unique=False)
    op.create_index(op.f("ix_post_status_due_at"), "post", ["status", "due_at"], unique=False)
    op.create_index(
        "uq_post_publishing_account",
        "post",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("status = 'publishing'"),
        postgresql_where=sa.text("status = 'publishing'"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workflow_id", sa.String(length=120), nullable=False),
        sa.Column("worker_id", sa.String(length=32), nullable=False),
        sa.Column("ready_at", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("failure", Json, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_attempt_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_attempt_post_id_number")),
        sa.UniqueConstraint("workflow_id", name=op.f("uq_attempt_workflow_id")),
    )
    op.create_index(
        "uq_attempt_open",
        "attempt",
        ["post_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "kept_result",
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_kept_result_post_id")),
        sa.PrimaryKeyConstraint("post_id", "content_hash", "name", name=op.f("pk_kept_result")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ledger_account_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_ledger_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_account_id_at"), "ledger", ["account_id", "at"], unique=False)
    op.create_index(
        "uq_ledger_reserved",
        "ledger",
        ["post_id"],
        unique=True,
        sqlite_where=sa.text("NOT sent"),
        postgresql_where=sa.text("NOT sent"),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.Column("post_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notification_account_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_notification_post_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_notification_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(op.f("ix_notification_at"), "notification", ["at"], unique=False)
    op.create_table(
        "attempt_stage",
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("message", Json, nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_stage_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "position", name=op.f("pk_attempt_stage")),
        sa.UniqueConstraint("attempt_id", "name", name=op.f("uq_attempt_stage_attempt_id_name")),
    )
    op.create_table(
        "intent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("failure", Json, nullable=True),
        sa.Column("published", Json, nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_intent_attempt_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_intent_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent")),
    )
    op.create_index(
        "uq_intent_open",
        "intent",
        ["post_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
