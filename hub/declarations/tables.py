"""Tables of declarations: where each stands, its numbers, its steps, earlier versions, its parcel's keys.

All but the numbers are parted by the month in which the declaration came; its id begins with that time
(`hub.declarations.identity`), so a look-up by id touches one month.
"""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, text

from hub.store.metadata import LongInteger, UtcTime, metadata

declarations = Table(
    "declarations",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("sender_id", String(64), nullable=False),
    Column("reference", String(35), nullable=False),
    Column("form", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(24), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("due_at", UtcTime),
    Column("channel", String(24)),
    Column("decided_at", UtcTime),
    Column("arrives_at", UtcTime),
    Column("ucr", String(35), nullable=False),
    Column("tracking_number", String(35), nullable=False),
    Column("consignee_key", String(32), nullable=False),
    Column("is_sandbox", Boolean, nullable=False, default=False),
    Column("content", Text, nullable=False),
    Index("declarations_of_sender", "sender_id", "received_at"),
    # With the last column a count of a state reads the index alone.
    Index("declarations_by_state", "state", "changed_at", "is_sandbox"),
    Index("declarations_by_arrival", "state", "arrives_at"),
    Index("declarations_of_consignee", "consignee_key"),
    Index("declarations_tracked", "tracking_number"),
    Index(
        "declarations_with_ucr",
        "ucr",
        sqlite_where=text("ucr <> ''"),
        postgresql_where=text("ucr <> ''"),
    ),
    postgresql_partition_by="RANGE (received_at)",
)
"""`due_at`: until when somebody has to answer; `consignee_key`: stands for a person without saying who.

`is_sandbox`: a carrier only tries things out; its persons' keys meet nobody's.
"""

declaration_numbers = Table(
    "declaration_numbers",
    metadata,
    Column("sender_id", String(64), primary_key=True),
    Column("reference", String(35), primary_key=True),
    Column("declaration_id", String(36), nullable=False),
    Column("digest", String(32), nullable=False),
)
"""A sender's own number stands for one declaration over all months; `digest`: of what first came under it."""

declaration_steps = Table(
    "declaration_steps",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("source", String(24), nullable=False),
    Column("target", String(24), nullable=False),
    Column("event", String(24), nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("pointers", JSON, nullable=False),
    Column("due_at", UtcTime),
    postgresql_partition_by="RANGE (received_at)",
)
"""Every move, numbered from 1; `declarations.steps` is the last number."""

declaration_versions = Table(
    "declaration_versions",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("replaced_at", UtcTime, nullable=False),
    Column("replaced_by", String(64), nullable=False),
    Column("content", Text, nullable=False),
    postgresql_partition_by="RANGE (received_at)",
)
"""What amendments have replaced."""

declaration_keys = Table(
    "declaration_keys",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("tracking", String(35)),
    Column("content", LongInteger),
    Index("declaration_keys_by_tracking", "tracking", "declaration_id"),
    Index("declaration_keys_by_content", "content", "declaration_id"),
    postgresql_partition_by="RANGE (received_at)",
)
"""What makes it one parcel with another (`hub.declarations.cleansing.duplicates`); no row for what was
rejected, withdrawn or sent back."""
