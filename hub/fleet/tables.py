"""Tables of devices and what they report of themselves."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from hub.store.metadata import UtcTime, metadata

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
