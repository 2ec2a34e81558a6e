"""Pictures at rest: sealed pieces in a folder or bucket, reference photos as sealed rows."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.cases.tables import evidence
from hub.errors import HubError, NotFoundError
from hub.store.picture_places import PicturePlaceError, place_of
from hub.watchlist.tables import reference_photos


class EvidenceError(HubError):
    """A picture that cannot be written, or is gone from its place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture."""

    media_type: str
    content: bytes


def probe_picture(services: Services, connection: Connection, evidence_id: str) -> Picture:
    """Open a probe picture; raises `NotFoundError`, `EvidenceError` when its piece is gone."""
    row = connection.execute(select(evidence).where(evidence.c.evidence_id == evidence_id)).first()
    if row is None:
        raise NotFoundError("evidence", evidence_id)
    return Picture(row.media_type, open_piece(services, "evidence", evidence_id, row.file))


def reference_picture(services: Services, connection: Connection, reference_id: str) -> Picture:
    """Open a reference photo (JPEG); raises `NotFoundError`."""
    sealed = connection.scalar(
        select(reference_photos.c.sealed_photo).where(reference_photos.c.reference_id == reference_id)
    )
    if sealed is None:
        raise NotFoundError("reference", reference_id)
    return Picture("image/jpeg", services.store_key.unseal("reference-photo", reference_id, sealed))


def keep_probe(services: Services, device_id: str, evidence_id: str, content: bytes) -> str:
    """Write a sealed probe picture durably and return its name in the place of pictures.

    The name follows from device and evidence, so a repeat after a crash replaces its own left-over.
    """
    return _write(services, f"{device_id}\n{evidence_id}", services.seal("evidence", evidence_id, content))


def drop_probe(services: Services, name: str) -> None:
    """Delete a probe picture's piece, also one that is gone already; raises `EvidenceError`."""
    drop_piece(services, name)


def keep_piece(services: Services, kind: str, identifier: str, content: bytes) -> str:
    """Seal and write a piece durably and return its name in the place of pictures; raises `EvidenceError`."""
    return _write(services, f"{kind}\n{identifier}", services.seal(kind, identifier, content))


def open_piece(services: Services, kind: str, identifier: str, name: str) -> bytes:
    """Open a piece that `keep_piece` wrote; raises `EvidenceError` when it is gone."""
    try:
        sealed = place_of(services.settings.store).read(name)
    except PicturePlaceError as error:
        raise EvidenceError(f"{kind} {identifier}: {error}") from error
    return services.store_key.unseal(kind, identifier, sealed)


def drop_piece(services: Services, name: str) -> None:
    """Delete a piece, also one that is gone already; raises `EvidenceError`."""
    try:
        place_of(services.settings.store).delete(name)
    except PicturePlaceError as error:
        raise EvidenceError(str(error)) from error


def _write(services: Services, key: str, sealed: bytes) -> str:
    """Name a piece after what it belongs to, so that a repeat replaces its own left-over."""
    digest = sha256(key.encode()).hexdigest()
    name = f"{digest[:2]}/{digest[2:]}.sealed"
    try:
        place_of(services.settings.store).write(name, sealed)
    except PicturePlaceError as error:
        raise EvidenceError(str(error)) from error
    return name
