"""Exports a list's live subjects with their photos; who did it is on record."""

import zipfile
from collections.abc import Iterator
from typing import IO, Literal

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.people.audit import Act, record
from hub.watchlist.acting import Event, Officers, note_event
from hub.watchlist.subjects import is_live_at, list_title, subject
from hub.watchlist.tables import reference_photos, subjects
from hub.watchlist.transfer_rows import write_csv, write_json

Format = Literal["csv", "json"]


def export_list(
    services: Services, connection: Connection, list_id: str, target: IO[bytes], *, format: Format, actor: str
) -> int:
    """Write an archive that an import takes; returns how many subjects it holds. Raises `NotFoundError`."""
    list_title(connection, list_id)
    rows = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for row, photos in _exported(services, connection, list_id):
            rows.append(row)
            for name, content in photos:
                archive.writestr(name, content)
        table = write_csv(rows) if format == "csv" else write_json(rows)
        archive.writestr(f"subjects.{format}", table, zipfile.ZIP_DEFLATED)
    count: dict[str, tuple[object, object]] = {"enrolled": (None, len(rows))}
    note_event(services, connection, Event(list_id, None, "exported", count), Officers(actor))
    detail = {"subjects": len(rows), "format": format}
    record(connection, Act(actor, "list-exported", list_id, detail), services.clock())
    return len(rows)


def _exported(
    services: Services, connection: Connection, list_id: str
) -> Iterator[tuple[dict[str, object], list[tuple[str, bytes]]]]:
    now = services.clock()
    live = select(subjects.c.subject_id).where(subjects.c.list_id == list_id, is_live_at(now))
    for subject_id in connection.scalars(live.order_by(subjects.c.subject_id)).all():
        held = subject(connection, subject_id, now=now)
        photos = _photos(services, connection, subject_id)
        entry = held.record
        yield (
            {
                "external_key": entry.external_key or subject_id,
                "display_name": entry.display_name,
                "aliases": list(entry.aliases),
                "category": entry.category,
                "severity": entry.severity,
                "legal_basis": entry.legal_basis,
                "authority": entry.authority,
                "case_number": entry.case_number,
                "instructions": entry.instructions,
                "expires_at": entry.expires_at.isoformat() if entry.expires_at else "",
                "captured_on": held.references[0].captured_on if held.references else "",
                "photos": [name for name, _ in photos],
            },
            photos,
        )


def _photos(services: Services, connection: Connection, subject_id: str) -> list[tuple[str, bytes]]:
    columns = reference_photos.c
    rows = connection.execute(
        select(columns.reference_id, columns.sealed_photo)
        .where(columns.subject_id == subject_id)
        .order_by(columns.position)
    )
    return [
        (
            f"photos/{subject_id}-{place}.jpg",
            services.store_key.unseal("reference-photo", row.reference_id, row.sealed_photo),
        )
        for place, row in enumerate(rows, 1)
    ]
