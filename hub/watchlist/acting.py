"""Carries out what was decided about a list's subjects, with its trace in history and audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, func, select, update

from hub.bootstrap import Services
from hub.errors import ConflictError
from hub.people.audit import Act, record
from hub.watchlist.categories import least_severities
from hub.watchlist.history import HistoryEntry, note
from hub.watchlist.look_alikes import keep_apart
from hub.watchlist.proposal_content import Amend, ProposedFace, ProposedSubject
from hub.watchlist.records import changed_fields, check_record
from hub.watchlist.subjects import (
    insert_subject,
    next_gallery_version,
    record_row,
    remove_subject,
    store_names,
    subject,
)
from hub.watchlist.tables import contracts, reference_photos, subjects
from models.template import EmbeddingContract

AuditDetail: TypeAlias = dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Officers:
    """Who answers for an act."""

    proposed_by: str
    approved_by: str | None = None
    """None: the list's policy asks for one person only."""

    @property
    def detail(self) -> AuditDetail:
        """For the audit log."""
        return {"approved_by": self.approved_by} if self.approved_by else {}


@dataclass(frozen=True, slots=True)
class Event:
    """Something for history, before it has its place there."""

    list_id: str
    subject_id: str | None
    action: str
    changes: Mapping[str, tuple[object, object]]
    reason: str = ""


def note_event(services: Services, connection: Connection, event: Event, officers: Officers) -> None:
    """Write an event into history."""
    note(
        connection,
        HistoryEntry(
            services.new_id(),
            event.list_id,
            event.subject_id,
            services.clock(),
            officers.proposed_by,
            event.action,
            officers.approved_by,
            event.changes,
            event.reason,
        ),
    )


def enrol_subject(
    services: Services, connection: Connection, list_id: str, proposed: ProposedSubject, officers: Officers
) -> None:
    """Write a new subject with its references; raises `InvalidInputError` when its record no longer holds."""
    now, subject_id, entry = services.clock(), proposed.subject_id, proposed.entry
    check_record(entry, now, least_severities(connection))
    if entry.external_key and _is_key_taken(connection, list_id, entry.external_key):
        raise ConflictError(
            "external-key-taken", f"external key {entry.external_key!r} is on the list already"
        )
    stamps = {"enrolled_at": now, "enrolled_by": officers.proposed_by}
    insert_subject(connection, subject_id, list_id, entry, **stamps)
    store_faces(services, connection, subject_id, proposed.faces)
    detail: AuditDetail = {"list": list_id, "photos": len(proposed.faces), "severity": entry.severity}
    record(
        connection, Act(officers.proposed_by, "subject-enrolled", subject_id, detail | officers.detail), now
    )
    photos: dict[str, tuple[object, object]] = {"photos": (0, len(proposed.faces))}
    note_event(services, connection, Event(list_id, subject_id, "enrolled", photos), officers)
    for one in proposed.resemblances:
        if one.answer == "look-alike":
            keep_apart(services, connection, subject_id, one.subject_id, actor=officers.proposed_by)
        elif one.answer == "other":
            changes: dict[str, tuple[object, object]] = {"resembles": (None, one.subject_id)}
            event = Event(list_id, subject_id, "resemblance-dismissed", changes)
            note_event(services, connection, event, officers)


def amend_subject(services: Services, connection: Connection, amend: Amend, officers: Officers) -> None:
    """Change a subject's record and add photos.

    Raises `ConflictError` when the record was amended meanwhile or the subject is off the list,
    `InvalidInputError` when the new record does not hold.
    """
    now = services.clock()
    held = subject(connection, amend.subject_id, now=now)
    if held.removed_at is not None:
        raise ConflictError("off-the-list", f"subject {amend.subject_id} was taken off the list")
    changes = changed_fields(amend.before, amend.entry)
    if changes:
        if held.record != amend.before:
            raise ConflictError("overtaken", f"subject {amend.subject_id} was amended meanwhile")
        check_record(amend.entry, now, least_severities(connection, kept=held.record.category))
        values = record_row(amend.entry) | {"amended_at": now, "expired_at": None}
        is_it = subjects.c.subject_id == amend.subject_id
        connection.execute(update(subjects).where(is_it).values(**values))
        store_names(connection, amend.subject_id, amend.entry)
        _note_amendment(services, connection, held.summary.list_id, amend, officers)
    if amend.faces:
        store_faces(services, connection, amend.subject_id, amend.faces)
        photos = {"photos": (len(held.references), len(held.references) + len(amend.faces))}
        event = Event(held.summary.list_id, amend.subject_id, "photos-added", photos)
        note_event(services, connection, event, officers)
        detail: AuditDetail = {"photos": len(amend.faces), **officers.detail}
        record(connection, Act(officers.proposed_by, "photos-added", amend.subject_id, detail), now)


def take_off(
    services: Services, connection: Connection, subject_id: str, reason: str, officers: Officers
) -> bool:
    """Take a subject off its list with a reason; False when that was done before."""
    now = services.clock()
    done = remove_subject(connection, subject_id, actor=officers.proposed_by, now=now, reason=reason)
    if done:
        list_id = subject(connection, subject_id, now=now).summary.list_id
        event = Event(list_id, subject_id, "removed", {}, reason)
        note_event(services, connection, event, officers)
        record(connection, Act(officers.proposed_by, "subject-removed", subject_id, officers.detail), now)
    return done


def store_faces(
    services: Services, connection: Connection, subject_id: str, faces: Sequence[ProposedFace]
) -> None:
    """Write references after those that are there, sealed."""
    stored = select(func.count()).where(reference_photos.c.subject_id == subject_id)
    first = int(connection.scalar(stored) or 0)
    versions: dict[str, int] = {}
    for position, face in enumerate(faces, start=first):
        contract_id = face.contract.contract_id
        if contract_id not in versions:
            _store_contract(connection, face.contract)
            versions[contract_id] = next_gallery_version(connection, contract_id)
        reference_id = services.new_id()
        connection.execute(
            reference_photos.insert().values(
                reference_id=reference_id,
                subject_id=subject_id,
                contract_id=contract_id,
                sealed_photo=services.seal("reference-photo", reference_id, face.jpeg),
                sealed_template=services.seal("template", reference_id, face.vector),
                quality=face.quality,
                components=face.components,
                face_width=face.face_width,
                captured_on=face.captured_on,
                position=position,
                enrolled_at=services.clock(),
                photo_sha256=face.photo_sha256,
                changed_in=versions[contract_id],
            )
        )


def _note_amendment(
    services: Services, connection: Connection, list_id: str, amend: Amend, officers: Officers
) -> None:
    changes = changed_fields(amend.before, amend.entry)
    note_event(services, connection, Event(list_id, amend.subject_id, "amended", changes), officers)
    detail: AuditDetail = {"fields": ", ".join(sorted(changes)), **officers.detail}
    record(
        connection, Act(officers.proposed_by, "subject-amended", amend.subject_id, detail), services.clock()
    )


def _is_key_taken(connection: Connection, list_id: str, external_key: str) -> bool:
    is_it = (subjects.c.list_id == list_id) & (subjects.c.external_key == external_key)
    return connection.scalar(select(subjects.c.subject_id).where(is_it)) is not None


def _store_contract(connection: Connection, contract: EmbeddingContract) -> None:
    stored = select(contracts.c.contract_id).where(contracts.c.contract_id == contract.contract_id)
    if connection.scalar(stored) is None:
        fields = {name: getattr(contract, name) for name in EmbeddingContract.__dataclass_fields__}
        connection.execute(contracts.insert().values(contract_id=contract.contract_id, **fields))
