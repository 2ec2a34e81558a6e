"""Arrivals: the goods of a manifest are here, and what is decided of them is presented."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from hub.carriers.manifests import (
    ManifestStanding,
    declared_under,
    houses_of,
    manifest_row,
    standing_of_manifest,
)
from hub.carriers.tables import manifests
from hub.declarations.lifecycle import Act, ActorKind, Event, State
from hub.declarations.moving import Course, make_moves, standing_of
from hub.declarations.tables import declarations
from hub.errors import FieldProblem, InvalidInputError
from hub.machines.tokens import ACTOR_PREFIX

AHEAD = timedelta(minutes=5)
"""How far a carrier's clock may be before the hub's."""


def note_arrival(
    connection: Connection, client_id: str, number: str, arrived_at: datetime, now: datetime
) -> ManifestStanding:
    """Present what is decided of a manifest; harmless to repeat, for what was decided meanwhile.

    Within the caller's write transaction. Raises `NotFoundError` for a manifest that is not the carrier's,
    and `InvalidInputError` for a time to come.
    """
    if arrived_at > now + AHEAD:
        detail = f"{arrived_at.isoformat()} is still to come"
        raise InvalidInputError(FieldProblem("/arrived_at", "in-the-future", detail))
    manifest_row(connection, client_id, number)
    columns = manifests.c
    is_first = (columns.client_id == client_id) & (columns.number == number) & columns.arrived_at.is_(None)
    connection.execute(update(manifests).where(is_first).values(arrived_at=arrived_at))
    for query in declared_under(client_id, houses_of(connection, client_id, number)):
        is_decided = declarations.c.state == State.ASSESSMENT_COMPLETE
        ready = query.where(is_decided).order_by(declarations.c.declaration_id).with_for_update()
        act = Act(Event.PRESENT, ActorKind.CARRIER, ACTOR_PREFIX + client_id)
        courses = [Course(standing_of(row), (act,)) for row in connection.execute(ready)]
        make_moves(connection, courses, now)
    return standing_of_manifest(connection, client_id, number)
