"""Tables of what people do with declarations: acts with all that was said, findings, who works on what."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from hub.store.metadata import UtcTime, metadata

declaration_acts = Table(
    "declaration_acts",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("act_id", String(64), primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("number", Integer, nullable=False),
    Column("event", String(24), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("digest", String(32), nullable=False),
    Column("said", JSON, nullable=False),
    postgresql_partition_by="RANGE (received_at)",
)
"""`number`: of the step that it made; `digest`: of the whole act, by which a repeat is known."""

inspection_results = Table(
    "inspection_results",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("inspected_at", UtcTime, nullable=False),
    Column("officer", String(64), nullable=False),
    Column("is_found", Boolean, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("note", Text, nullable=False),
    postgresql_partition_by="RANGE (received_at)",
)
"""`number`: of the step that was the inspection; what profiles and models learn from."""

declaration_holds = Table(
    "declaration_holds",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Index("declaration_holds_by_end", "until"),
)
"""Who is working on a declaration right now; a row whose `until` is over means nobody."""

declaration_assignments = Table(
    "declaration_assignments",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("assigned_by", String(64), nullable=False),
    Column("assigned_at", UtcTime, nullable=False),
    Index("declaration_assignments_of", "user_id"),
)
"""Whose work a declaration is; no row: anybody's."""

bulk_decisions = Table(
    "bulk_decisions",
    metadata,
    Column("bulk_id", String(64), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("reason", Text, nullable=False),
    Column("declaration_ids", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", UtcTime),
    Column("left_out", JSON),
    Index("bulk_decisions_by_state", "state", "proposed_at"),
)
"""`left_out`: ids of those that the decision could not be done to, each with the code why."""
