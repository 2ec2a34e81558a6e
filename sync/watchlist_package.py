"""What a published watchlist version contains; encoding is in `sync.codec`."""

from datetime import datetime

import msgspec


class PackagedContract(msgspec.Struct, frozen=True, kw_only=True):
    """An embedding contract on the wire; field for field `models.template.EmbeddingContract`."""

    model_id: str
    sha256: str
    alignment: str
    colour_order: str
    dimension: int


class PackagedReference(msgspec.Struct, frozen=True, kw_only=True):
    """One enrolled template with the photo a guard compares against."""

    reference_id: str
    vector: bytes
    """Little-endian float32, `dimension` numbers, unit length."""
    photo: bytes
    """JPEG of the face."""
    quality: float
    captured_on: str
    """ISO date of the photo, or empty when unknown; the terminal shows its age."""


class PackagedSubject(msgspec.Struct, frozen=True, kw_only=True):
    """One enrolled person."""

    subject_id: str
    display_name: str
    category: str
    """Reason of listing, such as ``criminal-charges``."""
    severity: int
    """1 (inform) to 3 (stop and call)."""
    legal_basis: str
    authority: str
    instructions: str
    expires_at: datetime | None
    references: tuple[PackagedReference, ...]


class PackagedLookAlikes(msgspec.Struct, frozen=True, kw_only=True):
    """Two persons of the list who look alike: a match needs one to lead the other by `margin`."""

    first_id: str
    second_id: str
    margin: float
    """Comparison score, 0 to 1."""


class WatchlistPackage(msgspec.Struct, frozen=True, kw_only=True):
    """A complete version of one list."""

    list_id: str
    version: int
    base_version: int | None
    title: str
    contract: PackagedContract
    subjects: tuple[PackagedSubject, ...]
    removed_subject_ids: tuple[str, ...] = ()
    """Only in a package that starts from `base_version`."""
    look_alikes: tuple[PackagedLookAlikes, ...] = ()
    """Of the whole list, also in a package that starts from `base_version`; versions before had none."""
    schema: str = "kechid.watchlist-package/1"
