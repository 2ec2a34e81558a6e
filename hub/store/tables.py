"""What belongs to no domain: facts on the store itself, remembered answers."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from hub.store.metadata import UtcTime, metadata

store_info = Table(
    "store_info",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("sealed_answer", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
)
