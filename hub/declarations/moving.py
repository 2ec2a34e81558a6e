"""Moves declarations through their life, each move kept with its reason and its actor."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from hub.declarations.lifecycle import Act, State, Step, move
from hub.declarations.registry import place_of
from hub.declarations.tables import declaration_steps, declarations
from hub.errors import NotFoundError


def apply(connection: Connection, declaration_id: str, act: Act, now: datetime) -> Step:
    """Make a move within the caller's write transaction.

    Raises `NotFoundError`, and what `hub.declarations.lifecycle.move` raises.
    """
    is_this = place_of(declaration_id)
    query = select(declarations.c.state, declarations.c.received_at).where(is_this).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError("declaration", declaration_id)
    step = move(State(row.state), act, now)
    changes = {"state": step.target.value, "changed_at": now, "due_at": act.deadline}
    connection.execute(update(declarations).where(is_this).values(**changes))
    _keep(connection, declaration_id, row.received_at, step)
    return step


def _keep(connection: Connection, declaration_id: str, received_at: datetime, step: Step) -> None:
    columns, act = declaration_steps.c, step.act
    own = (columns.declaration_id == declaration_id) & (columns.received_at == received_at)
    newest = connection.scalar(select(func.max(columns.number)).where(own))
    connection.execute(
        declaration_steps.insert().values(
            declaration_id=declaration_id,
            number=(newest or 0) + 1,
            received_at=received_at,
            at=step.at,
            source=step.source.value,
            target=step.target.value,
            event=act.event.value,
            actor_kind=act.actor_kind.value,
            actor=act.actor,
            reason=act.reason,
            pointers=list(act.pointers),
            due_at=act.deadline,
        )
    )
