"""Moves declarations through their life, each move kept with its reason and its actor."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from hub.declarations.assessing.twins import forget_keys
from hub.declarations.lifecycle import Act, State, Step, move
from hub.declarations.limit_ledger import take_back
from hub.declarations.registry import place_of
from hub.declarations.tables import declaration_steps, declarations
from hub.errors import NotFoundError
from hub.live.kinds import ChangeKind
from hub.origin.checking.drawing import begin_draws, drop_draws
from hub.store.bulk import append_many
from hub.store.notify import Happening, publish_changes

_COLUMNS = tuple(column.name for column in declaration_steps.c)
_TOLD = frozenset(
    {
        State.REJECTED,
        State.INFORMATION_REQUESTED,
        State.SCREENING_REQUESTED,
        State.DO_NOT_LOAD,
        State.ASSESSMENT_COMPLETE,
        State.RELEASED,
        State.REFUSED,
        State.RETURNED,
        State.INVALIDATED,
    }
)
"""Coming here is told live: somebody waits for it."""
_GIVES_BACK = frozenset({State.REFUSED, State.RETURNED, State.INVALIDATED})
"""The goods never came or may not stay: they use nothing of the person's limit."""
_GONE = frozenset({State.RETURNED, State.INVALIDATED})
"""Declared again it is no duplicate."""
_SET = ("state", "changed_at", "steps", "due_at", "channel", "decided_at")
_MOVE = (
    update(declarations)
    .where(declarations.c.declaration_id == bindparam("own_id"))
    .where(declarations.c.received_at == bindparam("own_month"))
    .values({name: bindparam(f"new_{name}") for name in _SET})
)


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Where a declaration is, read under a lock of the caller's transaction."""

    declaration_id: str
    received_at: datetime
    sender_id: str
    state: State
    steps: int
    """How many moves it has made."""
    channel: str | None = None
    decided_at: datetime | None = None


class Course(msgspec.Struct, frozen=True, gc=False):
    """Moves that a declaration makes one after another, and what was decided on the way."""

    standing: Standing
    acts: tuple[Act, ...]
    channel: str | None = None
    """Decided now; None: as it was."""


def apply(
    connection: Connection, declaration_id: str, act: Act, now: datetime, *, channel: str | None = None
) -> Step:
    """Make a move within the caller's write transaction; `channel`: what is decided with it.

    Raises `NotFoundError`, and what `hub.declarations.lifecycle.move` raises.
    """
    columns = (declarations.c[name] for name in Standing.__struct_fields__)
    row = connection.execute(select(*columns).where(place_of(declaration_id)).with_for_update()).first()
    if row is None:
        raise NotFoundError("declaration", declaration_id)
    return make_moves(connection, [Course(standing_of(row), (act,), channel)], now)[0][0]


def standing_of(row: Any) -> Standing:
    """Make the standing of a row of `declarations`."""
    facts = {name: getattr(row, name) for name in Standing.__struct_fields__}
    return Standing(**(facts | {"state": State(row.state)}))


def make_moves(connection: Connection, courses: Sequence[Course], now: datetime) -> list[Sequence[Step]]:
    """Make the moves of many declarations, whose rows the caller has locked; returns the steps of each.

    Raises what `hub.declarations.lifecycle.move` raises.
    """
    made = [(course, _steps_of(course, now)) for course in courses]
    rows = [row for course, steps in made for row in _rows(course.standing, steps)]
    append_many(connection, declaration_steps, _COLUMNS, rows)
    changes = [_changes(course, steps, now) for course, steps in made]
    if changes:
        connection.execute(_MOVE, changes)
    ended = [course.standing for course, steps in made if steps[-1].target in _GIVES_BACK]
    take_back(connection, [(one.declaration_id, one.received_at) for one in ended])
    gone = [course.standing for course, steps in made if steps[-1].target in _GONE]
    forget_keys(connection, [(one.declaration_id, one.received_at) for one in gone])
    drop_draws(connection, [one.declaration_id for one in ended])
    released = [course.standing for course, steps in made if steps[-1].target is State.RELEASED]
    begin_draws(connection, [one.declaration_id for one in released], now)
    publish_changes(connection, ChangeKind.DECLARATION, _told(made), now)
    return [steps for _, steps in made]


def _told(made: Iterable[tuple[Course, Sequence[Step]]]) -> list[Happening]:
    return [
        Happening(course.standing.declaration_id, course.standing.sender_id)
        for course, steps in made
        if steps[-1].target in _TOLD
    ]


def _steps_of(course: Course, now: datetime) -> list[Step]:
    steps, state = [], course.standing.state
    for act in course.acts:
        step = move(state, act, now)
        steps.append(step)
        state = step.target
    return steps


def _changes(course: Course, steps: Sequence[Step], now: datetime) -> dict[str, object]:
    standing, last = course.standing, steps[-1]
    is_decided = course.channel is not None
    new = {
        "state": last.target.value,
        "changed_at": now,
        "steps": standing.steps + len(steps),
        "due_at": last.act.deadline,
        "channel": course.channel if is_decided else standing.channel,
        "decided_at": now if is_decided else standing.decided_at,
    }
    named: dict[str, object] = {f"new_{name}": value for name, value in new.items()}
    return named | {"own_id": standing.declaration_id, "own_month": standing.received_at}


def _rows(standing: Standing, steps: Sequence[Step]) -> Iterable[tuple[object, ...]]:
    for number, step in enumerate(steps, standing.steps + 1):
        act = step.act
        row = {
            "declaration_id": standing.declaration_id,
            "number": number,
            "received_at": standing.received_at,
            "at": step.at,
            "source": step.source.value,
            "target": step.target.value,
            "event": act.event.value,
            "actor_kind": act.actor_kind.value,
            "actor": act.actor,
            "reason": act.reason,
            "pointers": list(act.pointers),
            "due_at": act.deadline,
        }
        yield tuple(row[name] for name in _COLUMNS)
