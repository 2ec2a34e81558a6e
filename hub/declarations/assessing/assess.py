"""Assesses stored declarations: cleansed, registered or rejected, decided, each with what it rested on."""

import dataclasses
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, cast

import msgspec
from sqlalchemy import Connection, Row, Select, select

from hub.bootstrap import Services
from hub.carriers.counting import count_assessed, month_of
from hub.cases.figures import local_day
from hub.declarations.assessing.counting import add_counts, counted_of, shard_of
from hub.declarations.assessing.deciding import Decision, Policy, Profile, decide
from hub.declarations.assessing.draws import draws_of
from hub.declarations.assessing.duties import DutyDesk, Portion, duties_of
from hub.declarations.assessing.evidence import (
    Channel,
    Circumstances,
    Evidence,
    NoModel,
    OriginFinding,
    RiskModel,
)
from hub.declarations.assessing.profiles import active_profiles
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.assessing.twins import Twins, open_twins
from hub.declarations.cleansing.cleanse import cleanse
from hub.declarations.cleansing.duplicates import ParcelKeys, parcel_keys
from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.duty.assessment import DutyAssessment
from hub.declarations.facts import DeclarationFacts, Pointers
from hub.declarations.findings import CleansingReport
from hub.declarations.forms import Form, read_stored
from hub.declarations.identity import received_at_of
from hub.declarations.lifecycle import Act, ActorKind, Event, State, Step
from hub.declarations.moving import Course, make_moves, standing_of
from hub.declarations.reference_files import reference_data
from hub.declarations.registry import place_of, places_of
from hub.declarations.tables import declaration_steps, declarations
from hub.origin.checking.feeding import OriginDesk, open_origins, origins_of
from hub.store.bulk import append_many
from hub.store.database import writing_beside_others

_log = logging.getLogger(__name__)
AT_ONCE = 200
ACTOR = "assessment"
MOST_NAMED = 20
FIRST_VERSION = 1
_COLUMNS = tuple(column.name for column in declaration_assessments.c if column.name != "day")
AnyRow = Row[*tuple[Any, ...]]


Standings: TypeAlias = dict[str, tuple[State, Channel | None]]
"""By id where a declaration stands, and what happens when its goods come."""


class _Decided(msgspec.Struct, frozen=True, gc=False):
    """What became of a declaration without errors."""

    evidence: Evidence
    duties: DutyAssessment
    decision: Decision


_Assessed: TypeAlias = tuple[Course, tuple[object, ...]]
"""The moves that a declaration makes, and the row that is kept."""


class _Read(msgspec.Struct, frozen=True, gc=False):
    """A stored declaration as it was read and cleansed."""

    facts: DeclarationFacts
    pointers: Pointers
    report: CleansingReport
    keys: ParcelKeys | None
    """None: it has errors."""


class _Session(msgspec.Struct, frozen=True):
    """What some declarations are assessed with together."""

    profiles: Sequence[Profile]
    policy: Policy
    portion: Portion
    twins: Twins
    origins: OriginDesk | None
    """None: none of them names a certificate."""
    now: datetime


def _whole(course: Course) -> Course:
    return course


def _registered(course: Course) -> Course:
    """Leave out the registration, which was made before."""
    return msgspec.structs.replace(course, acts=course.acts[1:])


def _left_open(course: Course) -> Course:
    """Only begin: an officer completes it."""
    return msgspec.structs.replace(course, acts=course.acts[1:2], channel=None)


def _begun_again(course: Course, reason: str) -> Course:
    """Begin once more what was complete, and say why."""
    begun, *rest = course.acts[1:]
    begun = dataclasses.replace(begun, reason=begun.reason or reason)
    return msgspec.structs.replace(course, acts=(begun, *rest))


def _was_decided_alone(connection: Connection, declaration_id: str) -> bool:
    """Tell whether no officer has completed the newest assessment."""
    columns = declaration_steps.c
    own = columns.declaration_id == declaration_id, columns.received_at == received_at_of(declaration_id)
    query = select(columns.actor_kind).where(*own, columns.event == Event.COMPLETE_ASSESSMENT)
    kind = connection.scalar(query.order_by(columns.number.desc()).limit(1))
    return kind == ActorKind.SYSTEM


