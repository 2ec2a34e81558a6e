"""Keeps the counts by day, in the transaction that changes a case; and builds them anew."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select

from hub.cases.tables import alerts, answer_times, case_days, case_tallies, case_totals, decisions
from hub.cases.tally import (
    GUARD,
    SUPERVISOR,
    CountPolicy,
    GivenAnswer,
    Sorting,
    Tally,
    counts_of,
    sorting_of,
    tally_of,
)
from hub.settings_tree import CaseSettings
from hub.store.bulk import insert_many
from hub.store.insertion import insert_or_add
from hub.watchlist.tables import subjects

_DAY_KEYS = tuple(column.name for column in case_days.primary_key)
_DAY_COUNTS = tuple(column.name for column in case_days.columns if not column.primary_key)
_TOTALS = tuple(column.name for column in case_totals.columns if not column.primary_key)
_TIME_KEYS = tuple(column.name for column in answer_times.primary_key)
GROUPS = ("category", "severity", "authority")
"""Fields of a subject's record by which results may be told apart."""
ROWS_AT_ONCE = 5_000
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found."""

    alerts: int
    deleted: int
    """Alerts that were deleted since; they count as they stood."""
    rows: int


def policy_of(settings: CaseSettings) -> CountPolicy:
    """Read how cases are sorted out of the settings."""
    return CountPolicy(settings.zone, settings.shift_starts, settings.group_by)


def count_case(connection: Connection, alert_id: str, policy: CountPolicy | None = None) -> None:
    """Bring the counts up to a case's present state; harmless to repeat, nothing for an unknown case.

    `policy` sorts a case that was not counted yet; without one such a case is left to a recount.
    """
    alert = connection.execute(select(alerts).where(alerts.c.alert_id == alert_id)).first()
    row = connection.execute(select(case_tallies).where(case_tallies.c.alert_id == alert_id)).first()
    before = Tally(**row._mapping) if row else None
    if alert is None or (before is None and policy is None):
        return
    if before is not None:
        sorting = Sorting(before.day, before.shift, before.grouping)
    else:
        sorting = _new_sorting(connection, alert, policy or CountPolicy())
    after = tally_of(alert._asdict(), _answers(connection, [alert_id]).get(alert_id, ()), sorting)
    if after != before:
        _replace(connection, before, after)


def recount(connection: Connection, policy: CountPolicy) -> Recount:
    """Build every count anew from alerts and answers; what was deleted counts as it stood."""
    connection.execute(delete(case_tallies).where(case_tallies.c.alert_id.in_(select(alerts.c.alert_id))))
    counted = 0
    for found in _tallies(connection, policy):
        insert_many(connection, case_tallies, map(asdict, found))
        counted += len(found)
    connection.execute(delete(case_days))
    connection.execute(delete(case_totals))
    connection.execute(delete(answer_times))
    total, days, times = _summed(connection)
    insert_many(connection, case_days, (_day_row(key, counts) for key, counts in days.items()))
    insert_many(connection, case_totals, _totals(days))
    insert_many(connection, answer_times, (_time_row(key, number) for key, number in times.items()))
    return Recount(counted, total - counted, len(days) + len(times))


def _replace(connection: Connection, before: Tally | None, after: Tally) -> None:
    """Take the old share out and put the new one in, each row of counts written once."""
    days: dict[Key, Counter[str]] = {}
    times: Counter[Key] = Counter()
    if before is not None:
        connection.execute(delete(case_tallies).where(case_tallies.c.alert_id == before.alert_id))
        _add(before, -1, days, times)
    _add(after, 1, days, times)
    connection.execute(case_tallies.insert().values(**asdict(after)))
    for key in sorted(days, key=repr):
        insert_or_add(connection, case_days, _day_row(key, days[key]), _DAY_KEYS)
    for row in _totals(days):
        insert_or_add(connection, case_totals, row, ("device_id",))
    for place in sorted(times, key=repr):
        insert_or_add(connection, answer_times, _time_row(place, times[place]), _TIME_KEYS)
    _drop_empty(connection, after.day, after.device_id)


def _add(tally: Tally, sign: int, days: dict[Key, Counter[str]], times: Counter[Key]) -> None:
    counts = days.setdefault(tuple(getattr(tally, name) for name in _DAY_KEYS), Counter())
    for name, number in counts_of(tally).items():
        counts[name] += sign * number
    if tally.is_test:
        return
    for role, bucket in ((GUARD, tally.guard_bucket), (SUPERVISOR, tally.supervisor_bucket)):
        if bucket is not None:
            times[(tally.day, tally.device_id, tally.lane_id, role, bucket)] += sign


def _drop_empty(connection: Connection, day: str, device_id: str) -> None:
    is_here = (case_days.c.day == day) & (case_days.c.device_id == device_id)
    connection.execute(delete(case_days).where(is_here, case_days.c.alerts == 0))
    is_here = (answer_times.c.day == day) & (answer_times.c.device_id == device_id)
    connection.execute(delete(answer_times).where(is_here, answer_times.c.answers == 0))


def _day_row(key: Key, counts: Mapping[str, int]) -> dict[str, object]:
    return dict(zip(_DAY_KEYS, key, strict=True)) | {name: counts.get(name, 0) for name in _DAY_COUNTS}


def _time_row(key: Key, answers: int) -> dict[str, object]:
    return dict(zip(_TIME_KEYS, key, strict=True)) | {"answers": answers}


def _totals(days: Mapping[Key, Mapping[str, int]]) -> list[dict[str, object]]:
    """Add the days of each device up."""
    device = _DAY_KEYS.index("device_id")
    sums: dict[object, Counter[str]] = {}
    for key in sorted(days, key=repr):
        sums.setdefault(key[device], Counter()).update({name: days[key].get(name, 0) for name in _TOTALS})
    return [{"device_id": each} | {name: sums[each][name] for name in _TOTALS} for each in sums]


def _summed(connection: Connection) -> tuple[int, dict[Key, Counter[str]], Counter[Key]]:
    days: dict[Key, Counter[str]] = {}
    times: Counter[Key] = Counter()
    total = 0
    for row in connection.execute(select(case_tallies).execution_options(yield_per=ROWS_AT_ONCE)):
        _add(Tally(**row._mapping), 1, days, times)
        total += 1
    return total, days, times


def _tallies(connection: Connection, policy: CountPolicy) -> Iterator[list[Tally]]:
    """Tally every alert, some at a time."""
    last = ""
    while True:
        query = (
            select(alerts, *(subjects.c[name].label(f"subject_{name}") for name in GROUPS))
            .outerjoin(subjects, _same_subject())
            .where(alerts.c.alert_id > last)
            .order_by(alerts.c.alert_id)
            .limit(ROWS_AT_ONCE)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        given = _answers(connection, [row.alert_id for row in rows])
        yield [_tally(row, given.get(row.alert_id, ()), policy) for row in rows]
        last = rows[-1].alert_id


def _tally(row: Row[tuple[object, ...]], given: Sequence[GivenAnswer], policy: CountPolicy) -> Tally:
    record = {name: row._mapping[f"subject_{name}"] for name in GROUPS}
    known = {name: value for name, value in record.items() if value is not None}
    return tally_of(row._asdict(), given, sorting_of(policy, row.raised_at, known))


def _new_sorting(connection: Connection, alert: Row[tuple[object, ...]], policy: CountPolicy) -> Sorting:
    is_it = (subjects.c.subject_id == alert.subject_id) & (subjects.c.list_id == alert.list_id)
    query = select(*(subjects.c[name] for name in GROUPS)).where(is_it)
    row = connection.execute(query).first() if policy.group_by else None
    return sorting_of(policy, alert.raised_at, row._asdict() if row else {})


def _same_subject() -> ColumnElement[bool]:
    return and_(subjects.c.subject_id == alerts.c.subject_id, subjects.c.list_id == alerts.c.list_id)


def _answers(connection: Connection, alert_ids: Sequence[str]) -> dict[str, tuple[GivenAnswer, ...]]:
    """Answers of some alerts, oldest first; a device answers for its own alerts only."""
    query = (
        select(decisions.c.alert_id, decisions.c.answer, decisions.c.role, decisions.c.seconds_to_answer)
        .join(alerts, alerts.c.alert_id == decisions.c.alert_id)
        .where(decisions.c.alert_id.in_(alert_ids))
        .where(or_(decisions.c.device_id.is_(None), decisions.c.device_id == alerts.c.device_id))
        .order_by(decisions.c.decided_at, decisions.c.decision_id)
    )
    given: dict[str, tuple[GivenAnswer, ...]] = {}
    for row in connection.execute(query):
        one = GivenAnswer(row.answer, row.role, row.seconds_to_answer)
        given[row.alert_id] = (*given.get(row.alert_id, ()), one)
    return given
