"""Back-tests that somebody asked for: how far each has come, and its result kept with the draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from hub.declarations.assessing.back_test_tally import BackTestTally, result_of
from hub.declarations.assessing.profiles import ProfileState, keep_back_test, profile_version, require_draft
from hub.declarations.assessing.tables import back_tests
from hub.declarations.identity import declaration_id
from hub.declarations.tables import declarations
from hub.errors import FieldProblem, InvalidInputError
from hub.people.audit import Act, record
from hub.store.insertion import insert_or_update

MOST_DAYS = 366
MOST_DECLARATIONS = 200_000
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class BackTestPeriod:
    """What a draft is tested on: calendar days of the hub's zone, both included."""

    first: date
    last: date
    most: int = MOST_DECLARATIONS
    """Declarations to read at most, the newest first."""

    def __post_init__(self) -> None:
        """Raise `InvalidInputError` for what cannot be tested."""
        problems = []
        if not 0 <= (self.last - self.first).days < MOST_DAYS:
            reason = f"{self.first} to {self.last} is not 1 to {MOST_DAYS} days"
            problems.append(FieldProblem("/first", "not-a-period", reason))
        if not 1 <= self.most <= MOST_DECLARATIONS:
            problems.append(
                FieldProblem("/most", "out-of-range", f"{self.most} is not 1 to {MOST_DECLARATIONS}")
            )
        if problems:
            raise InvalidInputError(*problems)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Moments between which declarations came: from `since` up to, not including, `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class BackTestRun:
    """One test, under way or finished."""

    profile_id: str
    version: int
    run: int
    """How often this version was tested, this time included."""
    asked_at: datetime
    asked_by: str
    first: date
    last: date
    upto: int
    """So many declarations are read."""
    seen: int
    """So many were read until now."""
    reached: str
    """Id of the one read last; before the first it is beyond them all."""
    tally: BackTestTally
    moved_at: datetime
    finished_at: datetime | None


def ask_back_test(  # bounds are the caller's: zones are settings
    connection: Connection,
    profile: tuple[str, int],
    period: BackTestPeriod,
    bounds: Bounds,
    *,
    actor: str,
    now: datetime,
) -> BackTestRun:
    """Ask for a draft's test, unless one is under way: then that one is returned.

    Raises `NotFoundError`, and `ConflictError` when it is no draft.
    """
    require_draft(profile_version(connection, *profile))
    before = back_test_run(connection, *profile)
    if before is not None and before.finished_at is None:
        return before
    upto = _count(connection, bounds, period.most)
    run = 1 if before is None else before.run + 1
    row = _new_row(profile, period, run, upto) | {
        "reached": declaration_id(bounds.until, bytes(10)),
        "asked_at": now,
        "asked_by": actor,
        "moved_at": now,
    }
    insert_or_update(connection, back_tests, row, ("profile_id", "version"))
    detail = {"version": profile[1], "first": row["first"], "last": row["last"], "upto": row["upto"]}
    record(connection, Act(actor, "profile-test-asked", profile[0], detail), now)
    return _run_of(row)


def back_test_run(connection: Connection, profile_id: str, version: int) -> BackTestRun | None:
    """Return the newest test of a version as it stands; None: nobody has asked."""
    row = connection.execute(select(back_tests).where(_is(profile_id, version))).first()
    return None if row is None else _run_of(dict(row._mapping))


def note_portion(
    connection: Connection, run: BackTestRun, tally: BackTestTally, reached: str, read: int, now: datetime
) -> None:
    """Note how far a test has come; one that has come further by now stays as it is."""
    values = {"tally": msgspec.to_builtins(tally), "reached": reached, "seen": run.seen + read}
    connection.execute(update(back_tests).where(_stands(run)).values(**values, moved_at=now))


def finish_back_test(connection: Connection, run: BackTestRun, *, is_cut: bool, now: datetime) -> None:
    """Keep what a test found with its draft; one that is a draft no more keeps what it has."""
    done = connection.execute(
        update(back_tests).where(_stands(run)).values(moved_at=now, finished_at=now)
    ).rowcount
    if not done or profile_version(connection, run.profile_id, run.version).state is not ProfileState.DRAFT:
        return
    result = result_of(run.tally, run.first, run.last, is_cut=is_cut)
    keep_back_test(connection, run.profile_id, run.version, msgspec.to_builtins(result))
    detail = {"version": run.version, "tested": result.tested, "selected": result.selected}
    record(connection, Act(run.asked_by, "profile-tested", run.profile_id, detail), now)


def _new_row(profile: tuple[str, int], period: BackTestPeriod, run: int, upto: int) -> dict[str, Any]:
    return {
        "profile_id": profile[0],
        "version": profile[1],
        "run": run,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "upto": upto,
        "seen": 0,
        "tally": msgspec.to_builtins(BackTestTally()),
        "finished_at": None,
    }


def _count(connection: Connection, bounds: Bounds, most: int) -> int:
    some = select(declarations.c.declaration_id).where(*in_bounds(bounds)).limit(most).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def in_bounds(bounds: Bounds) -> tuple[Any, ...]:
    """Pick the real declarations that came then: by id, which begins with its time, and by month."""
    columns = declarations.c
    return (
        columns.declaration_id >= declaration_id(bounds.since, bytes(10)),
        columns.declaration_id < declaration_id(bounds.until, bytes(10)),
        columns.received_at >= bounds.since,
        columns.received_at < bounds.until,
        columns.is_sandbox.is_(False),
    )


def _stands(run: BackTestRun) -> Any:
    is_as_read = (back_tests.c.run == run.run) & (back_tests.c.seen == run.seen)
    return _is(run.profile_id, run.version) & is_as_read & back_tests.c.finished_at.is_(None)


def _is(profile_id: str, version: int) -> Any:
    return (back_tests.c.profile_id == profile_id) & (back_tests.c.version == version)


def _run_of(row: Mapping[str, Any]) -> BackTestRun:
    facts = {name: row[name] for name in BackTestRun.__dataclass_fields__}
    read = {
        "first": date.fromisoformat(row["first"]),
        "last": date.fromisoformat(row["last"]),
        "tally": msgspec.convert(row["tally"], BackTestTally),
    }
    return BackTestRun(**(facts | read))
