"""Narrows the list of cases: by place, list, person's category, period, state, result, exercises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, tuple_

from hub.cases.tables import alerts
from hub.cases.values import CaseResult, CaseStatus
from hub.fleet.tables import devices
from hub.people.access import Permission, User
from hub.people.site_bounds import of_own_devices
from hub.store.paging import decode_cursor
from hub.watchlist.tables import subjects, watchlists

NO_RESULT = "none"
_BY_TIME = alerts.c.device_id.concat("")
"""Not the bare column: by the index of devices all alerts of a site are sorted for its newest thirty."""
_EXACT = ("list_id", "lane_id", "device_id")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What to show; empty: everything."""

    status: CaseStatus | None = None
    result: CaseResult | str = ""
    """A result's code, or ``none``: nothing recorded yet."""
    site_id: str = ""
    lane_id: str = ""
    device_id: str = ""
    list_id: str = ""
    category: str = ""
    """Cases that the viewer has yet to answer are left out: the category says who it may be."""
    since: datetime | None = None
    until: datetime | None = None
    is_test: bool | None = None


def conditions(wanted: CaseFilter, viewer: User, cursor: str | None) -> Iterator[ColumnElement[bool]]:
    """Turn a filter into conditions on alerts; raises `InvalidInputError` for a bad cursor."""
    yield of_own_devices(viewer, _BY_TIME)
    if wanted.status is not None:
        yield alerts.c.status == wanted.status.value
    for name in _EXACT:
        if getattr(wanted, name):
            yield alerts.c[name] == getattr(wanted, name)
    if wanted.site_id:
        yield _BY_TIME.in_(select(devices.c.device_id).where(devices.c.site_id == wanted.site_id))
    yield from _of_the_person(wanted, viewer)
    yield from _of_the_time(wanted, cursor)


def _of_the_person(wanted: CaseFilter, viewer: User) -> Iterator[ColumnElement[bool]]:
    if wanted.result:
        yield alerts.c.result == ("" if wanted.result == NO_RESULT else str(wanted.result))
    if wanted.category:
        of_category = select(subjects.c.subject_id).where(subjects.c.category == wanted.category)
        yield alerts.c.subject_id.in_(of_category)
        if viewer.may(Permission.ANSWER_CASES):
            yield alerts.c.status != CaseStatus.OPEN.value
    if wanted.is_test is not None:
        yield alerts.c.is_test.is_(wanted.is_test)


def _of_the_time(wanted: CaseFilter, cursor: str | None) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield alerts.c.raised_at >= wanted.since
    if wanted.until is not None:
        yield alerts.c.raised_at < wanted.until
    if cursor is not None:
        after = decode_cursor(cursor)
        yield tuple_(alerts.c.raised_at, alerts.c.alert_id) < tuple_(after.at, after.identifier)


def list_choices(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Return every watchlist as (id, title), for choosing one."""
    query = select(watchlists.c.list_id, watchlists.c.title).order_by(watchlists.c.title)
    return tuple((row.list_id, row.title) for row in connection.execute(query))
