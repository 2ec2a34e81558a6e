"""Tables of what came in: inbox, progress by lane, quarantine."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from hub.store.metadata import UtcTime, metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""A country sends 2³¹ messages within weeks; SQLite counts in 64 bits by itself."""

inbox = Table(
    "inbox",
    metadata,
    Column("inbox_id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("occurred_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("device_id", "epoch", "lane", "seq", "received_at"),
    Index("inbox_by_time", "received_at"),
    postgresql_partition_by="RANGE (received_at)",
)
"""`lane_progress` makes a message's place unique over all months: it moves by one with every message, while
the message's device is locked."""

lane_progress = Table(
    "lane_progress",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("upto", BigInteger, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Integer, primary_key=True, autoincrement=True),
    Column("received_at", UtcTime, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("code", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("payload_sha256", String(64), nullable=False),
    Column("payload_size", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    UniqueConstraint("device_id", "code", "payload_sha256"),
)
