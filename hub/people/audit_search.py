"""Finding entries of the audit log: by person, action, target and period, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from hub.cases.tables import alerts, evidence
from hub.people.audit import AuditRow
from hub.people.tables import audit
from hub.store.paging import Page, decode_number
from hub.watchlist.tables import reference_photos, subjects

LOOKS = (
    "subject-viewed",
    "reference-viewed",
    "evidence-viewed",
    "case-viewed",
    "declaration-viewed",
    "person-limit-viewed",
    "certificate-viewed",
    "subjects-exported",
    "list-exported",
    "statistics-exported",
)
"""Actions that are looks at personal data."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries; everything empty: all."""

    actor: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    looks_at: str = ""
    """A subject: only looks at the subject's own page, photos, evidence and cases."""
    only_looks: bool = False


def find_entries(
    connection: Connection, wanted: AuditQuery, *, cursor: str | None, limit: int
) -> Page[AuditRow]:
    """Entries, newest first; the cursor is a sequence number. Raises `InvalidInputError` for another."""
    conditions = _conditions(wanted)
    if cursor is not None:
        conditions.append(audit.c.seq < decode_number(cursor))
    query = select(audit).where(*conditions).order_by(audit.c.seq.desc()).limit(limit + 1)
    found = tuple(AuditRow(**row._mapping) for row in connection.execute(query))
    return Page(found[:limit], str(found[limit - 1].seq) if len(found) > limit else None)


def actions(connection: Connection) -> tuple[str, ...]:
    """Every action that occurs, by name; from one to the next in the index, for entries are many."""
    found: list[str] = []
    query = select(func.min(audit.c.action))
    while (name := connection.scalar(query)) is not None:
        found.append(name)
        query = select(func.min(audit.c.action)).where(audit.c.action > name)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Whom a look was at."""

    subject_id: str
    name: str
    case_id: str
    """The case it was part of; empty: none."""


def looked_at(connection: Connection, entries: tuple[AuditRow, ...]) -> Mapping[int, LookedAt]:
    """Say by sequence number whom looks were at; one whose picture is gone by now is missing."""
    targets = {entry.target for entry in entries}
    cases = _cases_of(connection, targets)
    photos = select(reference_photos.c.reference_id, reference_photos.c.subject_id)
    owners = {
        row.reference_id: row.subject_id
        for row in connection.execute(photos.where(reference_photos.c.reference_id.in_(targets)))
    }
    owners |= {target: subject_id for target, (_, subject_id) in cases.items()}
    names = _names(connection, targets | set(owners.values()))
    found = {}
    for entry in entries:
        subject_id = owners.get(entry.target, entry.target)
        case_id = cases[entry.target][0] if entry.target in cases else ""
        if subject_id in names or case_id:
            found[entry.seq] = LookedAt(subject_id, names.get(subject_id, ""), case_id)
    return found


def _cases_of(connection: Connection, targets: set[str]) -> dict[str, tuple[str, str]]:
    """Case and subject by alert id or by the id of an alert's picture."""
    found = {}
    query = select(alerts.c.alert_id, alerts.c.subject_id).where(alerts.c.alert_id.in_(targets))
    for row in connection.execute(query):
        found[row.alert_id] = (row.alert_id, row.subject_id)
    pictures = (
        select(evidence.c.evidence_id, alerts.c.alert_id, alerts.c.subject_id)
        .join(alerts, alerts.c.alert_id == evidence.c.alert_id)
        .where(evidence.c.evidence_id.in_(targets))
    )
    for picture in connection.execute(pictures):
        found[picture.evidence_id] = (picture.alert_id, picture.subject_id)
    return found


def _names(connection: Connection, subject_ids: set[str]) -> dict[str, str]:
    query = select(subjects.c.subject_id, subjects.c.display_name)
    rows = connection.execute(query.where(subjects.c.subject_id.in_(subject_ids)))
    return {row.subject_id: row.display_name for row in rows}


def _conditions(wanted: AuditQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name in ("actor", "action", "target"):
        if getattr(wanted, name):
            conditions.append(audit.c[name] == getattr(wanted, name))
    if wanted.since is not None:
        conditions.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(audit.c.at < wanted.until)
    if wanted.only_looks or wanted.looks_at:
        conditions.append(audit.c.action.in_(LOOKS))
    if wanted.looks_at:
        conditions.append(_concerns(wanted.looks_at))
    return conditions


def _concerns(subject_id: str) -> ColumnElement[bool]:
    photos = select(reference_photos.c.reference_id).where(reference_photos.c.subject_id == subject_id)
    cases = select(alerts.c.alert_id).where(alerts.c.subject_id == subject_id)
    pictures = select(evidence.c.evidence_id).where(evidence.c.alert_id.in_(cases))
    return or_(
        audit.c.target == subject_id,
        audit.c.target.in_(photos),
        audit.c.target.in_(cases),
        audit.c.target.in_(pictures),
    )
