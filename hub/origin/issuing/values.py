"""What an authority issued, and how far it has come. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.errors import FieldProblem
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import Status
from hub.origin.issuing.reasons import StatusReason


class BatchProgress(StrEnum):
    """How far a batch is."""

    OPEN = "open"
    """Takes certificates until it closes."""
    CLOSED = "closed"
    SIGNED = "signed"
    """By the authority."""
    SENT = "sent"
    """On its way to the chain."""
    ANCHORED = "anchored"


class ActProgress(StrEnum):
    """How far an act on a certificate is."""

    WAITING = "waiting"
    """For a second officer."""
    APPROVED = "approved"
    SENT = "sent"
    CONFIRMED = "confirmed"
    """By the chain."""
    REJECTED = "rejected"
    FAILED = "failed"
    """The registry refuses it for good."""


UNDER_WAY = (ActProgress.WAITING, ActProgress.APPROVED, ActProgress.SENT)


@dataclass(frozen=True, slots=True)
class IssueBatch:
    """Certificates that are anchored together."""

    batch_id: str
    progress: BatchProgress
    opened_at: datetime
    closes_at: datetime
    certificates: int
    places: int | None
    """On the chain: a power of two, so that it says little of how many there are."""
    root: str
    """Hexadecimal; empty until it is closed."""
    anchored_at: datetime | None
    block: int | None
    failure: str
    """Why it does not get further just now; it is tried again."""


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate as the list shows it: nothing of it that names somebody."""

    certificate_id: str
    state: StateCode
    number: str
    form: str
    issued_on: date
    issued_at: datetime
    issued_by: str
    status: Status
    """As the chain has confirmed it."""
    reason: StatusReason
    batch: IssueBatch


@dataclass(frozen=True, slots=True)
class CertificateAct:
    """Somebody suspends, restores or revokes a certificate."""

    act_id: str
    certificate_id: str
    number: str
    status: Status
    """What it is to become."""
    reason: StatusReason
    replaced_by: str
    """Number of the certificate in its place; empty: none."""
    progress: ActProgress
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    confirmed_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True)
class RowProblems:
    """A certificate of a file or request that was not issued, and why."""

    row: int
    """From 0."""
    number: str
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What came of a file or request."""

    batch_id: str
    """Empty: nothing was issued."""
    issued: tuple[str, ...]
    """Ids, in the order given."""
    repeated: tuple[str, ...]
    """Ids of those that had been issued before with the same content."""
    refused: tuple[RowProblems, ...]
