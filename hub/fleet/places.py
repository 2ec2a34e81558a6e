"""Sites and their lanes: what they are called, where they lie, which way a lane leads."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, select

from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.tables import lanes, sites
from hub.store.insertion import insert_if_new, insert_or_update
from sync.errors import SyncError
from sync.identifiers import require_name

LONGEST_TITLE = 120


class SiteKind(StrEnum):
    """What crosses at a site."""

    ROAD = "road"
    RAIL = "rail"
    AIR = "air"
    SEA = "sea"
    FOOT = "foot"


class Direction(StrEnum):
    """Which way a lane leads."""

    IN = "in"
    OUT = "out"
    BOTH = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One border checkpoint."""

    site_id: str
    title: str
    latitude: float | None = None
    """Degrees north, WGS 84; None together with `longitude` where nobody has said it."""
    longitude: float | None = None
    """Degrees east."""
    kind: SiteKind = SiteKind.ROAD

    def __post_init__(self) -> None:
        """Name every bad field; raises `InvalidInputError`."""
        problems = [*_name_problems("site", self.site_id), *_title_problems(self.title)]
        if (self.latitude is None) != (self.longitude is None):
            problems.append(FieldProblem("/longitude", "missing", "latitude and longitude go together"))
        for name, value, most in (("latitude", self.latitude, 90), ("longitude", self.longitude, 180)):
            if value is not None and not -most <= value <= most:
                detail = f"{value} is not in -{most}..{most} degrees"
                problems.append(FieldProblem(f"/{name}", "out-of-range", detail))
        if problems:
            raise InvalidInputError(*problems)


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of a site."""

    site_id: str
    lane_id: str
    title: str
    direction: Direction = Direction.BOTH

    def __post_init__(self) -> None:
        """Name every bad field; raises `InvalidInputError`."""
        names = [*_name_problems("site", self.site_id), *_name_problems("lane", self.lane_id)]
        problems = [*names, *_title_problems(self.title)]
        if problems:
            raise InvalidInputError(*problems)


def put_site(connection: Connection, site: Site) -> None:
    """Store a site, or change the one of that id."""
    row = {name: getattr(site, name) for name in Site.__dataclass_fields__}
    insert_or_update(connection, sites, row, ("site_id",))


def put_lane(connection: Connection, lane: Lane) -> None:
    """Store a lane, or change it; raises `NotFoundError` for a site that is not known."""
    site(connection, lane.site_id)
    row = {name: getattr(lane, name) for name in Lane.__dataclass_fields__}
    insert_or_update(connection, lanes, row, ("site_id", "lane_id"))


def note_place(connection: Connection, site_id: str, lane_id: str) -> None:
    """Make site and lane under their ids as titles where they are not known yet."""
    insert_if_new(connection, sites, {"site_id": site_id, "title": site_id, "kind": SiteKind.ROAD})
    insert_if_new(
        connection, lanes, {"site_id": site_id, "lane_id": lane_id, "title": lane_id, "direction": ""}
    )


def site(connection: Connection, site_id: str) -> Site:
    """One site; raises `NotFoundError`."""
    row = connection.execute(select(sites).where(sites.c.site_id == site_id)).first()
    if row is None:
        raise NotFoundError("site", site_id)
    return _site(row._mapping)


def list_sites(connection: Connection) -> tuple[Site, ...]:
    """Every site by title."""
    rows = connection.execute(select(sites).order_by(sites.c.title, sites.c.site_id))
    return tuple(_site(row._mapping) for row in rows)


def lanes_of(connection: Connection, site_id: str | None = None) -> tuple[Lane, ...]:
    """Every lane of a site, or of all of them, by site and title."""
    query = select(lanes).order_by(lanes.c.site_id, lanes.c.title, lanes.c.lane_id)
    if site_id is not None:
        query = query.where(lanes.c.site_id == site_id)
    rows = connection.execute(query)
    return tuple(Lane(row.site_id, row.lane_id, row.title, Direction(row.direction)) for row in rows)


def _site(row: RowMapping) -> Site:
    values = dict(row)
    return Site(**values | {"kind": SiteKind(values["kind"])})


def _name_problems(what: str, name: str) -> list[FieldProblem]:
    try:
        require_name(name, what)
    except SyncError as error:
        return [FieldProblem(f"/{what}_id", "not-a-name", str(error))]
    return []


def _title_problems(title: str) -> list[FieldProblem]:
    if title.strip() and len(title) <= LONGEST_TITLE and title.isprintable():
        return []
    detail = f"{title[:40]!r}: 1 to {LONGEST_TITLE} printable characters"
    return [FieldProblem("/title", "bad-title", detail)]
