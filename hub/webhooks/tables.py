"""The table of webhooks."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from hub.store.metadata import UtcTime, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("owner", String(64), nullable=False, default="", index=True),
    Column("scheme", String(8), nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("public_key", String(64)),
    Column("sealed_previous", LargeBinary),
    Column("previous_until", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("failing_since", UtcTime),
    Column("last_status", Integer),
    Column("disabled_at", UtcTime),
    Column("disabled_reason", String(64), nullable=False, default=""),
)
"""`owner`: a client that is told of its own only; empty: of everybody's."""
