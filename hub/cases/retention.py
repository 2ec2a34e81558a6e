"""How long cases are kept: months by what came of them; what is over goes with its pictures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, delete, select

from hub.bootstrap import Services
from hub.cases.search import NO_RESULT
from hub.cases.tables import (
    alert_updates,
    alerts,
    case_holds,
    case_results,
    decisions,
    evidence,
    frequent_crossers,
)
from hub.cases.values import CaseResult
from hub.people.audit import Act, record
from hub.settings_tree import CaseSettings
from hub.store.database import reading, writing
from hub.store.pictures import drop_probe

CASES_AT_ONCE = 200
_PARTS = (alert_updates, case_holds, case_results, decisions, evidence, frequent_crossers)


@dataclass(frozen=True, slots=True)
class Purge:
    """What was deleted, or would be."""

    cases: int
    pictures: int
    by_result: Mapping[str, int]
    """``none``: nothing had been recorded."""


def months_before(at: datetime, months: int) -> datetime:
    """Go back whole calendar months; a day that the month lacks becomes its last one before."""
    count = at.year * 12 + at.month - 1 - months
    year, month = divmod(count, 12)
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month + 1)


def limits_of(settings: CaseSettings, now: datetime) -> dict[str, datetime]:
    """Return by result, ``none`` among them, before when a case is over."""
    codes = (NO_RESULT, *(result.value for result in CaseResult))
    kept = settings.months_kept
    return {code: months_before(now, kept.get(code, settings.months_otherwise)) for code in codes}


def purge(services: Services, *, actor: str, is_dry: bool = False) -> Purge:
    """Delete every case whose time is over, some in each transaction; dry: only count them."""
    now = services.clock()
    done: Counter[str] = Counter()
    pictures = 0
    for code, limit in limits_of(services.settings.cases, now).items():
        last = ""
        while True:
            with reading(services.engine) as connection:
                found = _over(connection, code, limit, last)
                files = _files(connection, found)
            if not found:
                break
            last = found[-1]
            done[code] += len(found)
            pictures += len(files)
            if not is_dry:
                _delete(services, found, files, Act(actor, "cases-purged", code, _detail(found, files)))
    return Purge(sum(done.values()), pictures, {code: done[code] for code in sorted(done)})


def _detail(found: Sequence[str], files: Mapping[str, str]) -> dict[str, str | int | float | bool | None]:
    return {"cases": len(found), "pictures": len(files), "first": found[0], "last": found[-1]}


def _over(connection: Connection, code: str, limit: datetime, last: str) -> list[str]:
    query = (
        select(alerts.c.alert_id)
        .where(alerts.c.result == ("" if code == NO_RESULT else code), alerts.c.raised_at < limit)
        .where(alerts.c.alert_id > last)
        .order_by(alerts.c.alert_id)
        .limit(CASES_AT_ONCE)
    )
    return list(connection.scalars(query))


def _files(connection: Connection, alert_ids: Sequence[str]) -> dict[str, str]:
    query = select(evidence.c.evidence_id, evidence.c.file).where(evidence.c.alert_id.in_(alert_ids))
    return {row.evidence_id: row.file for row in connection.execute(query)}


def _delete(services: Services, alert_ids: Sequence[str], files: Mapping[str, str], act: Act) -> None:
    """Files go first: a crash in between leaves rows for the next run, never a picture without a row."""
    for file in files.values():
        drop_probe(services, file)
    with writing(services.engine) as connection:
        for table in (*_PARTS, alerts):
            _delete_from(connection, table, alert_ids)
        record(connection, act, services.clock())


def _delete_from(connection: Connection, table: Table, alert_ids: Sequence[str]) -> None:
    connection.execute(delete(table).where(table.c.alert_id.in_(alert_ids)))
