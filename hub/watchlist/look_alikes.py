"""Pairs of listed persons who look alike: each gets a margin that a lane must keep between the two."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from hub.bootstrap import Services
from hub.errors import ConflictError
from hub.people.audit import Act, record
from hub.store.insertion import insert_or_update
from hub.watchlist.history import HistoryEntry, note
from hub.watchlist.subjects import is_live_at
from hub.watchlist.tables import look_alikes, subjects

MAX_PAIRS = 200
"""Of one hygiene report: somebody has to look at each."""


@dataclass(frozen=True, slots=True)
class LookAlikePair:
    """Two subjects, their ids in order, and the score by which one must lead the other for a match."""

    first_id: str
    second_id: str
    margin: float


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two live subjects of a list whose references resemble each other."""

    first_id: str
    first_name: str
    second_id: str
    second_name: str
    margin: float | None
    """None: nobody has said yet what they are to each other."""


def keep_apart(
    services: Services, connection: Connection, one_id: str, other_id: str, *, actor: str
) -> LookAlikePair:
    """Record that two subjects are different persons who look alike; repeating it changes nothing more.

    Raises `ConflictError` for a subject and itself.
    """
    if one_id == other_id:
        raise ConflictError("same-subject", "a subject is no look-alike of itself")
    now = services.clock()
    first, second = sorted((one_id, other_id))
    pair = LookAlikePair(first, second, services.settings.watchlists.pair_margin)
    row = {
        "first_id": first,
        "second_id": second,
        "margin": pair.margin,
        "answered_by": actor,
        "answered_at": now,
    }
    insert_or_update(connection, look_alikes, row, ("first_id", "second_id"))
    owners = select(subjects.c.subject_id, subjects.c.list_id).where(
        subjects.c.subject_id.in_((first, second))
    )
    lists = {owner.subject_id: owner.list_id for owner in connection.execute(owners)}
    for subject_id, other in ((first, second), (second, first)):
        changes: dict[str, tuple[object, object]] = {"look_alike": (None, other)}
        list_id = lists[subject_id]
        entry_id = services.new_id()
        note(
            connection,
            HistoryEntry(entry_id, list_id, subject_id, now, actor, "look-alike", changes=changes),
        )
    record(connection, Act(actor, "look-alikes-kept-apart", first, {"other": second}), now)
    return pair


def pairs_of_list(connection: Connection, list_id: str, now: datetime) -> tuple[LookAlikePair, ...]:
    """Return the pairs of which both are live on this list, for its package."""
    live = select(subjects.c.subject_id).where(subjects.c.list_id == list_id, is_live_at(now))
    rows = connection.execute(
        select(look_alikes.c.first_id, look_alikes.c.second_id, look_alikes.c.margin)
        .where(look_alikes.c.first_id.in_(live), look_alikes.c.second_id.in_(live))
        .order_by(look_alikes.c.first_id, look_alikes.c.second_id)
    )
    return tuple(LookAlikePair(*row) for row in rows)


def alike_to(connection: Connection, subject_id: str) -> tuple[str, ...]:
    """Subjects that somebody has called look-alikes of this one."""
    columns = look_alikes.c
    rows = connection.execute(
        select(columns.first_id, columns.second_id).where(
            or_(columns.first_id == subject_id, columns.second_id == subject_id)
        )
    )
    return tuple(sorted(second if first == subject_id else first for first, second in rows))


def hygiene(services: Services, connection: Connection, list_id: str) -> tuple[AlikePair, ...]:
    """Compare everybody live on a list with everybody else on it; most alike first, `MAX_PAIRS` at most."""
    now = services.clock()
    live = select(subjects.c.subject_id, subjects.c.display_name)
    rows = connection.execute(live.where(subjects.c.list_id == list_id, is_live_at(now)))
    names: dict[str, str] = {row.subject_id: row.display_name for row in rows}
    known = {(pair.first_id, pair.second_id): pair.margin for pair in pairs_of_list(connection, list_id, now)}
    calibration = services.face_engine.calibration
    found = services.reference_galleries.pairs(connection, frozenset(names), calibration)
    return tuple(
        AlikePair(one, names[one], other, names[other], known.get((one, other)))
        for one, other, _ in found[:MAX_PAIRS]
    )
