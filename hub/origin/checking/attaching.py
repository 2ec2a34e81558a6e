"""Certificates that come with declarations: kept at once, looked at by a job."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, or_, select

from hub.bootstrap import Services
from hub.declarations.assessing.evidence import OriginVerdict
from hub.declarations.registry import DeclarationSummary, summary_of
from hub.jobs.queue import NewJob, enqueue
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.checking.receiving import ReceivedCertificate, keep_certificate, received
from hub.origin.checking.tables import declared_certificates, received_certificates
from hub.people.access import User
from hub.people.audit import Act, record
from hub.store.insertion import insert_if_new

LOOK = "look-at-certificate"
LOOKED_FOR = timedelta(days=30)
"""So long after it was last presented a certificate that nobody could say of is looked at again."""
MOST_AGAIN = 200


class Attached(msgspec.Struct, frozen=True):
    """A certificate of a declaration, and what is known of it."""

    declaration_id: str
    certificate: ReceivedCertificate


def attach(
    services: Services, connection: Connection, declaration_id: str, document: AnchoredCertificate, user: User
) -> Attached:
    """Keep a certificate with a declaration the user may see, within the caller's write transaction.

    A job looks at it. Raises `NotFoundError`, also for another sender's declaration.
    """
    summary: DeclarationSummary = summary_of(connection, declaration_id, user)
    now = services.clock()
    certificate_id = keep_certificate(services, connection, document, now)
    row = {"declaration_id": summary.declaration_id, "certificate_id": certificate_id}
    if insert_if_new(
        connection, declared_certificates, row | {"attached_at": now, "attached_by": user.user_id}
    ):
        record(connection, Act(user.user_id, "certificate-attached", declaration_id, {}), now)
    ask_for_look(connection, certificate_id, now)
    (known,) = received(connection, [certificate_id])
    return Attached(declaration_id, known)


def attached_to(connection: Connection, declaration_id: str, user: User) -> tuple[Attached, ...]:
    """Return a declaration's certificates, the first that came first; raises `NotFoundError`."""
    summary_of(connection, declaration_id, user)
    columns = declared_certificates.c
    query = select(columns.certificate_id).where(columns.declaration_id == declaration_id)
    ids = list(connection.scalars(query.order_by(columns.attached_at, columns.certificate_id)))
    known = {one.certificate_id: one for one in received(connection, ids)}
    return tuple(Attached(declaration_id, known[one]) for one in ids if one in known)


def ask_for_look(connection: Connection, certificate_id: str, now: datetime) -> None:
    """Have a certificate looked at once the caller's transaction is committed."""
    job = NewJob(LOOK, {"certificate_id": certificate_id}, unique_key=f"{LOOK}:{certificate_id}")
    enqueue(connection, job, now)


def declarations_with(connection: Connection, certificate_id: str) -> Sequence[str]:
    """Return the declarations that brought a certificate."""
    columns = declared_certificates.c
    query = select(columns.declaration_id).where(columns.certificate_id == certificate_id)
    return list(connection.scalars(query.order_by(columns.attached_at)))


def left_open(connection: Connection, now: datetime) -> Sequence[str]:
    """Return certificates that declarations brought and nobody could say of, the longest unseen first."""
    columns = received_certificates.c
    query = (
        select(columns.certificate_id)
        .where(
            or_(columns.verdict.is_(None), columns.verdict == OriginVerdict.CANNOT_TELL.value),
            columns.last_seen > now - LOOKED_FOR,
            columns.certificate_id.in_(select(declared_certificates.c.certificate_id)),
        )
        .order_by(columns.verified_at)
        .limit(MOST_AGAIN)
    )
    return list(connection.scalars(query))
