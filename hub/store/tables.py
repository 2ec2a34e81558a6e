"""What belongs to no domain: facts on the store itself, remembered answers, the feed of changes."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from hub.store.metadata import LongInteger, UtcTime, metadata

store_info = Table(
    "store_info",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("change_id", LongInteger, primary_key=True, autoincrement=True),
    Column("transaction_id", LongInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("identifier", String(160), nullable=False),
    Column("owner", String(64), nullable=False, default=""),
    Column("at", UtcTime, nullable=False, index=True),
    Index("changes_in_order", "transaction_id", "change_id"),
    sqlite_autoincrement=True,
)

feed_positions = Table(
    "feed_positions",
    metadata,
    Column("reader", String(32), primary_key=True),
    Column("position", String(40), nullable=False),
)
"""How far each of those has come who work through the feed of changes."""

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
