"""Known forgeries, registered before anybody checks them: what is let through is measured, not guessed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.checking.tables import seeded_forgeries
from hub.origin.checking.values import NewSeed
from hub.people.access import User
from hub.people.audit import Act, record

LONGEST_NUMBER = 64
ID_LENGTH = 32


class Registered(NamedTuple):
    """Who registered a forgery, and when."""

    by: str
    at: datetime


def register_seed(services: Services, connection: Connection, seed: NewSeed, *, by: User) -> str:
    """Register a forgery within the caller's write transaction; returns the registration's id.

    Raises `InvalidInputError`.
    """
    problems = []
    if len(seed.state) != 2 or not (seed.state.isascii() and seed.state.isupper()):
        problems.append(FieldProblem("/state", "not-a-country", f"{seed.state[:20]!r} is no state"))
    if not 1 <= len(seed.number) <= LONGEST_NUMBER:
        problems.append(FieldProblem("/number", "out-of-range", f"has 1 to {LONGEST_NUMBER} characters"))
    is_id = len(seed.certificate_id) == ID_LENGTH and seed.certificate_id.isalnum()
    if seed.certificate_id and not is_id:
        problems.append(FieldProblem("/certificate_id", "invalid", "is no id of a certificate"))
    if problems:
        raise InvalidInputError(*problems)
    seed_id, now = services.new_id(), services.clock()
    connection.execute(
        seeded_forgeries.insert().values(
            seed_id=seed_id,
            certificate_id=seed.certificate_id or None,
            state=seed.state,
            number=seed.number,
            registered_by=by.user_id,
            registered_at=now,
        )
    )
    # Not what it is: whoever reads the log may be about to check it.
    record(connection, Act(by.user_id, "certificate-seeded", seed_id, {}), now)
    return seed_id


def seed_of(connection: Connection, certificate_id: str | None, state: str, number: str) -> Registered | None:
    """Say whether a certificate was put in: by its id, or a paper by its state and number."""
    columns = seeded_forgeries.c
    if certificate_id:
        is_this = columns.certificate_id == certificate_id
    else:
        is_this = columns.certificate_id.is_(None) & (columns.state == state) & (columns.number == number)
    query = select(columns.registered_by, columns.registered_at).where(is_this).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Registered(row.registered_by, row.registered_at)
