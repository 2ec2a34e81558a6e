"""The job that tests a draft on what came before: portion by portion, seen to move, going on where it was."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, select

from hub.bootstrap import Services
from hub.declarations.act_tables import inspection_results
from hub.declarations.assessing.back_test_runs import (
    BackTestPeriod,
    BackTestRun,
    Bounds,
    ask_back_test,
    back_test_run,
    finish_back_test,
    in_bounds,
    note_portion,
)
from hub.declarations.assessing.back_test_tally import ReplayedCase, with_cases
from hub.declarations.assessing.conditions import facts_of
from hub.declarations.assessing.deciding import Profile, Reason, reason_of
from hub.declarations.assessing.draws import draws_of
from hub.declarations.assessing.evidence import Channel, Circumstances, Evidence
from hub.declarations.assessing.profiles import profile_version
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.cleansing.cleanse import cleanse
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.findings import CleansingReport
from hub.declarations.forms import Form, read_stored
from hub.declarations.reference_files import reference_data
from hub.declarations.tables import declarations
from hub.jobs.queue import Arguments, NewJob, enqueue
from hub.store.database import reading, writing, writing_beside_others

KIND = "test-risk-profile"
ROWS_A_PORTION = 500
PORTIONS_A_TURN = 100
"""Then other jobs have their turn."""
_MILLISECOND = timedelta(milliseconds=1)
AnyRow = Row[*tuple[Any, ...]]


def start_back_test(
    services: Services, profile_id: str, version: int, period: BackTestPeriod, *, actor: str
) -> BackTestRun:
    """Let a worker test a draft; while one is under way there is no second one.

    Raises `NotFoundError`, and `ConflictError` when it is no draft.
    """
    now = services.clock()
    bounds = _bounds(services, period.first, period.last, now)
    with writing(services.engine) as connection:
        asked = ask_back_test(connection, (profile_id, version), period, bounds, actor=actor, now=now)
        enqueue(connection, _job(profile_id, version), now)
    return asked


def run_back_test(
    services: Services,
    arguments: Arguments,
    *,
    rows_a_portion: int = ROWS_A_PORTION,
    portions_a_turn: int = PORTIONS_A_TURN,
) -> None:
    """Go on with a test for one turn; what is finished stays as it is."""
    profile_id, version = str(arguments["profile_id"]), int(arguments["version"])
    for _ in range(portions_a_turn):
        if is_tested_after_portion(services, profile_id, version, rows_a_portion):
            return
    with writing_beside_others(services.engine) as connection:
        enqueue(connection, _job(profile_id, version), services.clock())


def is_tested_after_portion(
    services: Services, profile_id: str, version: int, limit: int = ROWS_A_PORTION
) -> bool:
    """Test on the next portion; True when nothing is left to test on. Several may work at one test."""
    with reading(services.engine) as connection:
        run = back_test_run(connection, profile_id, version)
        if run is None or run.finished_at is not None:
            return True
        profile = profile_version(connection, profile_id, version).profile
        bounds = _bounds(services, run.first, run.last, run.asked_at)
        rows = _portion(connection, run, bounds, min(limit, run.upto - run.seen))
        cases = _cases(connection, rows, profile, services)
        is_cut = not rows and bool(_portion(connection, run, bounds, 1))
    with writing_beside_others(services.engine) as connection:
        if rows:
            tally = with_cases(run.tally, cases, profile.channel)
            note_portion(connection, run, tally, rows[-1].declaration_id, len(rows), services.clock())
        else:
            finish_back_test(connection, run, is_cut=is_cut, now=services.clock())
    return not rows


def _portion(connection: Connection, run: BackTestRun, bounds: Bounds, limit: int) -> Sequence[AnyRow]:
    columns = declarations.c
    names = ("declaration_id", "received_at", "version", "form", "content")
    query = select(*(columns[name] for name in names)).where(
        *in_bounds(bounds), columns.declaration_id < run.reached
    )
    return connection.execute(query.order_by(columns.declaration_id.desc()).limit(limit)).all()


def _cases(
    connection: Connection, rows: Sequence[AnyRow], profile: Profile, services: Services
) -> list[ReplayedCase]:
    assessed, found = _assessments(connection, rows), _inspections(connection, rows)
    reference, zone = reference_data(), ZoneInfo(services.settings.cases.zone)
    return [
        ReplayedCase(
            row.declaration_id,
            row.received_at.astimezone(zone).date().isoformat(),
            Channel(assessed[row.declaration_id].channel),
            reason is not None,
            reason is not None and reason.is_selected,
            found.get(row.declaration_id),
        )
        for row in rows
        if row.declaration_id in assessed
        for reason in [_reason(row, assessed[row.declaration_id], profile, reference, services)]
    ]


def _assessments(connection: Connection, rows: Sequence[AnyRow]) -> dict[str, AnyRow]:
    """Return by id the newest assessment of each that was decided as it now stands."""
    if not rows:
        return {}
    columns, versions = declaration_assessments.c, {row.declaration_id: row.version for row in rows}
    names = ("declaration_id", "version", "assessed_at", "channel", "report", "evidence")
    query = select(*(columns[name] for name in names)).where(
        columns.declaration_id.in_(versions),
        columns.received_at.between(rows[-1].received_at, rows[0].received_at),
        columns.channel.is_not(None),
    )
    found = connection.execute(query.order_by(columns.declaration_id, columns.number))
    return {row.declaration_id: row for row in found if row.version == versions[row.declaration_id]}


def _inspections(connection: Connection, rows: Sequence[AnyRow]) -> dict[str, bool]:
    """Return by id whether the newest inspection found anything."""
    if not rows:
        return {}
    columns = inspection_results.c
    query = select(columns.declaration_id, columns.is_found).where(
        columns.declaration_id.in_([row.declaration_id for row in rows]),
        columns.received_at.between(rows[-1].received_at, rows[0].received_at),
    )
    return {row.declaration_id: row.is_found for row in connection.execute(query.order_by(columns.number))}


def _reason(
    row: AnyRow, assessed: AnyRow, profile: Profile, reference: ReferenceData, services: Services
) -> Reason | None:
    stored = read_stored(Form(row.form), row.content)
    facts, _ = cleanse(*stored, reference, assessed.assessed_at)
    besides = msgspec.convert(assessed.evidence, Circumstances)
    evidence = Evidence(
        facts=facts,
        report=msgspec.convert(assessed.report, CleansingReport),
        **{name: getattr(besides, name) for name in Circumstances.__struct_fields__},
    )
    chance = draws_of(services.store_key.secret, row.declaration_id, row.version)
    return reason_of(profile, facts_of(evidence), chance)


def _bounds(services: Services, first: date, last: date, asked_at: datetime) -> Bounds:
    """Cut days of the hub's zone off at the moment of asking."""
    zone = ZoneInfo(services.settings.cases.zone)
    until = min(_midnight(last + timedelta(days=1), zone), asked_at + _MILLISECOND)
    return Bounds(_midnight(first, zone), until)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _job(profile_id: str, version: int) -> NewJob:
    arguments = {"profile_id": profile_id, "version": version}
    return NewJob(KIND, arguments, unique_key=f"{KIND}-{profile_id}-{version}")
