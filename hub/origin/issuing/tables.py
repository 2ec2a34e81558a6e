"""Tables of what an authority issues: batches, certificates, acts on them, transactions of its accounts."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hub.store.metadata import LongInteger, UtcTime, metadata

issue_batches = Table(
    "issue_batches",
    metadata,
    Column("batch_id", String(36), primary_key=True),
    Column("state", String(2), nullable=False),
    Column("progress", String(12), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closes_at", UtcTime, nullable=False),
    Column("certificates", Integer, nullable=False),
    Column("places", Integer),
    Column("root", String(64)),
    Column("signature", LargeBinary),
    Column("deadline", UtcTime),
    Column("anchored_at", UtcTime),
    Column("block", LongInteger),
    Column("failure", Text, nullable=False, default=""),
    Index("issue_batches_under_way", "progress", "closes_at"),
)
"""`progress`: open, closed, signed, sent, anchored, failed."""

issued_certificates = Table(
    "issued_certificates",
    metadata,
    Column("certificate_id", String(36), primary_key=True),
    Column("state", String(2), nullable=False),
    Column("number", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("issued_by", String(64), nullable=False),
    Column("batch_id", ForeignKey("issue_batches.batch_id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("place", Integer),
    Column("proof", LargeBinary),
    Column("status", Integer, nullable=False),
    Column("status_reason", Integer, nullable=False),
    UniqueConstraint("state", "number", name="issued_certificates_by_number"),
    Index("issued_certificates_in_order", "issued_at", "certificate_id"),
)
"""`sealed_content`: certificate and key, for they name persons; `status`: what the chain has confirmed."""

certificate_acts = Table(
    "certificate_acts",
    metadata,
    Column("act_id", String(36), primary_key=True),
    Column("certificate_id", ForeignKey("issued_certificates.certificate_id"), nullable=False, index=True),
    Column("status", Integer, nullable=False),
    Column("reason", Integer, nullable=False),
    Column("replaced_by", ForeignKey("issued_certificates.certificate_id")),
    Column("progress", String(12), nullable=False, index=True),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", UtcTime),
    Column("confirmed_at", UtcTime),
    Column("failure", Text, nullable=False, default=""),
)
"""`progress`: waiting, approved, sent, confirmed, rejected, failed."""

registry_transactions = Table(
    "registry_transactions",
    metadata,
    Column("transaction_id", String(36), primary_key=True),
    Column("chain_id", LongInteger, nullable=False),
    Column("account", String(40), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("recipient", String(40), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("gas", Integer, nullable=False),
    Column("nonce", LongInteger),
    Column("progress", String(12), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("block", LongInteger),
    Column("mined_at", UtcTime),
    Column("gas_used", LongInteger),
    UniqueConstraint("chain_id", "account", "nonce", name="registry_transactions_by_nonce"),
    Index("registry_transactions_under_way", "progress", "nonce"),
    Index("registry_transactions_of", "purpose", "subject"),
)
"""`progress`: waiting, confirmed, refused; one whose number another transaction took has none: void."""

registry_sends = Table(
    "registry_sends",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("transaction_id", ForeignKey("registry_transactions.transaction_id"), nullable=False, index=True),
    Column("most", LongInteger, nullable=False),
    Column("tip", LongInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
)
"""Each offer for a transaction's gas; all have its number, so one of them at most counts."""