class Assessor:
    """What declarations are assessed with; one for a process, for several threads."""

    def __init__(self, services: Services, model: RiskModel | None = None) -> None:
        """Without a model profiles and the random share decide; raises `DutyTablesError`."""
        self._services = services
        self._duties = DutyDesk(services)
        self._model = model or NoModel()

    @property
    def _reference(self) -> ReferenceData:
        """Read at first use: not every process that serves pages assesses."""
        return reference_data()

    def assess_waiting(self) -> int:
        """Assess everything that waits, some at a time; returns how many."""
        done = 0
        while True:
            with writing_beside_others(self._services.engine) as connection:
                some = len(self._assess(connection, _waiting()))
            done += some
            if some < AT_ONCE:
                return done

    def assess_some(self, connection: Connection, declaration_ids: Sequence[str]) -> Standings:
        """Assess these within the caller's write transaction, but for those that were already.

        Returns where each that was assessed now stands.
        """
        if not declaration_ids:
            return {}
        wanted = places_of(declaration_ids), declarations.c.state == State.SUBMITTED
        return self._assess(connection, select(declarations).where(*wanted).with_for_update())

    def assess_amended(self, connection: Connection, declaration_id: str, *, by_officer: bool) -> None:
        """Assess an amended one within the caller's write transaction; `by_officer`: who decides it."""
        wanted = place_of(declaration_id), declarations.c.state == State.VALIDATED
        query = select(declarations).where(*wanted).with_for_update()
        self._assess(connection, query, _left_open if by_officer else _registered)

    def assess_again(self, connection: Connection, declaration_id: str, reason: str) -> bool:
        """Assess one anew that a process decided; False: it is elsewhere, or an officer decided it."""
        wanted = place_of(declaration_id), declarations.c.state == State.ASSESSMENT_COMPLETE
        query = select(declarations).where(*wanted).with_for_update()
        if not _was_decided_alone(connection, declaration_id):
            return False
        return bool(self._assess(connection, query, partial(_begun_again, reason=reason)))

    def _assess(
        self, connection: Connection, query: Select[Any], shaped: Callable[[Course], Course] = _whole
    ) -> Standings:
        rows = connection.execute(query).all()
        now = self._services.clock()
        read = [self._read_or_error(row, now) for row in rows]
        session = self._open(connection, rows, read, now)
        assessed = [self._one_or_left(row, one, session) for row, one in zip(rows, read, strict=True)]
        session.portion.save()
        session.twins.save()
        if session.origins is not None:
            session.origins.save(connection, now)
        courses = [shaped(course) for course, _ in assessed]
        made = make_moves(connection, courses, now)
        self._keep(connection, rows, [values for _, values in assessed], now)
        self._count_by_sender(connection, rows, assessed, now)
        return {
            course.standing.declaration_id: _after(course, steps)
            for course, steps in zip(courses, made, strict=True)
        }

    def _open(
        self,
        connection: Connection,
        rows: Sequence[AnyRow],
        read: Sequence[_Read | Exception],
        now: datetime,
    ) -> _Session:
        """Hold what the declarations share with others until the transaction ends."""
        portion = self._duties.open(connection, rows)
        # After the persons' months are held: two that come at once for one person see each other.
        keys = [None if isinstance(one, Exception) else one.keys for one in read]
        twins = open_twins(connection, rows, keys, now)
        policy = Policy(random_share=self._services.settings.declarations.random_share)
        origins = _origins(self._services, connection, rows, read, now)
        return _Session(active_profiles(connection), policy, portion, twins, origins, now)

    def _count_by_sender(
        self, connection: Connection, rows: Sequence[AnyRow], assessed: Sequence[_Assessed], now: datetime
    ) -> None:
        report = _COLUMNS.index("report")
        found = [
            (row.sender_id, row.version, cast("dict[str, Any]", values[report]))
            for row, (_, values) in zip(rows, assessed, strict=True)
        ]
        count_assessed(connection, found, month_of(now, self._services.settings.cases.zone))

    def _keep(
        self,
        connection: Connection,
        rows: Sequence[AnyRow],
        kept: Sequence[tuple[object, ...]],
        now: datetime,
    ) -> None:
        if not rows:
            return
        day = local_day(now, self._services.settings.cases.zone).isoformat()
        append_many(
            connection, declaration_assessments, (*_COLUMNS, "day"), [(*values, day) for values in kept]
        )
        decision = _COLUMNS.index("decision")
        counted = (
            one
            for row, values in zip(rows, kept, strict=True)
            if not row.is_sandbox
            for one in counted_of(
                cast("dict[str, Any] | None", values[decision]),
                (now - row.changed_at).total_seconds(),
                row.arrives_at,
                now,
            )
        )
        add_counts(connection, day, counted, shard_of(rows[0].declaration_id))

    def _read_or_error(self, row: AnyRow, now: datetime) -> _Read | Exception:
        try:
            facts, pointers = read_stored(Form(row.form), row.content)
            facts, report = cleanse(facts, pointers, self._reference, now)
            apart = f"sandbox|{row.sender_id}" if row.is_sandbox else ""
            keys = parcel_keys(facts, apart) if report.is_valid else None
            return _Read(facts, pointers, report, keys)
        except Exception as error:  # whatever it is: the next one is another's
            return error

    def _one_or_left(self, row: AnyRow, read: _Read | Exception, session: _Session) -> _Assessed:
        """Assess one; what cannot be assessed is left to an officer, and holds up nobody behind it."""
        try:
            if isinstance(read, Exception):
                raise read
            return self._one(row, read, session)
        except Exception as error:  # whatever it is: the next one is another's
            kind = type(error).__name__
            _log.error("declaration %s cannot be assessed: %s", row.declaration_id, kind)
            session.portion.forget(row)
            begun = Act(Event.BEGIN_ASSESSMENT, ActorKind.SYSTEM, ACTOR, f"left to an officer: {kind}")
            course = Course(standing_of(row), (Act(Event.VALIDATE, ActorKind.SYSTEM, ACTOR), begun))
            return course, _values(row, session.now, CleansingReport(), None)

    def _one(self, row: AnyRow, read: _Read, session: _Session) -> _Assessed:
        standing, facts, now = standing_of(row), read.facts, session.now
        if read.keys is None:
            session.portion.forget(row)
            return Course(standing, (_rejection(read.report),)), _values(row, now, read.report, None)
        report = _with_twins(row, read, read.keys, session.twins)
        found = () if session.origins is None else session.origins.findings(row.declaration_id, facts)
        counted = session.portion.assess(row, facts, origins_of(found))
        evidence = self._evidence(row, _Read(facts, read.pointers, report, read.keys), counted, found, now)
        # One draw for all versions: nobody amends until the draw is a better one.
        chance = draws_of(self._services.store_key.secret, row.declaration_id, FIRST_VERSION)
        decision = decide(evidence, session.profiles, session.policy, chance)
        course = Course(standing, tuple(_assessment(decision)), decision.channel.value)
        return course, _values(row, now, report, _Decided(evidence, counted[0], decision))

    def _evidence(
        self,
        row: AnyRow,
        read: _Read,
        counted: tuple[DutyAssessment, int],
        found: tuple[OriginFinding, ...],
        now: datetime,
    ) -> Evidence:
        duties, parcels = counted
        hours = None if row.arrives_at is None else (row.arrives_at - now).total_seconds() / 3600
        evidence = Evidence(
            facts=read.facts,
            report=read.report,
            sender_id=row.sender_id,
            value_usd=duties.goods_usd,
            duties=duties_of(duties),
            origins=tuple(one.verdict for one in found),
            certificates=found,
            hours_to_arrival=hours,
            parcels_of_person=parcels,
        )
        return msgspec.structs.replace(evidence, score=self._model.score(evidence))


