"""Enrols subjects from photos: all photos are good, or nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, func, select

from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError
from hub.people.audit import Act, Detail, record
from hub.store.database import reading, writing
from hub.watchlist.photos import EnrolledFace, Examination, Photo, PhotoReport, examine_photos
from hub.watchlist.subjects import SubjectRecord, check_record, insert_subject, list_title, subject
from hub.watchlist.tables import contracts, reference_photos
from models.template import EmbeddingContract

MAX_PHOTOS = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Outcome of an enrolment."""

    subject_id: str | None
    """None: nothing was written, and the reports say why."""
    photos: tuple[PhotoReport, ...]
    """In the order the photos were handed in."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedEnrolment:
    """Examined photos and a checked record, not stored yet."""

    list_id: str
    entry: SubjectRecord
    reports: tuple[PhotoReport, ...]
    faces: tuple[EnrolledFace, ...]
    """As many as reports when every photo is good."""

    @property
    def is_good(self) -> bool:
        """True when every photo was accepted."""
        return len(self.faces) == len(self.reports)


def enrol(
    services: Services, list_id: str, entry: SubjectRecord, photos: Sequence[Photo], *, actor: str
) -> Enrolment:
    """Enrol a new subject; raises `InvalidInputError` for the record, `NotFoundError` for the list."""
    prepared = prepare_enrolment(services, list_id, entry, photos)
    if not prepared.is_good:
        return Enrolment(None, prepared.reports)
    with writing(services.engine) as connection:
        return store_enrolment(services, connection, prepared, actor=actor)


def prepare_enrolment(
    services: Services, list_id: str, entry: SubjectRecord, photos: Sequence[Photo]
) -> PreparedEnrolment:
    """Do what takes time before the transaction: check the record, examine the photos."""
    check_record(entry, services.clock())
    with reading(services.engine) as connection:
        list_title(connection, list_id)
    examined, faces = _examine(services, photos)
    return PreparedEnrolment(list_id, entry, _reports(examined), faces)


def store_enrolment(
    services: Services, connection: Connection, prepared: PreparedEnrolment, *, actor: str
) -> Enrolment:
    """Write subject, references and audit entry inside the caller's write transaction."""
    now, subject_id = services.clock(), services.new_id()
    stamps = {"enrolled_at": now, "enrolled_by": actor}
    insert_subject(connection, subject_id, prepared.list_id, prepared.entry, **stamps)
    _store_faces(services, connection, subject_id, prepared.faces)
    detail: Detail = {
        "list": prepared.list_id,
        "photos": len(prepared.faces),
        "severity": prepared.entry.severity,
    }
    record(connection, Act(actor, "subject-enrolled", subject_id, detail), now)
    return Enrolment(subject_id, prepared.reports)


def add_photos(services: Services, subject_id: str, photos: Sequence[Photo], *, actor: str) -> Enrolment:
    """Add reference photos to a subject; raises `NotFoundError` without such a subject."""
    now = services.clock()
    with reading(services.engine) as connection:
        subject(connection, subject_id, now=now)
    examined, faces = _examine(services, photos)
    if len(faces) < len(examined):
        return Enrolment(None, _reports(examined))
    with writing(services.engine) as connection:
        _store_faces(services, connection, subject_id, faces)
        record(connection, Act(actor, "photos-added", subject_id, {"photos": len(faces)}), now)
    return Enrolment(subject_id, _reports(examined))


def _examine(
    services: Services, photos: Sequence[Photo]
) -> tuple[tuple[Examination, ...], tuple[EnrolledFace, ...]]:
    if not 1 <= len(photos) <= MAX_PHOTOS:
        raise InvalidInputError(
            FieldProblem("/photos", "out-of-range", f"{len(photos)} photos, not 1 to {MAX_PHOTOS}")
        )
    # The networks' run-times are not promised to be safe for two threads at once.
    with services.face_engine_lock:
        examined = examine_photos(photos, services.face_engine, services.settings.enrolment)
    return examined, tuple(one.face for one in examined if one.face is not None)


def _reports(examined: Sequence[Examination]) -> tuple[PhotoReport, ...]:
    return tuple(one.report for one in examined)


def _store_faces(
    services: Services, connection: Connection, subject_id: str, faces: Sequence[EnrolledFace]
) -> None:
    stored = select(func.count()).where(reference_photos.c.subject_id == subject_id)
    first = int(connection.scalar(stored) or 0)
    for position, face in enumerate(faces, start=first):
        _store_contract(connection, face.template.contract)
        reference_id = services.new_id()
        vector = face.template.vector.astype(np.dtype("<f4")).tobytes()
        connection.execute(
            reference_photos.insert().values(
                reference_id=reference_id,
                subject_id=subject_id,
                contract_id=face.template.contract.contract_id,
                sealed_photo=services.seal("reference-photo", reference_id, face.jpeg),
                sealed_template=services.seal("template", reference_id, vector),
                quality=face.quality,
                face_width=face.face_width,
                captured_on=face.captured_on,
                position=position,
                enrolled_at=services.clock(),
            )
        )


def _store_contract(connection: Connection, contract: EmbeddingContract) -> None:
    stored = select(contracts.c.contract_id).where(contracts.c.contract_id == contract.contract_id)
    if connection.scalar(stored) is None:
        fields = {name: getattr(contract, name) for name in EmbeddingContract.__dataclass_fields__}
        connection.execute(contracts.insert().values(contract_id=contract.contract_id, **fields))
