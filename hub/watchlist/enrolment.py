"""Prepares enrolments and further photos: all photos are good, or there is nothing to propose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem, InvalidInputError
from hub.store.database import reading, writing
from hub.watchlist.acting import Officers, amend_subject, enrol_subject
from hub.watchlist.categories import least_severities
from hub.watchlist.photos import EnrolledFace, Examination, Photo, PhotoReport, examine_photos
from hub.watchlist.proposal_content import (
    Amend,
    Answer,
    Enrol,
    ProposedSubject,
    Resemblance,
    proposed_face,
)
from hub.watchlist.records import SubjectRecord, check_record
from hub.watchlist.subjects import list_title, subject
from hub.watchlist.tables import reference_photos, subjects

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
    """A checked record with examined photos, not stored yet."""

    list_id: str
    reports: tuple[PhotoReport, ...]
    content: Enrol | None
    """None: a photo was refused."""

    @property
    def resemblances(self) -> tuple[Resemblance, ...]:
        """Who looks like the person, most alike first."""
        return self.content.subjects[0].resemblances if self.content else ()


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPhotos:
    """Examined photos for somebody listed, not stored yet."""

    list_id: str
    reports: tuple[PhotoReport, ...]
    content: Amend | None
    """None: a photo was refused."""


def enrol(
    services: Services, list_id: str, entry: SubjectRecord, photos: Sequence[Photo], *, actor: str
) -> Enrolment:
    """Enrol a new subject at once, whatever the list's policy.

    Raises `InvalidInputError` for the record, `NotFoundError` for the list.
    """
    prepared = prepare_enrolment(services, list_id, entry, photos)
    if prepared.content is None:
        return Enrolment(None, prepared.reports)
    (proposed,) = prepared.content.subjects
    with writing(services.engine) as connection:
        enrol_subject(services, connection, list_id, proposed, Officers(actor))
    return Enrolment(proposed.subject_id, prepared.reports)


def prepare_enrolment(
    services: Services, list_id: str, entry: SubjectRecord, photos: Sequence[Photo]
) -> PreparedEnrolment:
    """Do what takes time before any transaction: check, examine, search for resemblances."""
    with reading(services.engine) as connection:
        list_title(connection, list_id)
        check_record(entry, services.clock(), least_severities(connection))
    examined, faces = _examine(services, photos, frozenset())
    reports = _reports(examined)
    if len(faces) < len(examined):
        return PreparedEnrolment(list_id, reports, None)
    proposed = ProposedSubject(
        subject_id=services.new_id(),
        entry=entry,
        faces=tuple(proposed_face(face) for face in faces),
        resemblances=resemblances(services, faces),
    )
    return PreparedEnrolment(list_id, reports, Enrol(subjects=(proposed,)))


def prepare_photos(services: Services, subject_id: str, photos: Sequence[Photo]) -> PreparedPhotos:
    """Examine further photos of a subject; raises `NotFoundError` without such a subject."""
    with reading(services.engine) as connection:
        held = subject(connection, subject_id, now=services.clock())
        own = select(reference_photos.c.photo_sha256).where(reference_photos.c.subject_id == subject_id)
        known = frozenset(connection.scalars(own)) - {""}
    examined, faces = _examine(services, photos, known)
    list_id, reports = held.summary.list_id, _reports(examined)
    if len(faces) < len(examined):
        return PreparedPhotos(list_id, reports, None)
    added = tuple(proposed_face(face) for face in faces)
    amend = Amend(subject_id=subject_id, before=held.record, entry=held.record, faces=added)
    return PreparedPhotos(list_id, reports, amend)


def add_photos(services: Services, subject_id: str, photos: Sequence[Photo], *, actor: str) -> Enrolment:
    """Add photos at once, whatever the list's policy; raises `NotFoundError` without such a subject."""
    prepared = prepare_photos(services, subject_id, photos)
    if prepared.content is None:
        return Enrolment(None, prepared.reports)
    with writing(services.engine) as connection:
        amend_subject(services, connection, prepared.content, Officers(actor))
    return Enrolment(subject_id, prepared.reports)


def amendment(
    services: Services, connection: Connection, subject_id: str, changes: Mapping[str, object]
) -> Amend:
    """Describe changed fields of a subject's record for a proposal; raises as carrying it out would."""
    now = services.clock()
    held = subject(connection, subject_id, now=now)
    if held.removed_at is not None:
        raise ConflictError("off-the-list", f"subject {subject_id} was taken off the list")
    values = {name: getattr(held.record, name) for name in SubjectRecord.__dataclass_fields__}
    entry = SubjectRecord(**values | dict(changes))
    if entry == held.record:
        raise ConflictError("no-change", f"subject {subject_id} has these facts already")
    check_record(entry, now, least_severities(connection, kept=held.record.category))
    return Amend(subject_id=subject_id, before=held.record, entry=entry)


def answered(content: Enrol, answer: Answer) -> Enrol:
    """Give every resemblance of a single enrolment the same answer."""
    (proposed,) = content.subjects
    said = tuple(msgspec.structs.replace(one, answer=answer) for one in proposed.resemblances)
    return msgspec.structs.replace(content, subjects=(msgspec.structs.replace(proposed, resemblances=said),))


def examine(services: Services, photos: Sequence[Photo]) -> tuple[PhotoReport, ...]:
    """Say of photos how good they are; nothing of them is kept."""
    return _reports(_examine(services, photos, frozenset())[0])


def resemblances(services: Services, faces: Sequence[EnrolledFace]) -> tuple[Resemblance, ...]:
    """Search everybody listed on any list; most alike first, the very same photo before all."""
    contract = faces[0].template.contract
    vectors = [face.template.vector for face in faces]
    digests = [face.photo_sha256 for face in faces]
    with reading(services.engine) as connection:
        calibration = services.face_engine.calibration
        found = services.reference_galleries.search(connection, contract, vectors, calibration)
        same = select(reference_photos.c.subject_id, reference_photos.c.reference_id)
        same = same.add_columns(reference_photos.c.photo_sha256)
        same = same.join(subjects, subjects.c.subject_id == reference_photos.c.subject_id)
        same = same.where(reference_photos.c.photo_sha256.in_(digests), subjects.c.removed_at.is_(None))
        photos = {row.subject_id: row for row in connection.execute(same)}
    alike = {
        one.subject_id: Resemblance(
            subject_id=one.subject_id, reference_id=one.reference_id, probe=one.probe, score=one.score
        )
        for one in found
    }
    for subject_id, row in photos.items():
        known = Resemblance(
            subject_id=subject_id,
            reference_id=row.reference_id,
            probe=digests.index(row.photo_sha256),
            score=1.0,
        )
        alike[subject_id] = msgspec.structs.replace(alike.get(subject_id, known), is_same_photo=True)
    return tuple(sorted(alike.values(), key=lambda one: (not one.is_same_photo, -one.score)))


def _examine(
    services: Services, photos: Sequence[Photo], known: frozenset[str]
) -> tuple[tuple[Examination, ...], tuple[EnrolledFace, ...]]:
    if not 1 <= len(photos) <= MAX_PHOTOS:
        raise InvalidInputError(
            FieldProblem("/photos", "out-of-range", f"{len(photos)} photos, not 1 to {MAX_PHOTOS}")
        )
    # The networks' run-times are not promised to be safe for two threads at once.
    with services.face_engine_lock:
        examined = examine_photos(photos, services.face_engine, services.settings.enrolment, known)
    return examined, tuple(one.face for one in examined if one.face is not None)


def _reports(examined: Sequence[Examination]) -> tuple[PhotoReport, ...]:
    return tuple(one.report for one in examined)
