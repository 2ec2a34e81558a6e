"""Tables of risk profiles and of what was assessed."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from hub.store.metadata import UtcTime, metadata

risk_profiles = Table(
    "risk_profiles",
    metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("condition", JSON, nullable=False),
    Column("channel", String(24), nullable=False),
    Column("share", Float, nullable=False),
    Column("back_test", JSON),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("activated_at", UtcTime),
    Column("activated_by", String(64)),
    Column("retired_at", UtcTime),
    Column("retired_by", String(64)),
    Index("risk_profiles_by_state", "state"),
)
"""A version never changes once it is active; `back_test`: what it would have done on what came before."""

back_tests = Table(
    "back_tests",
    metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("upto", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("reached", String(36), nullable=False),
    Column("tally", JSON, nullable=False),
    Column("moved_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
)
"""The newest back-test of each version: how far it has come; `reached`: the id that was read last."""

assessment_counts = Table(
    "assessment_counts",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("measure", String(24), primary_key=True),
    Column("label", String(80), primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("counted", Integer, nullable=False),
)
"""What was decided by day, in a few rows each so that writers need not wait: sum over `shard`."""

declaration_assessments = Table(
    "declaration_assessments",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("assessed_at", UtcTime, nullable=False),
    Column("day", String(10), nullable=False),
    Column("channel", String(24)),
    Column("selection_probability", Float),
    Column("is_random", Boolean, nullable=False),
    Column("report", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("decision", JSON),
    Column("duties", JSON),
    postgresql_partition_by="RANGE (received_at)",
)
"""`channel` and `decision`: NULL for one with errors; `evidence`: what else it rested on;
`duties`: a `DutyAssessment`."""
