"""Tables of the carriers' stream: accounts at the broker, and answers that wait."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text

from hub.store.metadata import LongInteger, UtcTime, metadata

carrier_accounts = Table(
    "carrier_accounts",
    metadata,
    Column("client_id", ForeignKey("carriers.client_id"), primary_key=True),
    Column("password", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", Text, nullable=False),
)
"""Who may stream; `password`: as the broker keeps it, a salted hash."""

carrier_answers = Table(
    "carrier_answers",
    metadata,
    Column("number", LongInteger, primary_key=True, autoincrement=True),
    Column("client_id", String(56), nullable=False),
    Column("correlation", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index("carrier_answers_by_time", "made_at"),
    sqlite_autoincrement=True,
)
"""Answers that the broker has not taken yet; written with what they answer for, in the order of `number`."""
