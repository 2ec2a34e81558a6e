"""Checks of certificates: opened, looked at, decided by officers, compared with what turned out later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.declarations.registry import summary_of
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.places import site
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.facts import Provenance
from hub.origin.checking.counting import recount
from hub.origin.checking.receiving import keep_certificate, note_verdict, opened, verdict_columns
from hub.origin.checking.seeds import seed_of
from hub.origin.checking.tables import origin_checks
from hub.origin.checking.values import (
    Check,
    Decided,
    LaterTruth,
    Method,
    OfficerDecision,
    Truth,
    check_in,
    require_said,
    require_source,
)
from hub.origin.verifying.judging import Presentation
from hub.origin.verifying.verdict import Verification
from hub.origin.verifying.verifying import Verifier
from hub.people.access import User
from hub.people.audit import Act, record
from hub.people.site_bounds import require_site
from hub.store.database import reading, writing

LONGEST_NUMBER = 64
_BY_CODE = frozenset({Method.CODE_ONLINE, Method.CODE_OFFLINE})
Changes = Mapping[str, Any]


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """How a check begins."""

    method: Method
    site_id: str = ""
    """Empty: at no post, such as by a program."""
    declaration_id: str | None = None
    state: str = ""
    """This and the next two of a paper that is looked at by eye; else the certificate says it."""
    number: str = ""
    form: str = ""


class Seen(msgspec.Struct, frozen=True):
    """A certificate that was looked at."""

    document: AnchoredCertificate
    found: Verification
    opened_at: datetime


def open_check(services: Services, connection: Connection, opening: Opening, officer: User) -> Check:
    """Begin a check within the caller's write transaction; its time runs from now.

    Raises `InvalidInputError`, and `NotFoundError` for a site that is not the officer's.
    """
    return _open(services, connection, opening, officer, services.clock())


def check_at_once(
    services: Services, connection: Connection, opening: Opening, seen: Seen, officer: User
) -> Check:
    """Keep a check that was looked at before anything was stored; as `open_check` and `verify_check`."""
    check = _open(services, connection, opening, officer, seen.opened_at)
    return _keep_verdict(services, connection, check, seen.document, seen.found)


def _open(
    services: Services, connection: Connection, opening: Opening, officer: User, opened_at: datetime
) -> Check:
    _require_opening(connection, opening, officer)
    row = {
        "check_id": services.new_id(),
        **msgspec.structs.asdict(opening),
        "method": opening.method.value,
        "officer": officer.user_id,
        "opened_at": opened_at,
        "reasons": [],
        "provenance": "",
        "lines_left": {},
        "evidence": {},
        **dict.fromkeys(
            ("proposed_by", "proposed_reason", "decision_reason", "decided_by", "truth_source", "truth_by"),
            "",
        ),
        "fields_touched": 0,
        "is_seeded": False,
    }
    connection.execute(origin_checks.insert().values(**row))
    check = check_of(connection, row["check_id"])
    is_paper = opening.method is Method.PAPER
    return _changed(services, connection, check, _seeding(connection, check)) if is_paper else check


def verify_check(
    services: Services, verifier: Verifier, check_id: str, document: AnchoredCertificate, officer: User
) -> Check:
    """Look at a certificate and keep the verdict with its evidence; no transaction is open meanwhile.

    May be repeated before the decision: nobody could say, and now somebody can. Raises `NotFoundError`, and
    `ConflictError` when it is decided.
    """
    with reading(services.engine) as connection:
        _require_open(_own(connection, check_id, officer))
    found = look_at(verifier, document, services.clock())
    with writing(services.engine) as connection:
        check = _require_open(_own(connection, check_id, officer, is_held=True))
        return _keep_verdict(services, connection, check, document, found)


def look_again(services: Services, verifier: Verifier, check_id: str, officer: User) -> Check:
    """Look once more at what was presented before; as `verify_check`."""
    with reading(services.engine) as connection:
        check = _require_open(_own(connection, check_id, officer))
        document = opened(services, connection, check.certificate_id or "")
    return verify_check(services, verifier, check_id, document, officer)


def look_at(verifier: Verifier, document: AnchoredCertificate, now: datetime) -> Verification:
    """Look at a certificate, and at what is left of each of its lines."""
    return verifier.verify(document, Presentation(now, dict.fromkeys(lines_of(document), 0)))


def decide(
    services: Services, connection: Connection, check_id: str, said: Decided, *, officer: User
) -> Check:
    """Decide a check within the caller's write transaction; the first to refuse only proposes it.

    Raises `InvalidInputError`, `NotFoundError`, and `ConflictError` when it is decided or a second person
    has to refuse.
    """
    check = _require_open(_own(connection, check_id, officer, is_held=True))
    require_said(check, said)
    now = services.clock()
    if said.decision is OfficerDecision.REFUSE and not check.proposed_by:
        _record(connection, officer, "certificate-refusal-proposed", check, now)
        return _changed(services, connection, check, _proposal(said, officer, now))
    if said.decision is OfficerDecision.REFUSE and check.proposed_by == officer.user_id:
        raise ConflictError("needs-another-person", "a refusal waits for a second person")
    changes = {
        "decision": said.decision.value,
        "decision_reason": said.reason.strip(),
        "decided_by": officer.user_id,
        "decided_at": now,
        "fields_touched": max(check.fields_touched, said.fields_touched),
    }
    _record(connection, officer, f"certificate-{said.decision}", check, now)
    return _changed(services, connection, check, changes)


def record_truth(
    services: Services, connection: Connection, check_id: str, said: LaterTruth, *, by: User
) -> Check:
    """Keep what turned out, within the caller's write transaction; it may be corrected later.

    Raises `InvalidInputError`, `NotFoundError`, and `ConflictError` before it is decided.
    """
    require_source(said)
    check = _own(connection, check_id, by, is_held=True)
    if check.decided_at is None:
        raise ConflictError("not-decided-yet", "nobody has decided this check yet")
    if check.is_seeded:
        raise ConflictError("is-seeded", "this one was put in: what it is was known before")
    now = services.clock()
    _record(connection, by, "certificate-truth", check, now)
    changes = {"truth": said.truth.value, "truth_source": said.source.strip(), "truth_by": by.user_id}
    return _changed(services, connection, check, changes | {"truth_at": now})


def check_of(connection: Connection, check_id: str, *, is_held: bool = False) -> Check:
    """Read a check, held until the transaction ends or not; raises `NotFoundError`."""
    query = select(*(origin_checks.c[name] for name in Check.__struct_fields__))
    query = query.where(origin_checks.c.check_id == check_id)
    row = connection.execute(query.with_for_update() if is_held else query).first()
    if row is None:
        raise NotFoundError("check", check_id[:36])
    return check_in(row)


def lines_of(document: AnchoredCertificate) -> tuple[int, ...]:
    """Return the numbers of a certificate's lines."""
    parts = (path.split(".") for path in document.certificate.fields)
    found = {int(one[1]) for one in parts if len(one) == 3 and one[0] == "items" and one[1].isdecimal()}
    return tuple(sorted(found))


