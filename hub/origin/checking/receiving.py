"""Keeps the certificates that come, sealed, each once, with what the newest look at it came to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from hub.bootstrap import Services
from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import NotFoundError
from hub.origin.anchoring.leaves import leaf_digest
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.checking.tables import received_certificates
from hub.origin.verifying.verdict import Verification
from hub.store.insertion import insert_if_new

KIND = "received-certificate"
_ID_BYTES = 16
_TOLD = tuple(column for column in received_certificates.c if column.name != "sealed")


class ReceivedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as it is kept, without what it states."""

    certificate_id: str
    state: str
    number: str
    form: str
    verdict: OriginVerdict | None
    """None: nobody has looked yet."""
    reasons: tuple[dict[str, str], ...]
    provenance: str
    verified_at: datetime | None
    as_of_block: int | None
    as_of_at: datetime | None
    lines_left: dict[str, int]


def certificate_id_of(document: AnchoredCertificate) -> str:
    """Name a certificate by its leaf: copies have one name, an altered one has another."""
    certificate = document.certificate
    leaf = leaf_digest(document.registry, certificate.state, document.index, document.digest)
    return leaf[:_ID_BYTES].hex()


def keep_certificate(
    services: Services, connection: Connection, document: AnchoredCertificate, now: datetime
) -> str:
    """Keep a certificate within the caller's write transaction; returns its id."""
    certificate_id, certificate = certificate_id_of(document), document.certificate
    row = {
        "certificate_id": certificate_id,
        "state": certificate.state,
        "number": certificate.number,
        "form": certificate.form,
        "root": document.root.hex(),
        "place": document.index,
        "sealed": services.seal(KIND, certificate_id, msgspec.json.encode(document)),
        "first_seen": now,
        "last_seen": now,
        "reasons": [],
        "provenance": "",
        "lines_left": {},
    }
    if not insert_if_new(connection, received_certificates, row):
        is_this = received_certificates.c.certificate_id == certificate_id
        connection.execute(update(received_certificates).where(is_this).values(last_seen=now))
    return certificate_id


def note_verdict(connection: Connection, certificate_id: str, found: Verification, now: datetime) -> None:
    """Keep what a look came to with its certificate."""
    is_this = received_certificates.c.certificate_id == certificate_id
    connection.execute(
        update(received_certificates).where(is_this).values(verified_at=now, **verdict_columns(found))
    )


def verdict_columns(found: Verification) -> dict[str, Any]:
    """Give what both tables keep of a look."""
    return {
        "verdict": found.verdict.value,
        "reasons": [{"ground": one.ground.value, "detail": one.detail} for one in found.reasons],
        "provenance": "" if found.provenance is None else found.provenance.value,
        "as_of_block": None if found.as_of is None else found.as_of.number,
        "as_of_at": None if found.as_of is None else found.as_of.at,
        "lines_left": {str(line): parts for line, parts in found.left.items()},
    }


def opened(services: Services, connection: Connection, certificate_id: str) -> AnchoredCertificate:
    """Open a certificate that came; raises `NotFoundError`."""
    is_this = received_certificates.c.certificate_id == certificate_id
    sealed = connection.scalar(select(received_certificates.c.sealed).where(is_this))
    if sealed is None:
        raise NotFoundError("certificate", certificate_id)
    return unsealed(services, certificate_id, sealed)


def unsealed(services: Services, certificate_id: str, sealed: bytes) -> AnchoredCertificate:
    """Open what a row keeps; raises `SealError`."""
    return msgspec.json.decode(
        services.store_key.unseal(KIND, certificate_id, sealed), type=AnchoredCertificate
    )


def received(connection: Connection, certificate_ids: Collection[str]) -> Sequence[ReceivedCertificate]:
    """Return what is known of some."""
    if not certificate_ids:
        return ()
    wanted = received_certificates.c.certificate_id.in_(sorted(certificate_ids))
    return [received_in(row) for row in connection.execute(select(*_TOLD).where(wanted))]


def received_in(row: Row[*tuple[Any, ...]]) -> ReceivedCertificate:
    """Read a row; further columns are passed over."""
    facts = {name: getattr(row, name) for name in ReceivedCertificate.__struct_fields__}
    return msgspec.convert(facts, ReceivedCertificate, strict=False)
