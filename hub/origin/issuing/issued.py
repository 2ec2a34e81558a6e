"""Reads what was issued: a list, one, the certificate with what confirms it."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_

from hub.bootstrap import Services
from hub.errors import ConflictError, NotFoundError
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.chain.facts import Status
from hub.origin.issuing.issuing import open_content
from hub.origin.issuing.reasons import StatusReason
from hub.origin.issuing.tables import issue_batches, issued_certificates
from hub.origin.issuing.values import BatchProgress, IssueBatch, IssuedCertificate
from hub.origin.settings import OriginSettings
from hub.store.paging import Page, Position, decode_cursor, encode_cursor

DIGEST_BYTES = 32
_UNSAID = ("digest", "sealed_content", "place", "proof")
_OF_BATCH = tuple(
    column.label(f"batch_{column.name}")
    for column in issue_batches.c
    if column.name not in ("signature", "deadline")
)
_SUMMARY = (*(column for column in issued_certificates.c if column.name not in _UNSAID), *_OF_BATCH)


def list_issued(
    connection: Connection, *, number: str = "", cursor: str | None = None, limit: int = 50
) -> Page[IssuedCertificate]:
    """List by time of issue, the newest first; `number`: those that begin with it."""
    table = issued_certificates.c
    query = _with_batch(select(*_SUMMARY)).order_by(table.issued_at.desc(), table.certificate_id.desc())
    if number:
        query = query.where(table.number.startswith(number, autoescape=True))
    if cursor is not None:
        after = decode_cursor(cursor)
        query = query.where(tuple_(table.issued_at, table.certificate_id) < (after.at, after.identifier))
    rows = connection.execute(query.limit(limit + 1)).all()
    items = tuple(_issued(row) for row in rows[:limit])
    is_last = len(rows) <= limit
    return Page(
        items, None if is_last else encode_cursor(Position(items[-1].issued_at, items[-1].certificate_id))
    )


def issued_certificate(connection: Connection, certificate_id: str) -> IssuedCertificate:
    """Give one by its id; raises `NotFoundError`."""
    return _issued(_one(connection, select(*_SUMMARY), certificate_id))


def id_of_number(connection: Connection, number: str) -> str:
    """Return the id of a certificate by its number; raises `NotFoundError`."""
    found: str | None = connection.scalar(
        select(issued_certificates.c.certificate_id).where(issued_certificates.c.number == number)
    )
    if found is None:
        raise NotFoundError("certificate", number[:64])
    return found


def content_of(services: Services, connection: Connection, certificate_id: str) -> Certificate:
    """Open what a certificate states; raises `NotFoundError`, `SealError`."""
    row = _one(connection, select(issued_certificates.c.sealed_content), certificate_id)
    return open_content(services, certificate_id, row.sealed_content).certificate


def document_of(services: Services, connection: Connection, certificate_id: str) -> AnchoredCertificate:
    """Give the certificate with what confirms it.

    Raises `NotFoundError`, and `ConflictError` while its batch is not closed (``not-closed``).
    """
    row = _one(connection, select(issued_certificates, issue_batches.c.root), certificate_id)
    if row.place is None or row.root is None:
        raise ConflictError("not-closed", "the batch takes certificates still; it has no way to a root yet")
    content = open_content(services, certificate_id, row.sealed_content)
    way = bytes(row.proof)
    return AnchoredCertificate(
        certificate=content.certificate,
        key=content.key,
        registry=registry_set_up(services.settings.origin),
        index=row.place,
        proof=tuple(way[first : first + DIGEST_BYTES] for first in range(0, len(way), DIGEST_BYTES)),
    )


def registry_set_up(origin: OriginSettings) -> RegistryPlace:
    """Return the registry of the settings; raises `ConflictError` without one."""
    if not origin.registry_address:
        raise ConflictError("no-registry", "no registry is set up: [origin] registry_address")
    return RegistryPlace(origin.registry_chain_id, bytes.fromhex(origin.registry_address[2:]))


def batch_of(connection: Connection, batch_id: str) -> IssueBatch:
    """Give a batch; raises `NotFoundError`."""
    row = connection.execute(select(*_OF_BATCH).where(issue_batches.c.batch_id == batch_id)).first()
    if row is None:
        raise NotFoundError("batch", batch_id[:64])
    return _batch(row)


def certificates_of(connection: Connection, batch_id: str) -> tuple[str, ...]:
    """Return the ids of a batch's certificates by their numbers."""
    table = issued_certificates.c
    query = select(table.certificate_id).where(table.batch_id == batch_id).order_by(table.number)
    return tuple(connection.scalars(query))


def _with_batch(query: Select[Any]) -> Select[Any]:
    return query.select_from(issued_certificates).join(
        issue_batches, issue_batches.c.batch_id == issued_certificates.c.batch_id
    )


def _one(connection: Connection, query: Select[Any], certificate_id: str) -> Row[*tuple[Any, ...]]:
    this = issued_certificates.c.certificate_id == certificate_id
    row = connection.execute(_with_batch(query).where(this)).first()
    if row is None:
        raise NotFoundError("certificate", certificate_id[:64])
    return row


def _issued(row: Row[*tuple[Any, ...]]) -> IssuedCertificate:
    return IssuedCertificate(
        certificate_id=row.certificate_id,
        state=StateCode(row.state),
        number=row.number,
        form=row.form,
        issued_on=row.issued_on,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        status=Status(row.status),
        reason=StatusReason(row.status_reason),
        batch=_batch(row),
    )


def _batch(row: Row[*tuple[Any, ...]]) -> IssueBatch:
    return IssueBatch(
        batch_id=row.batch_batch_id,
        progress=BatchProgress(row.batch_progress),
        opened_at=row.batch_opened_at,
        closes_at=row.batch_closes_at,
        certificates=row.batch_certificates,
        places=row.batch_places,
        root=row.batch_root or "",
        anchored_at=row.batch_anchored_at,
        block=row.batch_block,
        failure=row.batch_failure,
    )
