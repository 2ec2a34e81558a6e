"""The hub's tables as SQLAlchemy Core metadata; one schema for SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_VERSION = 2
"""Stored in `store_info`; a process refuses a store of another version."""

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC times, also in SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


store_info = Table(
    "store_info",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

watchlists = Table(
    "watchlists",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

contracts = Table(
    "contracts",
    metadata,
    Column("contract_id", String(16), primary_key=True),
    Column("model_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("alignment", Text, nullable=False),
    Column("colour_order", String(3), nullable=False),
    Column("dimension", Integer, nullable=False),
)

subjects = Table(
    "subjects",
    metadata,
    Column("subject_id", String(64), primary_key=True),
    Column("list_id", ForeignKey("watchlists.list_id"), nullable=False, index=True),
    Column("display_name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("expires_at", UtcTime),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("removed_at", UtcTime),
    Column("removed_by", Text),
)

reference_photos = Table(
    "reference_photos",
    metadata,
    Column("reference_id", String(64), primary_key=True),
    Column("subject_id", ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("contract_id", ForeignKey("contracts.contract_id"), nullable=False),
    Column("sealed_photo", LargeBinary, nullable=False),
    Column("sealed_template", LargeBinary, nullable=False),
    Column("quality", Float, nullable=False),
    Column("face_width", Float, nullable=False),
    Column("captured_on", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    Column("enrolled_at", UtcTime, nullable=False),
)

watchlist_versions = Table(
    "watchlist_versions",
    metadata,
    Column("list_id", ForeignKey("watchlists.list_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("base_version", Integer),
    Column("contract_id", String(16), nullable=False),
    Column("subjects", Integer, nullable=False),
    Column("references", Integer, nullable=False),
    Column("package_sha256", String(64), nullable=False),
    Column("package_size", Integer, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

watchlist_packages = Table(
    "watchlist_packages",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sealed_package", LargeBinary, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("site_id", String(64), nullable=False),
    Column("lane_id", String(64), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("registered_at", UtcTime, nullable=False),
    Column("registered_by", Text, nullable=False),
    Column("revoked_at", UtcTime),
    Column("epoch", String(64)),
    Column("birth", Integer, nullable=False, default=0),
    Column("is_online", Boolean, nullable=False, default=False),
    Column("state_at", UtcTime),
    Column("last_seen_at", UtcTime),
    Column("version", Text, nullable=False, default=""),
    Column("pack", Text, nullable=False, default=""),
    Column("provider", Text, nullable=False, default=""),
    Column("is_degraded", Boolean, nullable=False, default=False),
    Column("warnings", JSON, nullable=False, default=list),
    Column("queue_depth", Integer, nullable=False, default=0),
    Column("health_at", UtcTime),
)

device_watchlists = Table(
    "device_watchlists",
    metadata,
    Column("device_id", ForeignKey("devices.device_id"), primary_key=True),
    Column("list_id", String(64), primary_key=True),
    Column("version", Integer),
    Column("contract_id", String(16)),
    Column("subjects", Integer),
    Column("references", Integer),
    Column("self_test", Text),
    Column("applied_at", UtcTime),
    Column("rejected_version", Integer),
    Column("rejected_reason", Text),
    Column("rejected_at", UtcTime),
)

inbox = Table(
    "inbox",
    metadata,
    Column("inbox_id", Integer, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("occurred_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("device_id", "epoch", "lane", "seq"),
)

lane_progress = Table(
    "lane_progress",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("upto", Integer, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("crossing_id", String(64), nullable=False),
    Column("lane_id", String(64), nullable=False),
    Column("camera_id", String(64), nullable=False),
    Column("list_id", String(64), nullable=False),
    Column("list_version", Integer, nullable=False),
    Column("subject_id", String(64), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("comparison_score", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("review_threshold", Float, nullable=False),
    Column("margin", Float),
    Column("expected_false_alarms_per_day", Float, nullable=False),
    Column("contract_id", String(16), nullable=False),
    Column("pack", Text, nullable=False),
    Column("gallery_size", Integer, nullable=False),
    Column("quality", Float, nullable=False),
    Column("bona_fide_score", Float),
    Column("frames_used", Integer, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("is_ended", Boolean, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("direction", String(3), nullable=False, server_default=""),
    Column("status", String(16), nullable=False),
    Index("alerts_by_time", "raised_at", "alert_id"),
    Index("alerts_by_status", "status", "raised_at", "alert_id"),
)

alert_updates = Table(
    "alert_updates",
    metadata,
    Column("message_id", String(64), primary_key=True),
    Column("alert_id", String(64), nullable=False, index=True),
    Column("device_id", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("comparison_score", Float, nullable=False),
    Column("quality", Float, nullable=False),
    Column("frames_used", Integer, nullable=False),
    Column("is_ended", Boolean, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("direction", String(3), nullable=False, server_default=""),
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", String(64), primary_key=True),
    Column("alert_id", String(64), nullable=False, index=True),
    Column("device_id", String(64)),
    Column("answer", String(16), nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("seconds_to_answer", Float, nullable=False),
    Column("reason", Text, nullable=False),
)

frequent_crossers = Table(
    "frequent_crossers",
    metadata,
    Column("notice_id", String(64), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("alert_id", String(64), nullable=False),
    Column("lane_id", String(64), nullable=False),
    Column("rule", Text, nullable=False),
    Column("list_id", String(64), nullable=False),
    Column("subject_id", String(64), nullable=False, index=True),
    Column("crossings", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("exits", Integer, nullable=False),
    Column("at_least", Integer, nullable=False),
    Column("within_hours", Integer, nullable=False),
    Column("noted_at", UtcTime, nullable=False),
    Column("is_withdrawn", Boolean, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", String(64), primary_key=True),
    Column("alert_id", String(64), nullable=False, index=True),
    Column("device_id", String(64), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("file", Text, nullable=False),
    Column("captured_at", UtcTime, nullable=False),
)

barrier_moves = Table(
    "barrier_moves",
    metadata,
    Column("message_id", String(64), primary_key=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("lane_id", String(64), nullable=False),
    Column("action", Text, nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("alert_id", String(64)),
    Column("reason", Text, nullable=False),
    Column("moved_at", UtcTime, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Integer, primary_key=True, autoincrement=True),
    Column("received_at", UtcTime, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("code", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("payload_sha256", String(64), nullable=False),
    Column("payload_size", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    UniqueConstraint("device_id", "code", "payload_sha256"),
)

users = Table(
    "users",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("failure_id", Integer, primary_key=True, autoincrement=True),
    Column("user_id", Text, nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("sealed_answer", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
)
