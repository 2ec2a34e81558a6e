"""Suspends, restores and revokes certificates: by two officers where it harms, then told to the registry."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.origin.chain.facts import Status
from hub.origin.issuing.reasons import StatusReason
from hub.origin.issuing.tables import certificate_acts, issue_batches, issued_certificates
from hub.origin.issuing.values import UNDER_WAY, ActProgress, BatchProgress, CertificateAct
from hub.people.audit import Act, record

SHOWN = 200
_NAMES = {Status.GOOD: "restored", Status.SUSPENDED: "suspended", Status.REVOKED: "revoked"}


def propose_act(
    services: Services,
    connection: Connection,
    certificate_id: str,
    wanted: tuple[Status, StatusReason, str],
    *,
    actor: str,
) -> CertificateAct:
    """Put up what a certificate is to become, why, and the number of the one in its place.

    Restoring is done at once, and everything where the settings ask for one officer only. Raises
    `NotFoundError`, `InvalidInputError`, and `ConflictError` for what is revoked, is so already, is not
    anchored yet, or has another act under way.
    """
    status, reason, number = wanted
    held = _held(connection, certificate_id)
    _require_possible(connection, held, status)
    replaced_by = _replacement(connection, held, status, number)
    act_id, now = services.new_id(), services.clock()
    connection.execute(
        certificate_acts.insert().values(
            act_id=act_id,
            certificate_id=certificate_id,
            status=status.value,
            reason=reason.value,
            replaced_by=replaced_by,
            progress=ActProgress.WAITING.value,
            proposed_by=actor,
            proposed_at=now,
        )
    )
    record(connection, Act(actor, f"certificate-{_NAMES[status]}-proposed", certificate_id, {}), now)
    if status is not Status.GOOD and services.settings.origin_issuing.needs_two:
        return certificate_act(connection, act_id)
    return _decide(connection, act_id, ActProgress.APPROVED, actor, now)


def approve_act(services: Services, connection: Connection, act_id: str, *, actor: str) -> CertificateAct:
    """Let an act be done as its second officer.

    Raises `NotFoundError`, `ConflictError` for one's own (``same-person``) and for one that is decided.
    """
    waiting = _waiting(connection, act_id)
    if waiting.proposed_by == actor:
        raise ConflictError("same-person", "the officer who proposed it cannot approve it")
    return _decide(connection, act_id, ActProgress.APPROVED, actor, services.clock())


def reject_act(services: Services, connection: Connection, act_id: str, *, actor: str) -> CertificateAct:
    """Drop an act, one's own or another's; raises `NotFoundError`, `ConflictError` for a decided one."""
    _waiting(connection, act_id)
    return _decide(connection, act_id, ActProgress.REJECTED, actor, services.clock())


def certificate_act(connection: Connection, act_id: str) -> CertificateAct:
    """Give one; raises `NotFoundError`."""
    found = _acts(connection, certificate_acts.c.act_id == act_id)
    if not found:
        raise NotFoundError("act", act_id[:64])
    return found[0]


def acts_on(connection: Connection, certificate_id: str) -> tuple[CertificateAct, ...]:
    """List what was done to a certificate, the newest first."""
    return _acts(connection, certificate_acts.c.certificate_id == certificate_id)


def waiting_acts(connection: Connection) -> tuple[CertificateAct, ...]:
    """List what waits for a second officer, the newest first."""
    return _acts(connection, certificate_acts.c.progress == ActProgress.WAITING.value)


def _acts(connection: Connection, condition: Any) -> tuple[CertificateAct, ...]:
    own, other = issued_certificates.alias("own"), issued_certificates.alias("other")
    query = (
        select(certificate_acts, own.c.number, other.c.number.label("replacement"))
        .join(own, own.c.certificate_id == certificate_acts.c.certificate_id)
        .outerjoin(other, other.c.certificate_id == certificate_acts.c.replaced_by)
        .where(condition)
        .order_by(certificate_acts.c.proposed_at.desc(), certificate_acts.c.act_id.desc())
        .limit(SHOWN)
    )
    return tuple(_act(row) for row in connection.execute(query))


def _act(row: Row[*tuple[Any, ...]]) -> CertificateAct:
    return CertificateAct(
        act_id=row.act_id,
        certificate_id=row.certificate_id,
        number=row.number,
        status=Status(row.status),
        reason=StatusReason(row.reason),
        replaced_by=row.replacement or "",
        progress=ActProgress(row.progress),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        confirmed_at=row.confirmed_at,
        failure=row.failure,
    )


def _held(connection: Connection, certificate_id: str) -> Row[*tuple[Any, ...]]:
    query = (
        select(issued_certificates, issue_batches.c.progress)
        .join(issue_batches, issue_batches.c.batch_id == issued_certificates.c.batch_id)
        .where(issued_certificates.c.certificate_id == certificate_id)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError("certificate", certificate_id[:64])
    return row


def _require_possible(connection: Connection, held: Row[*tuple[Any, ...]], status: Status) -> None:
    if held.status == Status.REVOKED:
        raise ConflictError("revoked", "a revoked certificate stays revoked")
    if held.status == status:
        raise ConflictError("already-so", "the certificate is so already")
    if held.progress != BatchProgress.ANCHORED.value:
        raise ConflictError("not-anchored", "the registry does not know the certificate yet")
    table = certificate_acts.c
    under_way = select(table.act_id).where(
        table.certificate_id == held.certificate_id, table.progress.in_([one.value for one in UNDER_WAY])
    )
    if connection.scalar(under_way.limit(1)) is not None:
        raise ConflictError("another-act", "another act on the certificate is under way")


def _replacement(
    connection: Connection, held: Row[*tuple[Any, ...]], status: Status, number: str
) -> str | None:
    if not number:
        return None
    table = issued_certificates.c
    query = select(table.certificate_id).where(table.state == held.state, table.number == number)
    found: str | None = connection.scalar(query)
    if status is not Status.REVOKED:
        raise InvalidInputError(
            FieldProblem("/replaced_by", "invalid", "only a revoked certificate is replaced")
        )
    if found is None or found == held.certificate_id:
        problem = FieldProblem(
            "/replaced_by", "unknown", f"{number[:64]!r} is no other certificate issued here"
        )
        raise InvalidInputError(problem)
    return found


def _waiting(connection: Connection, act_id: str) -> CertificateAct:
    act = certificate_act(connection, act_id)
    if act.progress is not ActProgress.WAITING:
        raise ConflictError("already-decided", f"act {act_id[:64]} is {act.progress}")
    return act


def _decide(
    connection: Connection, act_id: str, progress: ActProgress, actor: str, now: datetime
) -> CertificateAct:
    decided = {"progress": progress.value, "decided_by": actor, "decided_at": now}
    this = certificate_acts.c.act_id == act_id
    connection.execute(update(certificate_acts).where(this).values(**decided))
    act = certificate_act(connection, act_id)
    detail = {"certificate": act.certificate_id, "reason": act.reason.code}
    record(connection, Act(actor, f"certificate-{_NAMES[act.status]}-{progress}", act_id, detail), now)
    return act
