"""Tables of watchlists: subjects, references, published versions, proposals, history."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hub.store.metadata import UtcTime, metadata

watchlists = Table(
    "watchlists",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("two_person_acts", Text, nullable=False, default="enrol remove publish"),
    Column("goes_everywhere", Boolean, nullable=False, default=True),
)

watchlist_sites = Table(
    "watchlist_sites",
    metadata,
    Column("list_id", ForeignKey("watchlists.list_id"), primary_key=True),
    Column("site_id", String(64), primary_key=True),
)

subject_categories = Table(
    "subject_categories",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("title_az", Text, nullable=False),
    Column("title_ru", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("least_severity", Integer, nullable=False),
    Column("is_retired", Boolean, nullable=False, default=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", Text, nullable=False),
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
    Column("gallery_version", Integer, nullable=False, default=0),
)

subjects = Table(
    "subjects",
    metadata,
    Column("subject_id", String(64), primary_key=True),
    Column("list_id", ForeignKey("watchlists.list_id"), nullable=False),
    Column("external_key", String(128)),
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
    Column("amended_at", UtcTime),
    Column("expired_at", UtcTime),
    Column("removed_at", UtcTime),
    Column("removed_by", Text),
    Column("removal_reason", Text),
    UniqueConstraint("list_id", "external_key", name="subjects_external_key"),
    Index("subjects_newest", "list_id", "enrolled_at", "subject_id"),
    Index("subjects_live", "list_id", "removed_at", "expires_at", "subject_id"),
    Index("subjects_expiring", "expires_at"),
)

subject_names = Table(
    "subject_names",
    metadata,
    Column("subject_id", ForeignKey("subjects.subject_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("script", String(16), nullable=False),
    Column("folded", Text, nullable=False),
)

name_words = Table(
    "name_words",
    metadata,
    Column("word", String(64), primary_key=True),
    Column("subject_id", ForeignKey("subjects.subject_id"), primary_key=True, index=True),
)

reference_photos = Table(
    "reference_photos",
    metadata,
    Column("reference_id", String(64), primary_key=True),
    Column("subject_id", ForeignKey("subjects.subject_id"), nullable=False),
    Column("contract_id", ForeignKey("contracts.contract_id"), nullable=False),
    Column("sealed_photo", LargeBinary, nullable=False),
    Column("sealed_template", LargeBinary, nullable=False),
    Column("quality", Float, nullable=False),
    Column("components", JSON, nullable=False, default=dict),
    Column("face_width", Float, nullable=False),
    Column("captured_on", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("photo_sha256", String(64), nullable=False, default="", index=True),
    Column("changed_in", Integer, nullable=False, default=0),
    Index("reference_photos_of_subject", "subject_id", "contract_id"),
    Index("reference_photos_changed", "contract_id", "changed_in"),
)

look_alikes = Table(
    "look_alikes",
    metadata,
    Column("first_id", ForeignKey("subjects.subject_id"), primary_key=True),
    Column("second_id", ForeignKey("subjects.subject_id"), primary_key=True, index=True),
    Column("margin", Float, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", UtcTime, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", String(64), primary_key=True),
    Column("list_id", ForeignKey("watchlists.list_id"), nullable=False),
    Column("act", String(16), nullable=False),
    Column("subject_id", String(64), index=True),
    Column("state", String(16), nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", UtcTime),
    Column("reason", Text, nullable=False, default=""),
    Column("outcome", JSON, nullable=False, default=dict),
    Index("proposals_by_state", "state", "proposed_at"),
    Index("proposals_of_list", "list_id", "proposed_at"),
)

watchlist_history = Table(
    "watchlist_history",
    metadata,
    Column("entry_id", String(64), primary_key=True),
    Column("list_id", String(64), nullable=False),
    Column("subject_id", String(64)),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("approved_by", Text),
    Column("action", String(32), nullable=False),
    Column("changes", JSON, nullable=False, default=dict),
    Column("reason", Text, nullable=False, default=""),
    Index("watchlist_history_of_list", "list_id", "at"),
    Index("watchlist_history_of_subject", "subject_id", "at"),
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
    Column("approved_by", Text),
    Column("state_of", Integer),
    Column("expires_at", UtcTime, nullable=False),
)

watchlist_withdrawals = Table(
    "watchlist_withdrawals",
    metadata,
    Column("list_id", ForeignKey("watchlists.list_id"), primary_key=True),
    Column("site_id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("withdrawal", LargeBinary, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("ended_at", UtcTime),
)

watchlist_packages = Table(
    "watchlist_packages",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sealed_package", LargeBinary, nullable=False),
)
