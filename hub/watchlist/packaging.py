"""Builds a watchlist package from a list's live subjects: one contract, or none at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, Select, select

from hub.bootstrap import Services
from hub.errors import ConflictError
from hub.watchlist.look_alikes import pairs_of_list
from hub.watchlist.subjects import is_live_at
from hub.watchlist.tables import contracts, reference_photos, subjects, watchlist_versions
from sync.watchlist_package import (
    PackagedContract,
    PackagedLookAlikes,
    PackagedReference,
    PackagedSubject,
    WatchlistPackage,
)


def build_package(
    services: Services, connection: Connection, list_id: str, *, title: str, version: int
) -> WatchlistPackage:
    """Take every live subject with its references.

    Raises `ConflictError` when references are of several contracts (``mixed-contracts``) or when the list
    never had any (``empty-list``).
    """
    rows = connection.execute(_live_references(list_id, services.clock())).all()
    return WatchlistPackage(
        list_id=list_id,
        version=version,
        base_version=None,
        title=title,
        contract=_contract(connection, list_id, rows),
        subjects=_packaged_subjects(services, rows),
        look_alikes=tuple(
            PackagedLookAlikes(first_id=pair.first_id, second_id=pair.second_id, margin=pair.margin)
            for pair in pairs_of_list(connection, list_id, services.clock())
        ),
    )


def _live_references(list_id: str, now: datetime) -> Select[tuple[object, ...]]:
    photo_columns = [column for column in reference_photos.c if column.name not in subjects.c]
    return (
        select(subjects, *photo_columns)
        .join(reference_photos, reference_photos.c.subject_id == subjects.c.subject_id)
        .where(subjects.c.list_id == list_id, is_live_at(now))
        .order_by(subjects.c.subject_id, reference_photos.c.position)
    )


def _contract(
    connection: Connection, list_id: str, rows: Sequence[Row[tuple[object, ...]]]
) -> PackagedContract:
    """Find the one contract of all references; an empty list keeps its last version's."""
    found = {row.contract_id for row in rows} or set(
        connection.scalars(
            select(watchlist_versions.c.contract_id)
            .where(watchlist_versions.c.list_id == list_id)
            .order_by(watchlist_versions.c.version.desc())
            .limit(1)
        )
    )
    known = {
        row.contract_id: row
        for row in connection.execute(select(contracts).where(contracts.c.contract_id.in_(found)))
    }
    if not known:
        raise ConflictError("empty-list", f"list {list_id!r} never had a subject")
    if len(known) > 1:
        names = ", ".join(sorted(f"{row.model_id} ({row.contract_id})" for row in known.values()))
        raise ConflictError(
            "mixed-contracts", f"list {list_id!r} holds references of {names}: enrol them anew with one pack"
        )
    (row,) = known.values()
    return PackagedContract(**{name: row._mapping[name] for name in PackagedContract.__struct_fields__})


def _packaged_subjects(
    services: Services, rows: Sequence[Row[tuple[object, ...]]]
) -> tuple[PackagedSubject, ...]:
    references: dict[str, list[PackagedReference]] = {}
    facts = {}
    for row in rows:
        facts[row.subject_id] = row
        references.setdefault(row.subject_id, []).append(_packaged_reference(services, row))
    return tuple(
        PackagedSubject(
            subject_id=subject_id,
            display_name=row.display_name,
            category=row.category,
            severity=row.severity,
            legal_basis=row.legal_basis,
            authority=row.authority,
            instructions=row.instructions,
            expires_at=row.expires_at,
            references=tuple(references[subject_id]),
        )
        for subject_id, row in facts.items()
    )


def _packaged_reference(services: Services, row: Row[tuple[object, ...]]) -> PackagedReference:
    return PackagedReference(
        reference_id=row.reference_id,
        vector=services.store_key.unseal("template", row.reference_id, row.sealed_template),
        photo=services.store_key.unseal("reference-photo", row.reference_id, row.sealed_photo),
        quality=row.quality,
        captured_on=row.captured_on,
    )