def _own(connection: Connection, check_id: str, viewer: User, *, is_held: bool = False) -> Check:
    check = check_of(connection, check_id, is_held=is_held)
    if not viewer.works_at(check.site_id):
        raise NotFoundError("check", check_id[:36])
    return check


def _require_opening(connection: Connection, opening: Opening, officer: User) -> None:
    require_site(officer, opening.site_id)
    if opening.site_id:
        site(connection, opening.site_id)
    if opening.declaration_id is not None:
        summary_of(connection, opening.declaration_id, officer)
    problems = []
    if len(opening.number) > LONGEST_NUMBER or not opening.number.isprintable():
        problems.append(FieldProblem("/number", "too-long", f"has at most {LONGEST_NUMBER} characters"))
    if opening.method is Method.PAPER:
        if not opening.number.strip():
            problems.append(FieldProblem("/number", "missing", "a paper is known by its number"))
        if len(opening.state) != 2 or not opening.state.isalpha() or not opening.state.isascii():
            problems.append(FieldProblem("/state", "not-a-country", f"{opening.state[:20]!r} is no state"))
    if problems:
        raise InvalidInputError(*problems)


def _require_open(check: Check) -> Check:
    if check.decided_at is not None:
        raise ConflictError("decided-already", "this check is decided")
    return check


def _keep_verdict(
    services: Services,
    connection: Connection,
    check: Check,
    document: AnchoredCertificate,
    found: Verification,
) -> Check:
    if check.method is Method.PAPER:
        raise ConflictError("by-eye", "this check is made by eye alone")
    now, certificate = services.clock(), document.certificate
    certificate_id = keep_certificate(services, connection, document, now)
    note_verdict(connection, certificate_id, found, now)
    method = check.method
    if method in _BY_CODE:
        is_offline = found.provenance is Provenance.SNAPSHOT
        method = Method.CODE_OFFLINE if is_offline else Method.CODE_ONLINE
    changes = {
        "method": method.value,
        "certificate_id": certificate_id,
        "state": certificate.state,
        "number": certificate.number,
        "form": certificate.form,
        "verdict_at": now,
        "anchored_at": found.anchored_at,
        "evidence": msgspec.to_builtins(found.evidence),
        **verdict_columns(found),
    }
    known = _seeding(connection, msgspec.structs.replace(check, certificate_id=certificate_id))
    return _changed(services, connection, check, {**changes, **known})


def _seeding(connection: Connection, check: Check) -> Changes:
    """Mark a forgery that was put in: what it is is known from the beginning."""
    seed = seed_of(connection, check.certificate_id, check.state, check.number)
    if seed is None:
        nothing = {"is_seeded": False, "truth": None, "truth_source": "", "truth_by": "", "truth_at": None}
        return nothing if check.is_seeded else {}
    by, at = seed
    known = {"is_seeded": True, "truth": Truth.FALSE.value, "truth_source": "seeded"}
    return known | {"truth_by": by, "truth_at": at}


def _proposal(said: Decided, officer: User, now: datetime) -> Changes:
    return {
        "proposed_at": now,
        "proposed_by": officer.user_id,
        "proposed_reason": said.reason.strip(),
        "fields_touched": said.fields_touched,
    }


def _changed(services: Services, connection: Connection, check: Check, changes: Changes) -> Check:
    if not changes:
        return check
    is_this = origin_checks.c.check_id == check.check_id
    connection.execute(update(origin_checks).where(is_this).values(**changes))
    after = check_of(connection, check.check_id)
    recount(connection, check, after, services.settings.cases.zone)
    return after


def _record(connection: Connection, by: User, action: str, check: Check, now: datetime) -> None:
    record(connection, Act(by.user_id, action, check.check_id, {"site": check.site_id}), now)
