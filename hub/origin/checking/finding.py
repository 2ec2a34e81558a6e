"""Finds checks: one with what it rested on, lists page by page; only at the viewer's own sites."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, literal, select, tuple_

from hub.bootstrap import Services
from hub.cases.consulting import ONE_LOOK
from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import NotFoundError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.checking.receiving import opened
from hub.origin.checking.tables import origin_checks
from hub.origin.checking.values import Check, Method, OfficerDecision, check_in, shown
from hub.people.access import User
from hub.people.audit import Act, record
from hub.people.site_bounds import at_own_sites
from hub.people.tables import audit
from hub.store.paging import Page, Position, decode_cursor, encode_cursor

VIEWED = "certificate-viewed"
"""A look at what a certificate states, as the audit log names it."""
_COLUMNS = tuple(origin_checks.c[name] for name in Check.__struct_fields__)


class CheckFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to list; empty or None does not narrow."""

    is_open: bool = False
    """Only what waits for a decision."""
    site_id: str = ""
    verdict: OriginVerdict | None = None
    decision: OfficerDecision | None = None
    method: Method | None = None
    number: str = ""
    declaration_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""


class CheckDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A check with the certificate it is about."""

    check: Check
    evidence: dict[str, Any]
    """What a third party needs to look again."""
    document: AnchoredCertificate | None
    """None: it was looked at by eye, or not yet."""


def list_checks(
    connection: Connection,
    *,
    viewer: User,
    wanted: CheckFilter,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Check]:
    """List checks, newest first; raises `InvalidInputError` for a cursor of another list."""
    place = (origin_checks.c.opened_at, origin_checks.c.check_id)
    query = select(*_COLUMNS).where(at_own_sites(viewer, origin_checks.c.site_id), *_narrowed(wanted))
    if cursor is not None:
        last = decode_cursor(cursor)
        query = query.where(
            tuple_(*place) < tuple_(literal(last.at, place[0].type), literal(last.identifier))
        )
    query = query.order_by(*(column.desc() for column in place)).limit(limit + 1)
    rows = connection.execute(query).all()
    items = tuple(shown(check_in(row)) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, encode_cursor(Position(items[-1].opened_at, items[-1].check_id)) if more else None)


def check_detail(services: Services, connection: Connection, check_id: str, *, viewer: User) -> CheckDetail:
    """Open a check within the caller's write transaction, and note who looked.

    Raises `NotFoundError`, also for one at a site that is not the viewer's.
    """
    query = select(*_COLUMNS, origin_checks.c.evidence).where(
        origin_checks.c.check_id == check_id, at_own_sites(viewer, origin_checks.c.site_id)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError("check", check_id[:36])
    check = shown(check_in(row))
    document = None
    if check.certificate_id is not None:
        document = opened(services, connection, check.certificate_id)
        _note_look(connection, check_id, viewer.user_id, services.clock())
    return CheckDetail(check=check, evidence=row.evidence, document=document)


def _note_look(connection: Connection, check_id: str, user_id: str, now: datetime) -> None:
    columns = audit.c
    is_this = (columns.target == check_id) & (columns.actor == user_id) & (columns.action == VIEWED)
    query = select(columns.seq).where(is_this, columns.at > now - ONE_LOOK).limit(1)
    if connection.scalar(query) is None:
        record(connection, Act(user_id, VIEWED, check_id, {}), now)


def _narrowed(wanted: CheckFilter) -> list[ColumnElement[bool]]:
    columns = origin_checks.c
    asked = (
        (columns.site_id, wanted.site_id),
        (columns.verdict, wanted.verdict),
        (columns.decision, wanted.decision),
        (columns.method, wanted.method),
        (columns.number, wanted.number),
        (columns.declaration_id, wanted.declaration_id),
    )
    narrowed = [column == value for column, value in asked if value]
    if wanted.is_open:
        narrowed.append(columns.decided_at.is_(None))
    if wanted.since is not None:
        narrowed.append(columns.opened_at >= wanted.since)
    if wanted.until is not None:
        narrowed.append(columns.opened_at < wanted.until)
    return narrowed
