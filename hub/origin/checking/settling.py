"""Uses of certificates that the registry refused after release: officers settle what nothing covers."""

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, func, select, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.tables import origin_draws, origin_settlements, received_certificates
from hub.origin.checking.values import LONGEST_REASON
from hub.people.access import User
from hub.people.audit import Act, Detail, record

MOST_SHOWN = 200


class Settlement(StrEnum):
    """What becomes of a preference that nothing covers."""

    DUTY_CLAIMED = "duty-claimed"
    """The difference is claimed after release."""
    OTHER_PROOF = "other-proof"
    """Another proof of origin covers the goods."""
    NOTHING_OWED = "nothing-owed"
    """Nothing was spared, such as under a rate of zero for everybody."""


class RefusedUse(msgspec.Struct, frozen=True):
    """A part of a line that a declaration was released with and the registry refused."""

    declaration_id: str
    certificate_id: str
    line: int
    parts: int
    """Of 1,000,000,000."""
    refused_at: datetime
    grounds: tuple[str, ...]
    """Codes (`hub.origin.verifying.verdict.Ground`)."""
    state: str
    """Of the certificate, as the next one."""
    number: str


class UsePlace(msgspec.Struct, frozen=True):
    """Which use."""

    declaration_id: str
    certificate_id: str
    line: int


class Settled(msgspec.Struct, frozen=True):
    """What an officer says."""

    settlement: Settlement
    reason: str


def refused_uses(connection: Connection, limit: int = MOST_SHOWN) -> tuple[RefusedUse, ...]:
    """Return those that nobody has settled, the oldest first."""
    draws, certificates = origin_draws.c, received_certificates.c
    query = (
        select(origin_draws, certificates.state.label("issued_by"), certificates.number)
        .join(received_certificates, certificates.certificate_id == draws.certificate_id)
        .where(draws.state == DrawState.REFUSED.value)
        .order_by(draws.changed_at, draws.declaration_id, draws.line)
        .limit(limit)
    )
    return tuple(
        RefusedUse(
            declaration_id=row.declaration_id,
            certificate_id=row.certificate_id,
            line=row.line,
            parts=row.parts,
            refused_at=row.changed_at,
            grounds=tuple(row.note.split(", ")) if row.note else (),
            state=row.issued_by,
            number=row.number,
        )
        for row in connection.execute(query)
    )


def count_refused(connection: Connection) -> int:
    """Count those that nobody has settled."""
    query = select(func.count()).where(origin_draws.c.state == DrawState.REFUSED.value)
    return int(connection.scalar(query) or 0)


def settle(connection: Connection, place: UsePlace, said: Settled, *, officer: User, now: datetime) -> None:
    """Settle one within the caller's write transaction.

    Raises `InvalidInputError` without a reason, `NotFoundError`, and `ConflictError` when it was not refused
    or somebody has settled it.
    """
    reason = _required(said.reason)
    columns = origin_draws.c
    is_it = (
        (columns.declaration_id == place.declaration_id)
        & (columns.certificate_id == place.certificate_id)
        & (columns.line == place.line)
    )
    _require_refused(connection.scalar(select(columns.state).where(is_it).with_for_update()), place)
    connection.execute(
        update(origin_draws).where(is_it).values(state=DrawState.SETTLED.value, changed_at=now)
    )
    connection.execute(
        origin_settlements.insert().values(
            **msgspec.structs.asdict(place),
            settlement=said.settlement.value,
            reason=reason,
            officer=officer.user_id,
            settled_at=now,
        )
    )
    detail: Detail = {
        "certificate": place.certificate_id,
        "line": place.line,
        "settlement": said.settlement.value,
    }
    record(connection, Act(officer.user_id, "certificate-use-settled", place.declaration_id, detail), now)


def _required(text: str) -> str:
    reason = text.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise InvalidInputError(FieldProblem("/reason", "missing", f"has 1 to {LONGEST_REASON} characters"))
    return reason


def _require_refused(state: str | None, place: UsePlace) -> None:
    if state is None:
        named = f"{place.declaration_id}/{place.certificate_id}/{place.line}"
        raise NotFoundError("use of a certificate", named)
    if state != DrawState.REFUSED:
        raise ConflictError("not-refused", f"it is {state}: only what was refused is to be settled")
