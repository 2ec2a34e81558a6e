"""Tables of alerts, answers, evidence and notices."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from hub.store.metadata import UtcTime, metadata

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
    Column("direction", String(3), nullable=False, default=""),
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
    Column("direction", String(3), nullable=False, default=""),
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
