"""Tables of carriers: who they are, and what is counted of each by day and by month."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from hub.store.metadata import UtcTime, metadata

carriers = Table(
    "carriers",
    metadata,
    Column("client_id", ForeignKey("api_clients.client_id"), primary_key=True),
    Column("legal_name", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("transport", String(40), nullable=False),
    Column("contact", Text, nullable=False),
    Column("daily_quota", Integer),
    Column("is_sandbox", Boolean, nullable=False),
    Column("suspended_at", UtcTime),
    Column("suspended_reason", Text, nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", Text, nullable=False),
)
"""A carrier is an API client; `transport`: kinds with spaces between; `daily_quota` null: no limit."""

carrier_days = Table(
    "carrier_days",
    metadata,
    Column("client_id", String(56), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("declared", Integer, nullable=False),
)
"""New declarations by the hub's calendar day; written by whoever holds the sender's lock."""

carrier_counts = Table(
    "carrier_counts",
    metadata,
    Column("client_id", String(56), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("measure", String(16), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
)
"""What a score-card is made of: counts by the hub's calendar month; `code`: of a finding, else empty."""

manifests = Table(
    "manifests",
    metadata,
    Column("client_id", String(56), primary_key=True),
    Column("number", String(35), primary_key=True),
    Column("conveyance", String(35), nullable=False),
    Column("expected_at", UtcTime, nullable=False),
    Column("houses", Integer, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("arrived_at", UtcTime),
)
"""What a carrier says it brings, under its own number; `conveyance`: the flight, vehicle or voyage."""

manifest_houses = Table(
    "manifest_houses",
    metadata,
    Column("client_id", String(56), primary_key=True),
    Column("number", String(35), primary_key=True),
    Column("house", String(35), primary_key=True),
    Column("master", String(35), nullable=False),
)
"""House consignments of a manifest: `house` is the tracking number of the parcel's declaration."""
