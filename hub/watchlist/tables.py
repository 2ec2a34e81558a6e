"""Tables of watchlists: subjects, references, published versions."""

from sqlalchemy import Column, Float, ForeignKey, Integer, LargeBinary, String, Table, Text

from hub.store.metadata import UtcTime, metadata

watchlists = Table(
    "watchlists",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

contracts = Table(
    "contracts",
    metadata,
    Column("contract_id", String(16), primary_key=True),
    Column("model_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("alignment", Text, nullable=False),
    Column("colour_order", String(3), nullable=False),
    Column("dimension", Integer, nullable=False),
)

subjects = Table(
    "subjects",
    metadata,
    Column("subject_id", String(64), primary_key=True),
    Column("list_id", ForeignKey("watchlists.list_id"), nullable=False, index=True),
    Column("display_name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("expires_at", UtcTime),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("removed_at", UtcTime),
    Column("removed_by", Text),
)

reference_photos = Table(
    "reference_photos",
    metadata,
    Column("reference_id", String(64), primary_key=True),
    Column("subject_id", ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("contract_id", ForeignKey("contracts.contract_id"), nullable=False),
    Column("sealed_photo", LargeBinary, nullable=False),
    Column("sealed_template", LargeBinary, nullable=False),
    Column("quality", Float, nullable=False),
    Column("face_width", Float, nullable=False),
    Column("captured_on", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    Column("enrolled_at", UtcTime, nullable=False),
)

watchlist_versions = Table(
    "watchlist_versions",
    metadata,
    Column("list_id", ForeignKey("watchlists.list_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("base_version", Integer),
    Column("contract_id", String(16), nullable=False),
    Column("subjects", Integer, nullable=False),
    Column("references", Integer, nullable=False),
    Column("package_sha256", String(64), nullable=False),
    Column("package_size", Integer, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

watchlist_packages = Table(
    "watchlist_packages",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sealed_package", LargeBinary, nullable=False),
)