def _origins(
    services: Services,
    connection: Connection,
    rows: Sequence[AnyRow],
    read: Sequence[_Read | Exception],
    now: datetime,
) -> OriginDesk | None:
    declared = {
        row.declaration_id: one.facts
        for row, one in zip(rows, read, strict=True)
        if isinstance(one, _Read) and one.keys is not None
    }
    again = [row.declaration_id for row in rows if row.steps]
    return open_origins(services, connection, declared, again, now)


def _with_twins(row: AnyRow, read: _Read, keys: ParcelKeys, twins: Twins) -> CleansingReport:
    notes = Notes(read.pointers)
    twins.note(row, keys, notes)
    if not notes.findings:
        return read.report
    return msgspec.structs.replace(read.report, findings=(*read.report.findings, *notes.findings))


def _after(course: Course, steps: Sequence[Step]) -> tuple[State, Channel | None]:
    return steps[-1].target, None if course.channel is None else Channel(course.channel)


def _waiting() -> Select[Any]:
    query = select(declarations).where(declarations.c.state == State.SUBMITTED)
    return query.order_by(declarations.c.changed_at).limit(AT_ONCE).with_for_update(skip_locked=True)


def _rejection(report: CleansingReport) -> Act:
    errors = report.errors
    codes = ", ".join(dict.fromkeys(one.code for one in errors))
    pointers = tuple(dict.fromkeys(one.pointer for one in errors))[:MOST_NAMED]
    return Act(Event.REJECT, ActorKind.SYSTEM, ACTOR, codes, pointers)


def _assessment(decision: Decision) -> Iterable[Act]:
    codes = dict.fromkeys(reason.code for reason in decision.reasons if reason.is_selected)
    yield Act(Event.VALIDATE, ActorKind.SYSTEM, ACTOR)
    yield Act(Event.BEGIN_ASSESSMENT, ActorKind.SYSTEM, ACTOR)
    reason = f"{decision.channel}: {', '.join(codes) or 'nothing speaks against it'}"
    yield Act(Event.COMPLETE_ASSESSMENT, ActorKind.SYSTEM, ACTOR, reason)


def _values(
    row: AnyRow, now: datetime, report: CleansingReport, decided: _Decided | None
) -> tuple[object, ...]:
    decision = None if decided is None else decided.decision
    channel: Channel | None = None if decision is None else decision.channel
    values = {
        "declaration_id": row.declaration_id,
        "number": row.steps + 1,
        "received_at": row.received_at,
        "version": row.version,
        "assessed_at": now,
        "channel": None if channel is None else channel.value,
        "selection_probability": None if decision is None else decision.selection_probability,
        "is_random": decision is not None and decision.is_random,
        "report": msgspec.to_builtins(report),
        "evidence": {} if decided is None else _kept(decided.evidence),
        "decision": None if decision is None else msgspec.to_builtins(decision),
        "duties": None if decided is None else msgspec.to_builtins(decided.duties),
    }
    return tuple(values[name] for name in _COLUMNS)


def _kept(evidence: Evidence) -> dict[str, object]:
    """Keep what is not in the declaration or the report themselves."""
    facts = {name: getattr(evidence, name) for name in Circumstances.__struct_fields__}
    kept: dict[str, object] = msgspec.to_builtins(Circumstances(**facts))
    return kept
