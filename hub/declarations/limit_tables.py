"""Tables of the persons' limit: what each person's month holds, and what each declaration added to it."""

from sqlalchemy import Column, Integer, String, Table

from hub.store.metadata import LongInteger, UtcTime, metadata

person_months = Table(
    "person_months",
    metadata,
    Column("person_key", String(32), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("used_cents", LongInteger, nullable=False),
    Column("parcels", Integer, nullable=False),
)
"""`person_key`: as `declarations.consignee_key`; `month`: the calendar month at the border, such as 2026-03;
`used_cents`: of US dollars. The sum of `limit_entries`."""

limit_entries = Table(
    "limit_entries",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("received_at", UtcTime, nullable=False),
    Column("person_key", String(32), nullable=False),
    Column("month", String(7), nullable=False),
    Column("cents", LongInteger, nullable=False),
    postgresql_partition_by="RANGE (received_at)",
)
"""What a declaration added, taken back whole; 0 for what no limit is for, which still is a parcel."""
