"""Issues certificates: checks each on its form, gives it a key, puts it into a batch, all or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem
from hub.origin.certificate.canonical import KEY_BYTES, document_digest
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.certificate.form_check import check
from hub.origin.certificate.templates import Template
from hub.origin.chain.facts import Status
from hub.origin.issuing.rows import Defaults
from hub.origin.issuing.tables import issue_batches, issued_certificates
from hub.origin.issuing.values import BatchProgress, IssueReport, RowProblems
from hub.people.audit import Act, record
from hub.store.database import writing

MOST_IN_BATCH = 65_536
"""The way to the root of more does not fit into a code on paper."""
SEALED_AS = "issued-certificate"
_LOOKED_UP = 500


class SealedContent(msgspec.Struct, frozen=True):
    """What is sealed of a certificate."""

    certificate: Certificate
    key: bytes


@dataclass(frozen=True, slots=True)
class IssueTerms:
    """How certificates are taken in."""

    templates: Mapping[str, Template]
    is_alone: bool = False
    """In a batch of their own that closes at once."""
    leaves_out: bool = False
    """What is wrong is left out, and the others are issued; else nothing is."""


@dataclass(frozen=True, slots=True)
class _Made:
    row: int
    certificate: Certificate
    key: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """Certificates that were checked and hashed, and rows that were refused so far."""

    made: tuple["_Made", ...]
    refused: Mapping[int, RowProblems]
    terms: IssueTerms


def issue(
    services: Services, wanted: Sequence[Certificate | RowProblems], terms: IssueTerms, *, actor: str
) -> IssueReport:
    """Issue certificates of this authority's state; the report names each that was refused, and why.

    Rows that could not be read are refused as they come. A certificate that was issued before under its
    number with the same content is not issued again.
    """
    prepared = prepare(services, wanted, terms)
    with writing(services.engine) as connection:
        return store(services, connection, prepared, actor=actor)


def prepare(services: Services, wanted: Sequence[Certificate | RowProblems], terms: IssueTerms) -> Prepared:
    """Check and hash, which takes a millisecond each: nobody waits for it in a transaction."""
    readable = {row: one for row, one in enumerate(wanted) if isinstance(one, Certificate)}
    refused = {one.row: one for one in wanted if isinstance(one, RowProblems)}
    for row, problem in _twice(readable):
        refused[row] = RowProblems(row, readable[row].number, (problem,))
    for row, one in readable.items():
        problems = _problems(services, one, terms)
        if problems:
            refused[row] = RowProblems(row, one.number, problems)
    made = tuple(_made(services, row, one) for row, one in readable.items() if row not in refused)
    return Prepared(made, refused, terms)


def store(services: Services, connection: Connection, prepared: Prepared, *, actor: str) -> IssueReport:
    """Put what was prepared into a batch: all of it, or what is right where the terms leave out the rest."""
    known = dict(_known(services, connection, prepared.made))
    numbers = {one.row: one.certificate.number for one in prepared.made}
    taken = {
        row: RowProblems(row, numbers[row], (found,))
        for row, found in known.items()
        if isinstance(found, FieldProblem)
    }
    refused = {**prepared.refused, **taken}
    problems = tuple(refused[row] for row in sorted(refused))
    if problems and not prepared.terms.leaves_out:
        return IssueReport("", (), (), problems)
    repeated = tuple(one for one in known.values() if isinstance(one, str))
    report = IssueReport("", (), repeated, problems)
    new = [one for one in prepared.made if one.row not in known]
    return _stored(services, connection, new, report, (prepared.terms, actor)) if new else report


def defaults_of(services: Services, form: str) -> Defaults:
    """Say what holds where a row says nothing; raises `ConflictError` where nothing is issued."""
    state = services.settings.origin_issuing.state
    if not state:
        raise ConflictError("no-authority", "no certificates are issued here: [origin_issuing] state")
    return Defaults(StateCode(state), form, services.clock().date())


def _problems(services: Services, one: Certificate, terms: IssueTerms) -> tuple[FieldProblem, ...]:
    state = services.settings.origin_issuing.state
    if one.state != state:
        return (FieldProblem("/state", "other-state", f"{one.state} is not {state or 'set up here'}"),)
    template = terms.templates.get(one.form)
    if template is None:
        return (FieldProblem("/form", "unknown", f"there is no template of {one.form}"),)
    if one.issued_on > (services.clock() + timedelta(days=1)).date():
        return (FieldProblem("/issued_on", "in-the-future", f"{one.issued_on} has not come yet"),)
    return check(one, template)


def _twice(readable: Mapping[int, Certificate]) -> Iterator[tuple[int, FieldProblem]]:
    seen: dict[str, int] = {}
    for row, one in readable.items():
        if one.number in seen:
            detail = f"{one.number!r} stands in row {seen[one.number]} already"
            yield row, FieldProblem("/number", "repeated", detail)
        seen.setdefault(one.number, row)


def _made(services: Services, row: int, certificate: Certificate) -> _Made:
    key = services.randomness(KEY_BYTES)
    return _Made(row, certificate, key, document_digest(certificate, key))


def _known(
    services: Services, connection: Connection, made: Sequence[_Made]
) -> Iterator[tuple[int, str | FieldProblem]]:
    """Find numbers that are taken: by the same certificate, then its id, or by another."""
    table = issued_certificates.c
    for first in range(0, len(made), _LOOKED_UP):
        some = {one.certificate.number: one for one in made[first : first + _LOOKED_UP]}
        state = services.settings.origin_issuing.state
        query = select(table.certificate_id, table.number, table.sealed_content).where(
            table.state == state, table.number.in_(list(some))
        )
        for row in connection.execute(query):
            one = some[row.number]
            held = open_content(services, row.certificate_id, row.sealed_content)
            detail = f"{row.number!r} was issued with another content"
            is_same = held.certificate == one.certificate
            yield one.row, row.certificate_id if is_same else FieldProblem("/number", "taken", detail)


def open_content(services: Services, certificate_id: str, sealed: bytes) -> SealedContent:
    """Open what is sealed of a certificate; raises `SealError`."""
    return msgspec.json.decode(
        services.store_key.unseal(SEALED_AS, certificate_id, sealed), type=SealedContent
    )


def _stored(
    services: Services,
    connection: Connection,
    made: Sequence[_Made],
    report: IssueReport,
    under: tuple[IssueTerms, str],
) -> IssueReport:
    (terms, actor), now = under, services.clock()
    batch_id = _batch_for(services, connection, len(made), now, is_alone=terms.is_alone)
    rows = [_row(services, one, batch_id, actor) for one in made]
    connection.execute(issued_certificates.insert(), rows)
    this = issue_batches.c.batch_id == batch_id
    counted = issue_batches.c.certificates + len(rows)
    connection.execute(update(issue_batches).where(this).values(certificates=counted))
    record(connection, Act(actor, "certificates-issued", batch_id, {"count": len(rows)}), now)
    return replace(report, batch_id=batch_id, issued=tuple(str(row["certificate_id"]) for row in rows))


def _row(services: Services, one: _Made, batch_id: str, actor: str) -> dict[str, object]:
    certificate_id, certificate = services.new_id(), one.certificate
    content = msgspec.json.encode(SealedContent(certificate, one.key))
    return {
        "certificate_id": certificate_id,
        "state": certificate.state,
        "number": certificate.number,
        "form": certificate.form,
        "issued_on": certificate.issued_on,
        "issued_at": services.clock(),
        "issued_by": actor,
        "batch_id": batch_id,
        "digest": one.digest,
        "sealed_content": services.seal(SEALED_AS, certificate_id, content),
        "status": Status.GOOD.value,
        "status_reason": 0,
    }


def _batch_for(
    services: Services, connection: Connection, count: int, now: datetime, *, is_alone: bool
) -> str:
    """Return the batch that takes so many now, a new one where none does."""
    issuing, table = services.settings.origin_issuing, issue_batches.c
    has_room = table.certificates + count <= MOST_IN_BATCH
    query = select(table.batch_id).where(
        table.progress == BatchProgress.OPEN.value, table.closes_at > now, has_room
    )
    found = None if is_alone else connection.scalar(query.order_by(table.closes_at).limit(1))
    if found is not None:
        return str(found)
    wait = timedelta(0) if is_alone else _until_close(now, issuing.batch_minutes)
    batch_id = services.new_id()
    row = {"batch_id": batch_id, "state": issuing.state, "progress": BatchProgress.OPEN.value}
    times = {"opened_at": now, "closes_at": now + wait}
    connection.execute(issue_batches.insert().values(**row, **times, certificates=0))
    return batch_id


def _until_close(now: datetime, minutes: int) -> timedelta:
    """Return the time to the next whole interval of the day, the same for everybody."""
    if minutes == 0:
        return timedelta(0)
    passed = timedelta(hours=now.hour, minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    interval = timedelta(minutes=minutes)
    return interval - passed % interval
