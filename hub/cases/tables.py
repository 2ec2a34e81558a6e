"""Tables of alerts, answers, outcomes, evidence, notices, and of what is counted of them."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from hub.store.metadata import LongInteger, UtcTime, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("crossing_id", String(64), nullable=False),
    Column("lane_id", String(64), nullable=False),
    Column("camera_id", String(64), nullable=False),
    Column("list_id", String(64), nullable=False),
    Column("list_version", Integer, nullable=False),
    Column("subject_id", String(64), nullable=False),
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
    Column("result", String(24), nullable=False, default="", server_default=""),
    Index("alerts_by_time", "raised_at", "alert_id"),
    Index("alerts_by_status", "status", "raised_at", "alert_id"),
    Index("alerts_of_device", "device_id", "raised_at", "alert_id"),
    Index("alerts_of_list", "list_id", "raised_at", "alert_id"),
    Index("alerts_by_result", "result", "raised_at", "alert_id"),
    Index("alerts_of_subject", "subject_id", "first_seen_at", "alert_id"),
    Index("alerts_by_test", "is_test", "raised_at", "alert_id"),
    Index("alerts_of_lane", "lane_id", "first_seen_at"),
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

case_results = Table(
    "case_results",
    metadata,
    Column("result_id", String(64), primary_key=True),
    Column("alert_id", String(64), nullable=False, index=True),
    Column("result", String(24), nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
)

case_holds = Table(
    "case_holds",
    metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
)

seeded_passages = Table(
    "seeded_passages",
    metadata,
    Column("passage_id", String(64), primary_key=True),
    Column("site_id", String(64), nullable=False),
    Column("lane_id", String(64), nullable=False),
    Column("list_id", String(64), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("planned_at", UtcTime, nullable=False, index=True),
    Column("registered_by", Text, nullable=False),
    Column("registered_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
)

case_tallies = Table(
    "case_tallies",
    metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("lane_id", String(64), nullable=False),
    Column("list_id", String(64), nullable=False),
    Column("band", String(8), nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("shift", String(5), nullable=False),
    Column("grouping", String(64), nullable=False),
    Column("allowed_micro", LongInteger, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("guard_answer", String(16), nullable=False),
    Column("supervisor_answer", String(16), nullable=False),
    Column("guard_bucket", Integer),
    Column("supervisor_bucket", Integer),
)
"""What one alert adds to the counts; it names nobody and outlives the alert."""

case_days = Table(
    "case_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("device_id", String(64), primary_key=True),
    Column("lane_id", String(64), primary_key=True),
    Column("list_id", String(64), primary_key=True),
    Column("band", String(8), primary_key=True),
    Column("is_test", Boolean, primary_key=True),
    Column("shift", String(5), primary_key=True),
    Column("grouping", String(64), primary_key=True),
    Column("alerts", LongInteger, nullable=False),
    Column("allowed_micro", LongInteger, nullable=False),
    Column("same", LongInteger, nullable=False),
    Column("not_same", LongInteger, nullable=False),
    Column("unsure", LongInteger, nullable=False),
    *(
        Column(f"{guard}_{supervisor}", LongInteger, nullable=False)
        for guard in ("same", "not_same", "unsure")
        for supervisor in ("same", "not_same", "unsure")
    ),
)
"""Counts by day; a device's rows are written by whoever holds the device, so writers never cross."""

case_totals = Table(
    "case_totals",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("alerts", LongInteger, nullable=False),
    Column("same", LongInteger, nullable=False),
    Column("not_same", LongInteger, nullable=False),
    Column("unsure", LongInteger, nullable=False),
)
"""The days of each device added up, for pages that ask for all years at once."""

answer_times = Table(
    "answer_times",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("device_id", String(64), primary_key=True),
    Column("lane_id", String(64), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("bucket", Integer, primary_key=True),
    Column("answers", LongInteger, nullable=False),
)
"""How long first answers took, as a histogram whose buckets grow by a twentieth."""
