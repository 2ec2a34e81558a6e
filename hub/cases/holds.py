"""Who is looking at an open case: taken on opening it, given back by answering or by leaving it alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from hub.cases.tables import case_holds
from hub.errors import ConflictError
from hub.store.insertion import insert_or_update

HELD_FOR = timedelta(minutes=3)
"""A page that is open renews it; a browser that was closed lets go after this."""
RENEWED_BEFORE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody is looking at the case."""

    user_id: str
    since: datetime
    until: datetime


def hold_of(connection: Connection, case_id: str, now: datetime) -> Hold | None:
    """Return who holds a case now; a hold that has run out is none."""
    query = select(case_holds.c.user_id, case_holds.c.since, case_holds.c.until)
    row = connection.execute(query.where(case_holds.c.alert_id == case_id, case_holds.c.until > now)).first()
    return Hold(*row) if row else None


def needs_taking(held: Hold | None, user_id: str, now: datetime) -> bool:
    """Tell whether opening the case should write: nobody holds it, or one's own hold soon runs out."""
    return held is None or (held.user_id == user_id and held.until - now < RENEWED_BEFORE)


def take(connection: Connection, case_id: str, user_id: str, now: datetime, *, over: bool = False) -> Hold:
    """Hold a case, or leave it with who has it unless taken `over`; returns who holds it then."""
    held = hold_of(connection, case_id, now)
    if held is not None and held.user_id != user_id and not over:
        return held
    since = held.since if held is not None and held.user_id == user_id else now
    mine = Hold(user_id, since, now + HELD_FOR)
    row = {"alert_id": case_id, "user_id": user_id, "since": since, "until": mine.until}
    insert_or_update(connection, case_holds, row, ("alert_id",))
    return mine


def require_free(connection: Connection, case_id: str, user_id: str, now: datetime) -> None:
    """Raise `ConflictError` while somebody else holds the case."""
    held = hold_of(connection, case_id, now)
    if held is not None and held.user_id != user_id:
        raise ConflictError("case-held", f"{held.user_id} is looking at this case; take it over first")


def let_go(connection: Connection, case_id: str) -> None:
    """End the hold on a case, whoever has it."""
    connection.execute(delete(case_holds).where(case_holds.c.alert_id == case_id))


def let_go_of_old(connection: Connection, now: datetime) -> int:
    """Delete holds that have run out; returns how many."""
    return connection.execute(delete(case_holds).where(case_holds.c.until <= now)).rowcount
