"""What was issued as programs read it: codes in words, no digests of the store's own. Pure."""

from datetime import date, datetime

import msgspec

from hub.origin.certificate.certificate import Certificate
from hub.origin.chain.facts import Status
from hub.origin.issuing.values import ActProgress, BatchProgress, CertificateAct, IssuedCertificate

STATUS_CODES = {Status.GOOD: "good", Status.SUSPENDED: "suspended", Status.REVOKED: "revoked"}


class BatchShown(msgspec.Struct, frozen=True):
    """The batch of a certificate."""

    batch_id: str
    progress: BatchProgress
    closes_at: datetime
    places: int | None
    root: str
    anchored_at: datetime | None
    block: int | None
    failure: str


class CertificateShown(msgspec.Struct, frozen=True, kw_only=True):
    """One issued certificate."""

    certificate_id: str
    number: str
    form: str
    issued_on: date
    issued_at: datetime
    issued_by: str
    status: str
    """``good``, ``suspended``, ``revoked``, as the chain has confirmed it."""
    reason: str
    batch: BatchShown


class ActShown(msgspec.Struct, frozen=True, kw_only=True):
    """An act on a certificate."""

    act_id: str
    certificate_id: str
    number: str
    status: str
    """What the certificate is to become."""
    reason: str
    replaced_by: str
    progress: ActProgress
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    confirmed_at: datetime | None
    failure: str


class CertificateDetail(msgspec.Struct, frozen=True):
    """One certificate, what it states, and what was done to it."""

    summary: CertificateShown
    certificate: Certificate
    acts: tuple[ActShown, ...]


def show_certificate(one: IssuedCertificate) -> CertificateShown:
    """Show a certificate."""
    batch = one.batch
    return CertificateShown(
        certificate_id=one.certificate_id,
        number=one.number,
        form=one.form,
        issued_on=one.issued_on,
        issued_at=one.issued_at,
        issued_by=one.issued_by,
        status=STATUS_CODES[one.status],
        reason=one.reason.code,
        batch=BatchShown(
            batch.batch_id,
            batch.progress,
            batch.closes_at,
            batch.places,
            batch.root,
            batch.anchored_at,
            batch.block,
            batch.failure,
        ),
    )


def show_act(one: CertificateAct) -> ActShown:
    """Show an act."""
    return ActShown(
        act_id=one.act_id,
        certificate_id=one.certificate_id,
        number=one.number,
        status=STATUS_CODES[one.status],
        reason=one.reason.code,
        replaced_by=one.replaced_by,
        progress=one.progress,
        proposed_by=one.proposed_by,
        proposed_at=one.proposed_at,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        confirmed_at=one.confirmed_at,
        failure=one.failure,
    )
