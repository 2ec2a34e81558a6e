"""Tables of API clients, their access tokens, and assertions that were used."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from hub.store.metadata import UtcTime, metadata

api_clients = Table(
    "api_clients",
    metadata,
    Column("client_id", String(56), primary_key=True),
    Column("title", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("secret_sha256", String(64)),
    Column("keys", JSON),
    Column("certificate_sha256", String(64)),
    Column("requests_per_minute", Integer),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", UtcTime),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("client_id", ForeignKey("api_clients.client_id"), nullable=False, index=True),
    Column("scopes", Text, nullable=False),
    Column("certificate_sha256", String(64)),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("client_id", String(56), primary_key=True),
    Column("jti", String(255), primary_key=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
)
