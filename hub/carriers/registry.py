"""Carriers: onboarding, suspension and quota. What proves who one is belongs to its API client."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.carriers.tables import carriers
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.machines.clients import ClientSummary, client, list_clients
from hub.people.access import Permission
from hub.store.paging import Page, bad_cursor

MOST_QUOTA = 10_000_000
MOST_TEXT = 200
_COUNTRY = re.compile(r"[A-Z]{2}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,55}")


class Transport(StrEnum):
    """By what a carrier's goods come."""

    SEA = "sea"
    RAIL = "rail"
    ROAD = "road"
    AIR = "air"
    POST = "post"


@dataclass(frozen=True, slots=True)
class NewCarrier:
    """An API client that becomes a carrier."""

    client_id: str
    legal_name: str
    country: str
    """ISO 3166-1, two capital letters."""
    transport: tuple[str, ...]
    contact: str
    """Whom to call or write to."""
    daily_quota: int | None = None
    """New declarations in a calendar day; None: no limit."""
    is_sandbox: bool = False
    """It only tries things out; that never changes: the real carrier is another client."""


@dataclass(frozen=True, slots=True)
class CarrierSummary:
    """A carrier as it stands."""

    client_id: str
    legal_name: str
    country: str
    transport: tuple[Transport, ...]
    contact: str
    daily_quota: int | None
    is_sandbox: bool
    suspended_at: datetime | None
    suspended_reason: str
    created_at: datetime
    created_by: str

    @property
    def is_suspended(self) -> bool:
        """Its declarations are refused now."""
        return self.suspended_at is not None


def add_carrier(connection: Connection, wanted: NewCarrier, *, actor: str, now: datetime) -> CarrierSummary:
    """Make a client a carrier.

    Raises `InvalidInputError`, `NotFoundError` without such a client, and `ConflictError` when it is a
    carrier already, was shut out, or may not declare.
    """
    problems = _problems(wanted)
    if problems:
        raise InvalidInputError(*problems)
    found = client(connection, wanted.client_id)
    if found.is_revoked:
        raise ConflictError("client-revoked", f"client {wanted.client_id!r} was shut out")
    if Permission.DECLARE not in found.scopes:
        raise ConflictError("scope-missing", f"client {wanted.client_id!r} has not the scope declare")
    taken = select(carriers.c.client_id).where(carriers.c.client_id == wanted.client_id)
    if connection.scalar(taken) is not None:
        raise ConflictError("carrier-exists", f"{wanted.client_id!r} is a carrier already")
    connection.execute(
        carriers.insert().values(
            client_id=wanted.client_id,
            legal_name=wanted.legal_name.strip(),
            country=wanted.country,
            transport=" ".join(sorted(set(wanted.transport))),
            contact=wanted.contact.strip(),
            daily_quota=wanted.daily_quota,
            is_sandbox=wanted.is_sandbox,
            created_at=now,
            created_by=actor,
        )
    )
    return carrier(connection, wanted.client_id)


def find_carriers(
    connection: Connection, *, cursor: str | None = None, limit: int = 50
) -> Page[CarrierSummary]:
    """Carriers by id; the cursor is the last one's. Raises `InvalidInputError` for one that is no id."""
    query = select(carriers).order_by(carriers.c.client_id).limit(limit + 1)
    if cursor is not None:
        if not _CLIENT_ID.fullmatch(cursor):
            raise bad_cursor(cursor)
        query = query.where(carriers.c.client_id > cursor)
    found = tuple(_summary(row) for row in connection.execute(query))
    return Page(found[:limit], found[limit - 1].client_id if len(found) > limit else None)


def candidates(connection: Connection) -> tuple[ClientSummary, ...]:
    """Clients that may become carriers, by id."""
    taken = set(connection.scalars(select(carriers.c.client_id)))
    return tuple(
        one
        for one in list_clients(connection)
        if Permission.DECLARE in one.scopes and not one.is_revoked and one.client_id not in taken
    )


def carrier(connection: Connection, client_id: str) -> CarrierSummary:
    """One carrier; raises `NotFoundError`."""
    row = connection.execute(select(carriers).where(carriers.c.client_id == client_id)).first()
    if row is None:
        raise NotFoundError("carrier", client_id)
    return _summary(row)


def suspend_carrier(connection: Connection, client_id: str, reason: str, now: datetime) -> bool:
    """Refuse a carrier's declarations from now on; False when they are already.

    Raises `NotFoundError`, and `InvalidInputError` without a reason.
    """
    carrier(connection, client_id)
    if not reason.strip() or len(reason) > MOST_TEXT:
        detail = f"why, in at most {MOST_TEXT} characters"
        raise InvalidInputError(
            FieldProblem("/reason", "missing" if not reason.strip() else "too-long", detail)
        )
    is_active = (carriers.c.client_id == client_id) & carriers.c.suspended_at.is_(None)
    changes = {"suspended_at": now, "suspended_reason": reason.strip()}
    return connection.execute(update(carriers).where(is_active).values(**changes)).rowcount == 1


def resume_carrier(connection: Connection, client_id: str) -> bool:
    """Take a carrier's declarations again; False when they are already. Raises `NotFoundError`."""
    carrier(connection, client_id)
    is_off = (carriers.c.client_id == client_id) & carriers.c.suspended_at.is_not(None)
    changes = {"suspended_at": None, "suspended_reason": ""}
    return connection.execute(update(carriers).where(is_off).values(**changes)).rowcount == 1


def set_quota(connection: Connection, client_id: str, daily_quota: int | None) -> None:
    """Set how many new declarations a day are taken; raises `NotFoundError`, `InvalidInputError`."""
    carrier(connection, client_id)
    if not _is_quota(daily_quota):
        raise InvalidInputError(_BAD_QUOTA)
    is_this = carriers.c.client_id == client_id
    connection.execute(update(carriers).where(is_this).values(daily_quota=daily_quota))


_BAD_QUOTA = FieldProblem("/daily_quota", "out-of-range", f"1 to {MOST_QUOTA}, or nothing for no limit")


def _is_quota(daily_quota: int | None) -> bool:
    return daily_quota is None or 0 < daily_quota <= MOST_QUOTA


def _problems(wanted: NewCarrier) -> list[FieldProblem]:
    known = list(Transport)
    problems = [
        FieldProblem(f"/transport/{index}", "unknown", f"{name[:40]!r} is none of {', '.join(known)}")
        for index, name in enumerate(wanted.transport)
        if name not in known
    ]
    if not wanted.transport:
        problems.append(FieldProblem("/transport", "missing", "a carrier brings goods by something"))
    if not _COUNTRY.fullmatch(wanted.country):
        detail = f"{wanted.country[:20]!r} is not two capital letters"
        problems.append(FieldProblem("/country", "not-a-country", detail))
    for name in ("legal_name", "contact"):
        text = getattr(wanted, name).strip()
        if not text:
            problems.append(FieldProblem(f"/{name}", "missing", "it is needed"))
        if len(text) > MOST_TEXT:
            problems.append(FieldProblem(f"/{name}", "too-long", f"at most {MOST_TEXT} characters"))
    return problems if _is_quota(wanted.daily_quota) else [*problems, _BAD_QUOTA]


def _summary(row: Row[Any]) -> CarrierSummary:
    facts = {name: row._mapping[name] for name in CarrierSummary.__dataclass_fields__}
    transport = tuple(Transport(name) for name in row.transport.split())
    return CarrierSummary(**(facts | {"transport": transport}))
