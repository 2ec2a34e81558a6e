"""Lets lapse what ran out of time: requests that nobody answered, declarations whose goods never came."""

from datetime import timedelta

from sqlalchemy import select

from hub.bootstrap import Services
from hub.declarations.lifecycle import Act, ActorKind, Event, State
from hub.declarations.moving import Course, Standing, make_moves, standing_of
from hub.declarations.tables import declarations
from hub.store.database import writing_beside_others

ACTOR = "deadlines"
AT_ONCE = 200
WAITING = (State.INFORMATION_REQUESTED, State.SCREENING_REQUESTED)


def lapse_overdue(services: Services) -> int:
    """Move what waits for an answer past its deadline back to assessment; returns how many."""
    done = 0
    while True:
        some = _lapse_some(services)
        done += some
        if some < AT_ONCE:
            return done


def _lapse_some(services: Services) -> int:
    now, columns = services.clock(), declarations.c
    facts = (columns[name] for name in Standing.__struct_fields__)
    overdue = select(*facts, columns.due_at).where(columns.state.in_(WAITING), columns.due_at <= now)
    query = overdue.order_by(columns.due_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    with writing_beside_others(services.engine) as connection:
        rows = connection.execute(query).all()
        acts = [
            Act(Event.LAPSE, ActorKind.SYSTEM, ACTOR, f"no answer by {row.due_at.isoformat()}")
            for row in rows
        ]
        courses = [Course(standing_of(row), (act,)) for row, act in zip(rows, acts, strict=True)]
        make_moves(connection, courses, now)
    return len(rows)


def lapse_never_come(services: Services) -> int:
    """Invalidate what was decided and whose goods are long overdue; returns how many."""
    done = 0
    while True:
        some = _lapse_some_never_come(services)
        done += some
        if some < AT_ONCE:
            return done


def _lapse_some_never_come(services: Services) -> int:
    now, columns = services.clock(), declarations.c
    days = services.settings.declarations.lapse_days
    before = now - timedelta(days=days)
    facts = (columns[name] for name in Standing.__struct_fields__)
    # What changed later than that is not overdue, whenever it should have come.
    stands = (columns.state == State.ASSESSMENT_COMPLETE, columns.changed_at <= before)
    is_overdue = columns.arrives_at.is_(None) | (columns.arrives_at <= before)
    query = select(*facts).where(*stands, is_overdue).order_by(columns.changed_at).limit(AT_ONCE)
    with writing_beside_others(services.engine) as connection:
        rows = connection.execute(query.with_for_update(skip_locked=True)).all()
        act = Act(Event.LAPSE, ActorKind.SYSTEM, ACTOR, f"no goods came in {days} days")
        make_moves(connection, [Course(standing_of(row), (act,)) for row in rows], now)
    return len(rows)
