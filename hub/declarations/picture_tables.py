"""The table of pictures that senders add to their declarations."""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from hub.store.metadata import UtcTime, metadata

declaration_pictures = Table(
    "declaration_pictures",
    metadata,
    Column("picture_id", String(36), primary_key=True),
    Column("declaration_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("file", String(80), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    UniqueConstraint("declaration_id", "sha256"),
)
"""`file`: its name in the place of pictures, sealed; `sha256`: of what was handed in, to know it again."""
