"""Every table. Constraints state the rules that must never break; the queries are in one file per noun.

Table names are singular: the engine keeps its own tables in the same SQLite file, and those are plural.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from pressrun.domain.account import AccountStatus
from pressrun.domain.content import ContentStatus, ContentType
from pressrun.domain.media import MediaKind
from pressrun.domain.persona import ApprovalRule, Language
from pressrun.domain.post import Format, PostStatus
from pressrun.domain.run import RunStatus, Stage, StageStatus
from pressrun.domain.user import Role
from pressrun.kit.database import UTCDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = sa.String(32)


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    predicate = sa.text(where)
    return Index(name, *columns, unique=unique, sqlite_where=predicate, postgresql_where=predicate)


user = Table(
    "user",
    metadata,
    _id(),
    Column("email", sa.String(254), nullable=False, unique=True),
    Column("name", sa.String(200), nullable=False),
    Column("role", sa.String(20), nullable=False),
    Column("password_hash", sa.String(200), nullable=False),
    Column("language", sa.String(8)),
    Column("theme", sa.String(8), nullable=False, server_default="system"),
    Column("created_at", UTCDateTime, nullable=False),
    _one_of("role", Role),
)

session = Table(
    "session",
    metadata,
    # The cookie's value is kept as a hash only: who reads the database can't sign in.
    Column("token_hash", sa.String(64), primary_key=True),
    Column("user_id", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False, index=True),
)

api_token = Table(
    "api_token",
    metadata,
    _id(),
    Column("user_id", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("name", sa.String(200), nullable=False),
    Column("scope", sa.String(20), nullable=False),
    Column("token_hash", sa.String(64), nullable=False, unique=True),
    Column("created_at", UTCDateTime, nullable=False),
)

failed_login = Table(
    "failed_login",
    metadata,
    _id(),
    Column("email", sa.String(254), nullable=False),
    Column("address", sa.String(64), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index(None, "email", "address", "at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", Id, primary_key=True),
    Column("route", sa.String(200), primary_key=True),
    Column("key", sa.String(255), primary_key=True),
    Column("request_hash", sa.String(64), nullable=False),
    # Both empty while the first request runs; its worker's heartbeat tells whether it still lives.
    Column("status", sa.Integer),
    Column("answer", Json),
    Column("worker_id", Id, nullable=False),
    Column("created_at", UTCDateTime, nullable=False, index=True),
)

persona = Table(
    "persona",
    metadata,
    _id(),
    Column("name", sa.String(200), nullable=False),
    Column("language", sa.String(8), nullable=False),
    Column("timezone", sa.String(64), nullable=False),
    Column("channel_type", sa.String(64), nullable=False, server_default=""),
    Column("style", sa.Text, nullable=False, server_default=""),
    Column("image_style", sa.Text, nullable=False, server_default=""),
    Column("hashtags", Json, nullable=False),
    Column("voice", Json, nullable=False),
    Column("approval", sa.String(20), nullable=False),
    Column("hue", sa.Integer, nullable=False),
    Column("paused_at", UTCDateTime),
    Column("created_at", UTCDateTime, nullable=False),
    _one_of("approval", ApprovalRule),
    _one_of("language", Language),
)

account = Table(
    "account",
    metadata,
    _id(),
    Column("persona_id", Id, ForeignKey("persona.id"), nullable=False, index=True),
    Column("platform", sa.String(32), nullable=False),
    Column("external_id", sa.String(128), nullable=False),
    Column("handle", sa.String(200), nullable=False),
    Column("status", sa.String(20), nullable=False),
    Column("credentials", sa.LargeBinary, nullable=False),
    Column("token_expires_at", UTCDateTime),
    Column("created_at", UTCDateTime, nullable=False),
    # The app it signs in through, as the platform names it; its limits are shared by all who use it.
    Column("app_id", sa.String(200), nullable=False, server_default=""),
    # When a clock renews the login, and until when somebody is at it: a refresh token may work only once.
    Column("renew_at", UTCDateTime),
    Column("renewing_until", UTCDateTime),
    # How often in a row that failed; the next try comes later each time.
    Column("renewals_failed", sa.Integer, nullable=False, server_default="0"),
    # The way it was connected in the browser, so that it is connected again the same way.
    Column("sign_in", sa.String(32), nullable=False, server_default=""),
    # Since when it has the login it has; NULL for the first one.
    Column("login_since", UTCDateTime),
    # One login of a platform is one account: two rows could publish side by side.
    UniqueConstraint("platform", "external_id"),
    _one_of("status", AccountStatus),
    _partial("ix_account_renew", "renew_at", where="renew_at IS NOT NULL"),
)

app = Table(
    "app",
    metadata,
    # A person's own app at a platform, one for each way to sign in.
    Column("platform", sa.String(32), primary_key=True),
    Column("sign_in", sa.String(32), primary_key=True),
    Column("client_id", sa.String(200), nullable=False),
    Column("client_secret", sa.LargeBinary, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    # A sign-in that was begun in a browser. The state is kept as a hash only, what answers it is sealed.
    Column("state_hash", sa.String(64), primary_key=True),
    Column("user_id", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("platform", sa.String(32), nullable=False),
    Column("sign_in", sa.String(32), nullable=False),
    Column("persona_id", Id, ForeignKey("persona.id", ondelete="CASCADE")),
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE")),
    Column("sealed", sa.LargeBinary, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False, index=True),
)

app_limit = Table(
    "app_limit",
    metadata,
    # Until when the platform lets nobody who uses this app go on.
    Column("platform", sa.String(32), primary_key=True),
    Column("app_id", sa.String(200), primary_key=True),
    Column("until", UTCDateTime, nullable=False),
)

quota_use = Table(
    "quota_use",
    metadata,
    _id(),
    Column("platform", sa.String(32), nullable=False),
    Column("app_id", sa.String(200), nullable=False),
    Column("bucket", sa.String(32), nullable=False),
    # The day of the quota's own zone.
    Column("day", sa.Date, nullable=False),
    # What used it, such as an attempt: the same use counts once.
    Column("used_by", sa.String(64), nullable=False),
    Column("amount", sa.Integer, nullable=False),
    UniqueConstraint("used_by", "bucket"),
    Index(None, "platform", "app_id", "bucket", "day"),
)

asset = Table(
    "asset",
    metadata,
    # The SHA-256 of the bytes, so that the same file is kept once.
    Column("id", sa.String(64), primary_key=True),
    Column("kind", sa.String(16), nullable=False),
    Column("mime", sa.String(100), nullable=False),
    Column("size", sa.BigInteger, nullable=False),
    Column("width", sa.Integer),
    Column("height", sa.Integer),
    Column("duration", sa.Float),
    Column("name", sa.String(255), nullable=False),
    Column("alt_text", sa.String(1000), nullable=False, server_default=""),
    Column("created_at", UTCDateTime, nullable=False),
    # What is inside a video; empty for everything else.
    Column("video", Json),
    _one_of("kind", MediaKind),
)

stored_media = Table(
    "stored_media",
    metadata,
    # What lies in a media store: an asset as one set of rules wants it (S0.2: uploaded at scheduling time).
    Column("asset_id", sa.String(64), ForeignKey("asset.id"), primary_key=True),
    Column("store", sa.String(32), primary_key=True),
    Column("purpose", sa.String(32), primary_key=True),
    Column("location", sa.String(500), nullable=False),
    Column("facts", Json, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
)

title = Table(
    "title",
    metadata,
    _id(),
    Column("title", sa.String(300), nullable=False),
    Column("persona_id", Id, ForeignKey("persona.id"), nullable=False, index=True),
    Column("account_ids", Json, nullable=False),
    Column("content_type", sa.String(20), nullable=False),
    Column("scheduled_at", UTCDateTime),
    Column("started_at", UTCDateTime),
    Column("cancelled_at", UTCDateTime),
    Column("created_by", Id, ForeignKey("user.id", ondelete="SET NULL")),
    Column("created_at", UTCDateTime, nullable=False),
    _one_of("content_type", ContentType),
    _partial("ix_title_due", "scheduled_at", where="started_at IS NULL AND cancelled_at IS NULL"),
)

schedule = Table(
    "schedule",
    metadata,
    _id(),
    Column("name", sa.String(200), nullable=False),
    Column("persona_id", Id, ForeignKey("persona.id"), nullable=False, index=True),
    Column("account_ids", Json, nullable=False),
    Column("content_type", sa.String(20), nullable=False),
    Column("recurrence", Json, nullable=False),
    Column("prompt", sa.Text, nullable=False, server_default=""),
    Column("approval", sa.String(20)),
    Column("enabled", sa.Boolean, nullable=False),
    Column("next_run_at", UTCDateTime),
    Column("last_run_at", UTCDateTime),
    Column("total_generated", sa.Integer, nullable=False, server_default="0"),
    Column("created_at", UTCDateTime, nullable=False),
    _one_of("content_type", ContentType),
    _partial("ix_schedule_due", "next_run_at", where="enabled"),
)

run = Table(
    "run",
    metadata,
    _id(),
    Column("persona_id", Id, ForeignKey("persona.id"), nullable=False),
    Column("account_ids", Json, nullable=False),
    Column("content_type", sa.String(20), nullable=False),
    Column("topic", sa.String(300), nullable=False),
    Column("status", sa.String(32), nullable=False),
    Column("failed_stage", sa.String(20)),
    Column("failure", Json),
    Column("version", sa.Integer, nullable=False, server_default="1"),
    Column("attempt", sa.Integer, nullable=False, server_default="1"),
    Column("publish_at", UTCDateTime),
    Column("title_id", Id, ForeignKey("title.id"), unique=True),
    Column("schedule_id", Id, ForeignKey("schedule.id", ondelete="SET NULL")),
    # Two clocks can never make two runs of one occurrence (DESIGN.md 10).
    Column("occurrence_at", UTCDateTime),
    Column("created_by", Id, ForeignKey("user.id", ondelete="SET NULL")),
    Column("created_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    UniqueConstraint("schedule_id", "occurrence_at"),
    _one_of("status", RunStatus),
    _one_of("content_type", ContentType),
    Index(None, "created_at"),
    Index(None, "persona_id", "created_at"),
)

run_stage = Table(
    "run_stage",
    metadata,
    Column("run_id", Id, ForeignKey("run.id"), primary_key=True),
    Column("name", sa.String(20), primary_key=True),
    Column("position", sa.Integer, nullable=False),
    Column("status", sa.String(20), nullable=False),
    Column("started_at", UTCDateTime),
    Column("ended_at", UTCDateTime),
    Column("attempts", sa.Integer, nullable=False, server_default="0"),
    Column("result", Json),
    Column("failure", Json),
    _one_of("name", Stage),
    _one_of("status", StageStatus),
)

content = Table(
    "content",
    metadata,
    _id(),
    Column("persona_id", Id, ForeignKey("persona.id"), nullable=False),
    Column("run_id", Id, ForeignKey("run.id"), unique=True),
    Column("status", sa.String(20), nullable=False),
    Column("version", sa.Integer, nullable=False, server_default="1"),
    Column("title", sa.String(300), nullable=False, server_default=""),
    Column("caption", sa.Text, nullable=False),
    Column("hashtags", Json, nullable=False),
    Column("script", Json),
    Column("hash", sa.String(64), nullable=False),
    # What a person approved; a post is sent only while it equals `hash` (promise 4).
    Column("approved_hash", sa.String(64)),
    Column("note", sa.Text, nullable=False, server_default=""),
    Column("decided_by", Id, ForeignKey("user.id", ondelete="SET NULL")),
    Column("decided_at", UTCDateTime),
    Column("created_at", UTCDateTime, nullable=False),
    _one_of("status", ContentStatus),
    CheckConstraint("status <> 'approved' OR approved_hash = hash", name="approved_is_bound"),
    Index(None, "persona_id", "created_at"),
    _partial("ix_content_in_review", "created_at", where="status = 'in_review'"),
)

content_asset = Table(
    "content_asset",
    metadata,
    Column("content_id", Id, ForeignKey("content.id", ondelete="CASCADE"), primary_key=True),
    Column("position", sa.Integer, primary_key=True),
    Column("asset_id", sa.String(64), ForeignKey("asset.id"), nullable=False),
    UniqueConstraint("content_id", "asset_id"),
)

post = Table(
    "post",
    metadata,
    _id(),
    Column("content_id", Id, ForeignKey("content.id"), nullable=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("persona_id", Id, ForeignKey("persona.id"), nullable=False),
    Column("run_id", Id, ForeignKey("run.id"), index=True),
    Column("format", sa.String(20), nullable=False),
    Column("options", Json, nullable=False),
    Column("status", sa.String(24), nullable=False),
    Column("status_reason", sa.String(40)),
    # Counts every change; a workflow that armed version 3 can do nothing to version 4.
    Column("version", sa.Integer, nullable=False, server_default="1"),
    # Asked for by a person, and when it really may run next.
    Column("due_at", UTCDateTime, nullable=False),
    Column("ready_at", UTCDateTime, nullable=False),
    Column("scheduled_by_time", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("attempts", sa.Integer, nullable=False, server_default="0"),
    Column("retries", sa.Integer, nullable=False, server_default="0"),
    Column("login_renewed", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("failure", Json),
    Column("external_id", sa.String(128)),
    Column("permalink", sa.String(500)),
    Column("published_at", UTCDateTime),
    Column("created_by", Id, ForeignKey("user.id", ondelete="SET NULL")),
    Column("created_at", UTCDateTime, nullable=False),
    # When its numbers are read next, and since when the platform no longer shows it.
    Column("measure_at", UTCDateTime),
    Column("missing_since", UTCDateTime),
    _one_of("status", PostStatus),
    _one_of("format", Format),
    CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_has_time"),
    # The database itself refuses that two posts of one account are sent side by side (S2.6).
    _partial("uq_post_publishing_account", "account_id", where="status = 'publishing'", unique=True),
    # A million future posts cost the dispatcher one step into this index. The status comes first: without
    # statistics SQLite trusts an equality more than a range, and would sort them all.
    _partial(
        "ix_post_ready", "status", "ready_at", where="status IN ('scheduled', 'retry_wait', 'confirming')"
    ),
    _partial("ix_post_armed_account", "account_id", where="status IN ('armed', 'publishing')"),
    _partial("ix_post_measure", "measure_at", where="measure_at IS NOT NULL"),
    Index(None, "account_id", "due_at"),
    Index(None, "due_at"),
    Index(None, "status", "due_at"),
    Index(None, "content_id"),
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("number", sa.Integer, nullable=False),
    Column("workflow_id", sa.String(120), nullable=False, unique=True),
    # Who works on it now; a worker that lost its lease finds another name here and stops.
    Column("worker_id", Id, nullable=False),
    Column("ready_at", UTCDateTime, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("outcome", sa.String(24)),
    Column("failure", Json),
    UniqueConstraint("post_id", "number"),
    _partial("uq_attempt_open", "post_id", where="ended_at IS NULL", unique=True),
)

attempt_stage = Table(
    "attempt_stage",
    metadata,
    Column("attempt_id", Id, ForeignKey("attempt.id"), primary_key=True),
    Column("position", sa.Integer, primary_key=True),
    Column("name", sa.String(32), nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("message", Json),
    UniqueConstraint("attempt_id", "name"),
)

kept_result = Table(
    "kept_result",
    metadata,
    # What a stage made for this version of the text; the next attempt goes on from it.
    Column("post_id", Id, ForeignKey("post.id"), primary_key=True),
    Column("content_hash", sa.String(64), primary_key=True),
    Column("name", sa.String(64), primary_key=True),
    Column("result", Json, nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
)

intent = Table(
    "intent",
    metadata,
    _id(),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("attempt_id", Id, ForeignKey("attempt.id"), nullable=False),
    Column("name", sa.String(64), nullable=False),
    Column("evidence", Json, nullable=False),
    Column("sent_at", UTCDateTime, nullable=False),
    Column("outcome", sa.String(24)),
    Column("failure", Json),
    Column("published", Json),
    Column("ended_at", UTCDateTime),
    # Whether the post is published once its effect is there; of a thread only the last call is such.
    Column("completes", sa.Boolean, nullable=False, server_default=sa.true()),
    # Nothing more may be sent for a post while one call's outcome is unknown.
    _partial("uq_intent_open", "post_id", where="outcome IS NULL", unique=True),
)

ledger = Table(
    "ledger",
    metadata,
    _id(),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("sent", sa.Boolean, nullable=False),
    Index(None, "account_id", "at"),
    _partial("uq_ledger_reserved", "post_id", where="NOT sent", unique=True),
)

event = Table(
    "event",
    metadata,
    Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("topic", sa.String(64), nullable=False),
    Column("kind", sa.String(40), nullable=False),
    Column("data", Json, nullable=False),
    Index(None, "topic", "id"),
    sqlite_autoincrement=True,
)

notification = Table(
    "notification",
    metadata,
    _id(),
    Column("at", UTCDateTime, nullable=False),
    Column("code", sa.String(40), nullable=False),
    Column("severity", sa.String(16), nullable=False),
    Column("values", Json, nullable=False),
    Column("post_id", Id, ForeignKey("post.id")),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("run_id", Id, ForeignKey("run.id")),
    Column("read_at", UTCDateTime),
    Index(None, "at"),
)

metric = Table(
    "metric",
    metadata,
    _id(),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    # By the platform's own names.
    Column("values", Json, nullable=False),
    Index(None, "post_id", "at"),
)

channel = Table(
    "channel",
    metadata,
    # Where people hear of notifications when no page is open; the address holds secrets.
    _id(),
    Column("name", sa.String(200), nullable=False),
    Column("address", sa.LargeBinary, nullable=False),
    Column("language", sa.String(8), nullable=False),
    Column("enabled", sa.Boolean, nullable=False),
    Column("trouble", sa.String(500), nullable=False, server_default=""),
    Column("created_at", UTCDateTime, nullable=False),
    _one_of("language", Language),
)

delivery = Table(
    "delivery",
    metadata,
    Column("channel_id", Id, ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("notification_id", Id, ForeignKey("notification.id", ondelete="CASCADE"), primary_key=True),
    Column("ready_at", UTCDateTime, nullable=False),
    Column("tries", sa.Integer, nullable=False, server_default="0"),
    Column("ended_at", UTCDateTime),
    Column("outcome", sa.String(24)),
    _partial("ix_delivery_ready", "ready_at", where="ended_at IS NULL"),
)

worker = Table(
    "worker",
    metadata,
    _id(),
    Column("started_at", UTCDateTime, nullable=False),
    Column("heartbeat_at", UTCDateTime, nullable=False),
    # Set when another worker took over what this one left.
    Column("buried_at", UTCDateTime),
)
