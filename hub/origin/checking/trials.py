"""Keeps trials: their periods by post, drawn once, and what they have shown until now."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.cases.figures import MOST_DAYS, Period
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.places import site
from hub.origin.checking.counting import counts_by_day
from hub.origin.checking.figures import Outcome
from hub.origin.checking.tables import origin_checks, origin_trial_periods
from hub.origin.checking.tally import outcome_of
from hub.origin.checking.trial import (
    Arm,
    Expected,
    Pairs,
    TrialPeriod,
    TrialPlan,
    TrialReport,
    draw_periods,
    report_of,
)
from hub.origin.checking.values import Method, OfficerDecision, Truth
from hub.people.access import User
from hub.people.audit import Act, record
from sync.errors import SyncError
from sync.identifiers import require_name

_SEED_BYTES = 16


def draw_trial(
    services: Services, connection: Connection, trial: str, plan: TrialPlan, *, by: User
) -> tuple[TrialPeriod, ...]:
    """Draw a trial's periods by chance within the caller's write transaction, once and for all.

    Raises `InvalidInputError`, `NotFoundError` for an unknown site, `ConflictError` for a trial of that name.
    """
    _require(connection, trial, plan)
    now = services.clock()
    drawn = draw_periods(plan, Random(services.randomness(_SEED_BYTES)))  # noqa: S311  # shuffles, keeps no secret
    rows = [
        {**msgspec.structs.asdict(one), "trial": trial, "drawn_by": by.user_id, "drawn_at": now}
        for one in drawn
    ]
    connection.execute(origin_trial_periods.insert(), rows)
    record(connection, Act(by.user_id, "origin-trial-drawn", trial, {"periods": len(drawn)}), now)
    return drawn


def trial_names(connection: Connection) -> tuple[str, ...]:
    """Return the names of all trials, the newest first."""
    columns = origin_trial_periods.c
    rows = connection.execute(select(columns.trial, columns.drawn_at).distinct())
    return tuple(row.trial for row in sorted(rows, key=lambda row: row.drawn_at, reverse=True))


def trial_periods(connection: Connection, trial: str) -> tuple[TrialPeriod, ...]:
    """Return a trial's periods by post and day; raises `NotFoundError`."""
    columns = origin_trial_periods.c
    query = select(columns.site_id, columns.first, columns.last, columns.arm).where(columns.trial == trial)
    found = tuple(
        sorted(
            TrialPeriod(row.site_id, row.first, row.last, Arm(row.arm)) for row in connection.execute(query)
        )
    )
    if not found:
        raise NotFoundError("trial", trial[:64])
    return found


def trial_report(services: Services, connection: Connection, trial: str, expected: Expected) -> TrialReport:
    """Say what a trial has shown at all its posts; raises `NotFoundError`."""
    periods = trial_periods(connection, trial)
    span = Period(min(one.first for one in periods), max(one.last for one in periods))
    counts = counts_by_day(connection, span, {one.site_id for one in periods})
    pairs = _pairs(connection, periods, span, services.settings.cases.zone)
    return report_of(counts, periods, expected, pairs)


def _require(connection: Connection, trial: str, plan: TrialPlan) -> None:
    try:
        require_name(trial, "trial")
    except SyncError as error:
        raise InvalidInputError(FieldProblem("/trial", "not-a-name", str(error))) from error
    if plan.days * plan.periods > MOST_DAYS:
        detail = f"{plan.days * plan.periods} days are more than {MOST_DAYS}"
        raise InvalidInputError(FieldProblem("/periods", "out-of-range", detail))
    for site_id in plan.sites:
        site(connection, site_id)
    taken = select(origin_trial_periods.c.trial).where(origin_trial_periods.c.trial == trial).limit(1)
    if connection.scalar(taken) is not None:
        raise ConflictError("trial-exists", f"a trial {trial} was drawn before")


def _pairs(connection: Connection, periods: Sequence[TrialPeriod], span: Period, zone: str) -> Pairs:
    """Compare certificates that posts of the trial checked both by eye and by code in its time."""
    eye, code = origin_checks.alias("eye"), origin_checks.alias("code")
    known = [Truth.GENUINE.value, Truth.FALSE.value]
    made = [OfficerDecision.ACCEPT.value, OfficerDecision.REFUSE.value]
    begin, end = _moment(span, zone)
    conditions = [
        condition
        for one in (eye, code)
        for condition in (
            one.c.site_id.in_({period.site_id for period in periods}),
            one.c.opened_at >= begin,
            one.c.opened_at < end,
            one.c.truth.in_(known),
            one.c.decision.in_(made),
        )
    ]
    query = select(eye.c.decision, eye.c.truth, code.c.decision, code.c.truth).where(
        eye.c.method == Method.PAPER.value,
        code.c.method != Method.PAPER.value,
        eye.c.state == code.c.state,
        eye.c.number == code.c.number,
        *conditions,
    )
    wrong = [(_is_wrong(row[0], row[1]), _is_wrong(row[2], row[3])) for row in connection.execute(query)]
    return Pairs(wrong.count((True, False)), wrong.count((False, True)))


def _is_wrong(decision: str, truth: str) -> bool:
    return outcome_of(OfficerDecision(decision), Truth(truth)) is not Outcome.RIGHT


def _moment(span: Period, zone: str) -> tuple[datetime, datetime]:
    own = ZoneInfo(zone)
    end = datetime.combine(span.last + timedelta(days=1), time(), tzinfo=own)
    return datetime.combine(span.first, time(), tzinfo=own), end
