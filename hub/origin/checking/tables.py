"""Tables of checking: certificates that came, checks with what they rested on, forgeries put in, trials."""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, text

from hub.store.metadata import LongInteger, UtcTime, metadata

received_certificates = Table(
    "received_certificates",
    metadata,
    Column("certificate_id", String(32), primary_key=True),
    Column("state", String(2), nullable=False),
    Column("number", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("root", String(64), nullable=False),
    Column("place", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("verdict", String(16)),
    Column("reasons", JSON, nullable=False),
    Column("provenance", String(16), nullable=False),
    Column("verified_at", UtcTime),
    Column("as_of_block", LongInteger),
    Column("as_of_at", UtcTime),
    Column("lines_left", JSON, nullable=False),
    Index("received_certificates_by_number", "number"),
    Index("received_certificates_by_time", "last_seen"),
)
"""`certificate_id`: made of the leaf, so a copy of one is the same one and an altered one is another.

`sealed`: the whole with its key; `verdict` and what follows it: of the newest look.
"""

origin_checks = Table(
    "origin_checks",
    metadata,
    Column("check_id", String(36), primary_key=True),
    Column("site_id", String(64), nullable=False),
    Column("method", String(16), nullable=False),
    Column("officer", String(64), nullable=False),
    Column("certificate_id", String(32)),
    Column("declaration_id", String(36)),
    Column("state", String(2), nullable=False),
    Column("number", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("verdict_at", UtcTime),
    Column("verdict", String(16)),
    Column("reasons", JSON, nullable=False),
    Column("provenance", String(16), nullable=False),
    Column("as_of_block", LongInteger),
    Column("as_of_at", UtcTime),
    Column("anchored_at", UtcTime),
    Column("lines_left", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("proposed_at", UtcTime),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_reason", Text, nullable=False),
    Column("decision", String(16)),
    Column("decision_reason", Text, nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("decided_at", UtcTime),
    Column("fields_touched", Integer, nullable=False),
    Column("truth", String(16)),
    Column("truth_source", String(200), nullable=False),
    Column("truth_by", String(64), nullable=False),
    Column("truth_at", UtcTime),
    Column("is_seeded", Boolean, nullable=False),
    Index("origin_checks_by_time", "opened_at", "check_id"),
    Index("origin_checks_of_certificate", "certificate_id"),
    Index("origin_checks_of_declaration", "declaration_id"),
    Index(
        "origin_checks_open",
        "opened_at",
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
)
"""`proposed_…`: a refusal that waits for a second person; `evidence`: by which others can look again."""

origin_paper_sheets = Table(
    "origin_paper_sheets",
    metadata,
    Column("check_id", String(36), primary_key=True),
    Column("sheet", Integer, primary_key=True),
    Column("file", String(200), nullable=False),
    Column("sealed_findings", LargeBinary, nullable=False),
    Column("read_at", UtcTime, nullable=False),
    Index("origin_paper_sheets_by_time", "read_at"),
)
"""Sheets of a scanned certificate, laid straight, and what was read on each.

`file`: empty where a sheet could not be laid straight.
"""

seeded_forgeries = Table(
    "seeded_forgeries",
    metadata,
    Column("seed_id", String(36), primary_key=True),
    Column("certificate_id", String(32)),
    Column("state", String(2), nullable=False),
    Column("number", String(64), nullable=False),
    Column("registered_by", String(64), nullable=False),
    Column("registered_at", UtcTime, nullable=False),
    Index("seeded_forgeries_by_number", "number"),
)
"""Known before anybody checks them; without `certificate_id` it is a paper, known by state and number."""

origin_trial_periods = Table(
    "origin_trial_periods",
    metadata,
    Column("trial", String(64), primary_key=True),
    Column("site_id", String(64), primary_key=True),
    Column("first", Date, primary_key=True),
    Column("last", Date, nullable=False),
    Column("arm", String(8), nullable=False),
    Column("drawn_by", String(64), nullable=False),
    Column("drawn_at", UtcTime, nullable=False),
)
"""Which way a site works in a period (`hub.origin.checking.trial.Arm`)."""

origin_counts = Table(
    "origin_counts",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("site_id", String(64), primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("method", String(16), primary_key=True),
    Column("measure", String(24), primary_key=True),
    Column("label", String(24), primary_key=True),
    Column("counted", LongInteger, nullable=False),
)
"""By the day on which a check was opened (`hub.origin.checking.counting`)."""

declared_certificates = Table(
    "declared_certificates",
    metadata,
    Column("declaration_id", String(36), primary_key=True),
    Column("certificate_id", String(32), primary_key=True),
    Column("attached_at", UtcTime, nullable=False),
    Column("attached_by", String(64), nullable=False),
    Index("declared_certificates_by_certificate", "certificate_id"),
)
"""Certificates that came with a declaration."""

origin_draws = Table(
    "origin_draws",
    metadata,
    Column("certificate_id", String(32), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("declaration_id", String(36), primary_key=True),
    Column("parts", LongInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("note", String(200), nullable=False),
    Index("origin_draws_of_declaration", "declaration_id"),
    Index("origin_draws_by_state", "state", "changed_at"),
)
"""What a declaration uses of a line of a certificate, in parts of 1,000,000,000
(`hub.origin.checking.drawing`)."""

origin_settlements = Table(
    "origin_settlements",
    metadata,
    Column("certificate_id", String(32), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("declaration_id", String(36), primary_key=True),
    Column("settlement", String(24), nullable=False),
    Column("reason", String(2000), nullable=False),
    Column("officer", String(64), nullable=False),
    Column("settled_at", UtcTime, nullable=False),
)
"""How officers settled what was refused after release (`hub.origin.checking.settling`)."""
