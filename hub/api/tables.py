"""Table of the API's rate limits."""

from sqlalchemy import Column, Float, String, Table

from hub.store.metadata import UtcTime, metadata

rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)
