"""The table of jobs."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from hub.store.metadata import LongInteger, UtcTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", LongInteger, primary_key=True, autoincrement=True),
    Column("kind", String(48), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("unique_key", String(200), unique=True),
    Column("priority", Integer, nullable=False),
    Column("due_at", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String(64)),
    Column("is_wanted_again", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Index("jobs_due", "priority", "due_at"),
    sqlite_autoincrement=True,
)
"""`due_at`: when it may be claimed; of a claimed one, when its lease ends; of a dead one, NULL."""
