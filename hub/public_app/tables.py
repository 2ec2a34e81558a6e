"""Tables of the citizens' app: who may sign in, codes, sessions, and how many were active in a month."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from hub.store.metadata import UtcTime, metadata

citizens = Table(
    "citizens",
    metadata,
    Column("citizen_key", String(32), primary_key=True),
    Column("sealed_person", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
"""The register of the local identity provider; numbers and names stand in it sealed only."""

citizen_codes = Table(
    "citizen_codes",
    metadata,
    Column("challenge_sha256", String(64), primary_key=True),
    Column("citizen_key", String(32), nullable=False, index=True),
    Column("code_hmac", String(64), nullable=False),
    Column("sent_at", UtcTime, nullable=False, index=True),
    Column("expires_at", UtcTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("source", String(32), nullable=False),
    Column("is_own_device", Boolean, nullable=False),
    Column("used_at", UtcTime),
)
"""Codes that were asked for, for numbers that are registered and for numbers that are not; `source`: stands
for the device or the network that asked."""

citizen_sessions = Table(
    "citizen_sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("citizen_key", ForeignKey("citizens.citizen_key"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

citizen_marks = Table(
    "citizen_marks",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("mark", String(32), primary_key=True),
)
"""Who was active this month; a mark is another one each month, and only the newest month's are kept."""

citizen_months = Table(
    "citizen_months",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("active", Integer, nullable=False),
)
"""How many different persons were active."""

citizen_contacts = Table(
    "citizen_contacts",
    metadata,
    Column("citizen_key", ForeignKey("citizens.citizen_key"), primary_key=True),
    Column("sealed_address", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(16), nullable=False),
    Column("code_hmac", String(64), nullable=False),
    Column("code_until", UtcTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_since", UtcTime, nullable=False),
)
"""Where letters go; an empty address: nowhere any more. `asked`: codes in the day since `asked_since`."""
