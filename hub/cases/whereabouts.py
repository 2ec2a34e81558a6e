"""Everything about a confirmed subject's crossings: counts, places, who is met beside; for the case page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from hub.cases.co_travellers import CoTraveller, co_travellers
from hub.cases.crossing_history import CrossingHistory, crossings_of_case
from hub.cases.values import CaseDetail
from hub.fleet.tables import sites


@dataclass(frozen=True, slots=True)
class Place:
    """A checkpoint with its coordinates in degrees; None: not stated."""

    site_id: str
    title: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a subject was confirmed, and beside whom."""

    history: CrossingHistory
    places: tuple[Place, ...]
    company: tuple[CoTraveller, ...]


def whereabouts_of_case(connection: Connection, detail: CaseDetail, now: datetime) -> Whereabouts | None:
    """Collect them for a case's subject; None for a viewer who must not know yet who it is."""
    history = crossings_of_case(connection, detail, now)
    if history is None or detail.subject is None:
        return None
    wanted = sorted({one.site_id for one in history.newest})
    columns = (sites.c[name] for name in Place.__dataclass_fields__)
    rows = connection.execute(select(*columns).where(sites.c.site_id.in_(wanted)))
    company = co_travellers(connection, detail.summary.list_id, detail.subject.subject_id, history.newest)
    return Whereabouts(history, tuple(Place(*row) for row in rows), company)
