"""Who works on a declaration: held while its page is open, assigned until it is given to somebody else."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from hub.cases.holds import HELD_FOR, Hold
from hub.declarations.act_tables import declaration_assignments, declaration_holds
from hub.declarations.registry import summary_of
from hub.errors import ConflictError, FieldProblem, InvalidInputError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.users import list_users
from hub.store.insertion import insert_or_update


def hold_of(connection: Connection, declaration_id: str, now: datetime) -> Hold | None:
    """Return who holds a declaration now; a hold that has run out is none."""
    columns = declaration_holds.c
    query = select(columns.user_id, columns.since, columns.until)
    is_this = (columns.declaration_id == declaration_id) & (columns.until > now)
    row = connection.execute(query.where(is_this)).first()
    return Hold(*row) if row else None


def take(
    connection: Connection, declaration_id: str, user_id: str, now: datetime, *, over: bool = False
) -> Hold:
    """Hold it, or leave it with who has it unless taken `over`; returns who holds it then."""
    held = hold_of(connection, declaration_id, now)
    if held is not None and held.user_id != user_id and not over:
        return held
    since = held.since if held is not None and held.user_id == user_id else now
    mine = Hold(user_id, since, now + HELD_FOR)
    row = {"declaration_id": declaration_id, "user_id": user_id, "since": since, "until": mine.until}
    insert_or_update(connection, declaration_holds, row, ("declaration_id",))
    return mine


def hold(connection: Connection, declaration_id: str, user: User, now: datetime) -> Hold:
    """Hold a declaration for an officer; raises `NotFoundError`, returns who holds it then."""
    summary_of(connection, declaration_id, user)
    return take(connection, declaration_id, user.user_id, now)


def take_over(connection: Connection, declaration_id: str, user: User, now: datetime) -> Hold:
    """Take it from whoever has it, which is recorded; raises `NotFoundError`."""
    summary_of(connection, declaration_id, user)
    record(connection, Act(user.user_id, "declaration-taken-over", declaration_id, {}), now)
    return take(connection, declaration_id, user.user_id, now, over=True)


def require_free(connection: Connection, declaration_id: str, user_id: str, now: datetime) -> None:
    """Raise `ConflictError` while somebody else holds the declaration."""
    held = hold_of(connection, declaration_id, now)
    if held is not None and held.user_id != user_id:
        problem = f"{held.user_id} is working on this declaration; take it over first"
        raise ConflictError("declaration-held", problem)


def let_go_of_old(connection: Connection, now: datetime) -> int:
    """Delete holds that have run out; returns how many."""
    return connection.execute(delete(declaration_holds).where(declaration_holds.c.until <= now)).rowcount


def assigned_to(connection: Connection, declaration_id: str) -> str:
    """Return whose work it is; empty: anybody's."""
    columns = declaration_assignments.c
    owner = connection.scalar(select(columns.user_id).where(columns.declaration_id == declaration_id))
    return owner or ""


def assign(
    connection: Connection, declaration_id: str, user_id: str, *, assigned_by: str, now: datetime
) -> None:
    """Make it somebody's work, or with an empty id anybody's; raises `InvalidInputError` for no officer."""
    if not user_id:
        is_this = declaration_assignments.c.declaration_id == declaration_id
        connection.execute(delete(declaration_assignments).where(is_this))
        return
    if user_id not in dict(officers(connection)):
        raise InvalidInputError(FieldProblem("/user_id", "unknown", f"{user_id[:64]!r} decides nothing"))
    row = {"declaration_id": declaration_id, "user_id": user_id, "assigned_by": assigned_by}
    row_at = row | {"assigned_at": now}
    insert_or_update(connection, declaration_assignments, row_at, ("declaration_id",))


def give(connection: Connection, declaration_id: str, to: str, *, by: User, now: datetime) -> None:
    """Assign it, which is recorded; raises `NotFoundError`, and as `assign`."""
    summary_of(connection, declaration_id, by)
    assign(connection, declaration_id, to, assigned_by=by.user_id, now=now)
    record(connection, Act(by.user_id, "declaration-assigned", declaration_id, {"to": to}), now)


def officers(connection: Connection) -> tuple[tuple[str, str], ...]:
    """List who may decide declarations: ids and names."""
    return tuple(
        (user.user_id, user.display_name)
        for user in list_users(connection)
        if user.may(Permission.DECIDE_DECLARATIONS)
    )
