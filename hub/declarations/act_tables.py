"""Tables of what people do with declarations: acts with all that was said, what inspections found."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, Text

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
