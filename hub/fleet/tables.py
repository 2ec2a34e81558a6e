"""Tables of devices and what they report of themselves."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from hub.store.metadata import UtcTime, metadata

sites = Table(
    "sites",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("kind", String(16), nullable=False),
)

lanes = Table(
    "lanes",
    metadata,
    Column("site_id", ForeignKey("sites.site_id"), primary_key=True),
    Column("lane_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("direction", String(3), nullable=False, default=""),
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
    Column("frame_age_p95_ms", Float),
    Column("frames", Integer, nullable=False, default=0),
    Column("dropped", Integer, nullable=False, default=0),
    Column("health_at", UtcTime),
    ForeignKeyConstraint(["site_id", "lane_id"], ["lanes.site_id", "lanes.lane_id"]),
    Index("devices_by_place", "site_id", "lane_id", "device_id"),
)

health_samples = Table(
    "health_samples",
    metadata,
    Column("device_id", ForeignKey("devices.device_id"), primary_key=True),
    Column("slot_at", UtcTime, primary_key=True, index=True),
    Column("queue_depth", Integer, nullable=False),
    Column("frame_age_p95_ms", Float),
    Column("warnings", Integer, nullable=False),
    Column("is_degraded", Boolean, nullable=False),
    postgresql_partition_by="RANGE (slot_at)",
)

device_settings = Table(
    "device_settings",
    metadata,
    Column("scope", String(8), primary_key=True),
    Column("place", String(130), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcTime, nullable=False),
)

device_commands = Table(
    "device_commands",
    metadata,
    Column("command_id", String(64), primary_key=True),
    Column("device_id", ForeignKey("devices.device_id"), nullable=False),
    Column("name", String(32), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("answered_at", UtcTime),
    Index("device_commands_of_device", "device_id", "issued_at"),
    Index("device_commands_waiting", "state", "expires_at"),
)

rollouts = Table(
    "rollouts",
    metadata,
    Column("rollout_id", String(64), primary_key=True),
    Column("pack", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("restarts", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False, index=True),
    Column("changed_at", UtcTime, nullable=False),
)

rollout_devices = Table(
    "rollout_devices",
    metadata,
    Column("rollout_id", ForeignKey("rollouts.rollout_id"), primary_key=True),
    Column("device_id", ForeignKey("devices.device_id"), primary_key=True),
    Column("stage", Integer, nullable=False),
    Column("command_id", String(64)),
    Index("rollout_devices_of_command", "command_id"),
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
    Column("withdrawn_at", UtcTime),
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
