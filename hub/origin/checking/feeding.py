"""Gives the assessment of declarations what is known of the certificates they name; one query for many."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, or_, select

from hub.bootstrap import Services
from hub.declarations.assessing.evidence import OriginFinding, OriginVerdict
from hub.declarations.duty.preferences import Origins
from hub.declarations.facts import DeclarationFacts
from hub.origin.certificate.certificate import Certificate
from hub.origin.checking.covering import asked_numbers, cover, not_received, several
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.receiving import ReceivedCertificate, received_in, unsealed
from hub.origin.checking.tables import declared_certificates, origin_draws, received_certificates
from hub.store.bulk import append_many

AnyRow = Row[*tuple[Any, ...]]
_DRAWS = tuple(column.name for column in origin_draws.c)
_UNTOLD = frozenset({DrawState.PLANNED, DrawState.PROVISIONAL, DrawState.SENT})
"""The chain does not know of them yet."""


class _Candidate(msgspec.Struct, frozen=True):
    known: ReceivedCertificate
    certificate: Certificate
    came_with: frozenset[str]
    """Declarations that brought it."""


class OriginDesk:
    """What some declarations are assessed with; each sees what those before it will draw."""

    def __init__(
        self,
        candidates: Mapping[str, Sequence[_Candidate]],
        draws: Sequence[AnyRow],
        freshness: tuple[datetime, timedelta],
        *,
        has_registry: bool,
    ) -> None:
        """Use `open_origins`."""
        self._candidates = candidates
        self._freshness = freshness
        self._has_registry = has_registry
        self._reserved: dict[tuple[str, int], Counter[str]] = {}
        self._planned: dict[tuple[str, int, str], int] = {}
        for row in draws:
            self._reserve(row.certificate_id, row.line, row.declaration_id, row.parts)

    def findings(self, declaration_id: str, facts: DeclarationFacts) -> tuple[OriginFinding, ...]:
        """Say what is known of each certificate that a declaration asks by, and hold what it will draw."""
        numbers = asked_numbers(facts)
        found = [one for number in numbers if (one := self._finding(number, declaration_id, facts))]
        for one in found:
            if one.verdict is OriginVerdict.VALID:
                for line, parts in one.needs.items():
                    self._reserve(one.certificate_id, int(line), declaration_id, parts)
                    self._planned[one.certificate_id, int(line), declaration_id] = parts
        return tuple(found)

    def save(self, connection: Connection, now: datetime) -> None:
        """Store what the declarations will draw once they are released."""
        rows = [
            (certificate_id, line, declaration_id, parts, DrawState.PLANNED.value, now, "")
            for (certificate_id, line, declaration_id), parts in sorted(self._planned.items())
        ]
        append_many(connection, origin_draws, _DRAWS, rows)

    def _finding(self, number: str, declaration_id: str, facts: DeclarationFacts) -> OriginFinding | None:
        candidates = self._candidates.get(number, ())
        own = [one for one in candidates if declaration_id in one.came_with]
        origins = {item.origin for item in facts.items if number in item.certificates}
        chosen = own or [one for one in candidates if one.certificate.state in origins]
        if not chosen:
            return not_received(number) if self._has_registry else None
        covers = [self._cover(one, declaration_id, facts) for one in chosen]
        # A forged copy that somebody else presented takes nothing from the genuine one.
        valid = [one for one in covers if one.verdict is OriginVerdict.VALID]
        if valid and not own:
            return valid[0]
        return covers[0] if len(covers) == 1 else several(number)

    def _cover(self, one: _Candidate, declaration_id: str, facts: DeclarationFacts) -> OriginFinding:
        reserved = {
            line: sum(parts for other, parts in by.items() if other != declaration_id)
            for (certificate_id, line), by in self._reserved.items()
            if certificate_id == one.known.certificate_id
        }
        return cover(one.known, one.certificate, facts, reserved, self._freshness)

    def _reserve(self, certificate_id: str, line: int, declaration_id: str, parts: int) -> None:
        self._reserved.setdefault((certificate_id, line), Counter())[declaration_id] = parts


def open_origins(
    services: Services,
    connection: Connection,
    declared: Mapping[str, DeclarationFacts],
    again: Sequence[str],
    now: datetime,
) -> OriginDesk | None:
    """Hold the certificates that some declarations name; None: they name none.

    `again`: those that were assessed before, whose plans are made anew.
    """
    if again:
        is_plan = origin_draws.c.state == DrawState.PLANNED.value
        connection.execute(delete(origin_draws).where(origin_draws.c.declaration_id.in_(again), is_plan))
    numbers = {number for facts in declared.values() for number in asked_numbers(facts)}
    if not numbers:
        return None
    candidates = _candidates(services, connection, numbers, declared)
    ids = sorted({one.known.certificate_id for some in candidates.values() for one in some})
    origin = services.settings.origin
    return OriginDesk(
        candidates,
        _draws(connection, ids) if ids else (),
        (now, timedelta(hours=origin.stale_after_h)),
        has_registry=bool(origin.registry_address),
    )


def origins_of(findings: Sequence[OriginFinding]) -> Origins:
    """Return the verdicts by number, as duties are worked out with them."""
    return {one.number: one.verdict for one in findings}


def _candidates(
    services: Services, connection: Connection, numbers: set[str], declared: Mapping[str, DeclarationFacts]
) -> dict[str, list[_Candidate]]:
    """Read the certificates of these numbers, held in order of their ids until the transaction ends."""
    brought = and_(
        declared_certificates.c.certificate_id == received_certificates.c.certificate_id,
        declared_certificates.c.declaration_id.in_(sorted(declared)),
    )
    query = (
        select(received_certificates, declared_certificates.c.declaration_id)
        .outerjoin(declared_certificates, brought)
        .where(received_certificates.c.number.in_(sorted(numbers)))
        .order_by(received_certificates.c.certificate_id)
        .with_for_update(of=received_certificates)
    )
    rows: dict[str, list[AnyRow]] = {}
    for row in connection.execute(query):
        rows.setdefault(row.certificate_id, []).append(row)
    found: dict[str, list[_Candidate]] = {}
    for certificate_id, some in rows.items():
        first = some[0]
        certificate = unsealed(services, certificate_id, first.sealed).certificate
        came_with = frozenset(row.declaration_id for row in some if row.declaration_id is not None)
        found.setdefault(first.number, []).append(_Candidate(received_in(first), certificate, came_with))
    return found


def _draws(connection: Connection, certificate_ids: Sequence[str]) -> Sequence[AnyRow]:
    """Read what declarations will draw, or have drawn since the certificate was looked at."""
    columns = origin_draws.c
    since = and_(
        columns.state == DrawState.CONFIRMED.value,
        columns.changed_at > received_certificates.c.as_of_at,
    )
    query = (
        select(columns.certificate_id, columns.line, columns.declaration_id, columns.parts)
        .join(received_certificates, received_certificates.c.certificate_id == columns.certificate_id)
        .where(
            columns.certificate_id.in_(certificate_ids),
            or_(columns.state.in_(sorted(one.value for one in _UNTOLD)), since),
        )
    )
    return connection.execute(query).all()
