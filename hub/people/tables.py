"""Tables of users, sessions and the audit chain."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from hub.store.metadata import LongInteger, UtcTime, metadata

users = Table(
    "users",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
    Column("sites", JSON(none_as_null=True)),
    Column("password_changed_at", UtcTime),
    Column("code_sha256", String(64)),
    Column("code_expires_at", UtcTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("address", Text, nullable=False, default=""),
    Column("agent", Text, nullable=False, default=""),
    Column("sealed_id_token", LargeBinary),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("failure_id", Integer, primary_key=True, autoincrement=True),
    Column("user_id", Text, nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", LongInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_by_actor", "actor", "seq"),
    Index("audit_by_action", "action", "seq"),
    Index("audit_by_target", "target", "seq"),
    Index("audit_by_time", "at", "seq"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("noted_at", UtcTime, nullable=False),
)

audit_checks = Table(
    "audit_checks",
    metadata,
    Column("check_id", LongInteger, primary_key=True, autoincrement=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("upto", LongInteger, nullable=False),
    Column("rows", LongInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("moved_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("first_broken", LongInteger),
    Column("reason", Text, nullable=False),
    Column("lost_day", String(10)),
    Column("lost_seq", LongInteger),
    sqlite_autoincrement=True,
)
"""Verifications that were asked for: how far each has come, and what it found."""

external_identities = Table(
    "external_identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", ForeignKey("users.user_id"), nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
)
