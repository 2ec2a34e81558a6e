"""Routes: sites and lanes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, allowed
from hub.fleet.overview import SiteCounts, site_counts
from hub.fleet.places import Direction, Lane, Site, SiteKind, lanes_of, put_lane, put_site, site
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.site_bounds import require_site
from hub.store.database import reading, writing

router = APIRouter(tags=["devices"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_DEVICES))]
Administrator = Annotated[User, Depends(allowed(Permission.MANAGE_DEVICES))]
Name = Annotated[str, Path(max_length=64)]


class SiteRequest(BaseModel):
    """What a site is called and where it lies (WGS 84 degrees)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(max_length=200)
    kind: SiteKind = SiteKind.ROAD
    latitude: float | None = Field(default=None, allow_inf_nan=False, strict=True)
    longitude: float | None = Field(default=None, allow_inf_nan=False, strict=True)


class LaneRequest(BaseModel):
    """What a lane is called and where it leads."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(max_length=200)
    direction: Direction = Direction.BOTH


@router.get("/sites", operation_id="list_sites")
def get_sites(services: Hub, user: Viewer) -> tuple[SiteCounts, ...]:
    """Every site of the user's with its counts."""
    with reading(services.engine) as connection:
        return site_counts(connection, services.clock(), sites=user.sites)


@router.get("/sites/{site_id}/lanes", operation_id="list_lanes")
def get_lanes(services: Hub, user: Viewer, site_id: Name) -> tuple[Lane, ...]:
    """Every lane of a site."""
    require_site(user, site_id)
    with reading(services.engine) as connection:
        site(connection, site_id)
        return lanes_of(connection, site_id)


@router.put("/sites/{site_id}", operation_id="put_site")
def put_one_site(services: Hub, user: Administrator, site_id: Name, wanted: SiteRequest) -> Site:
    """Make a site, or change it."""
    require_site(user, site_id)
    made = Site(site_id, wanted.title, wanted.latitude, wanted.longitude, wanted.kind)
    with writing(services.engine) as connection:
        put_site(connection, made)
        record(connection, Act(user.user_id, "site-changed", site_id, {}), services.clock())
    return made


@router.put("/sites/{site_id}/lanes/{lane_id}", operation_id="put_lane")
def put_one_lane(
    services: Hub, user: Administrator, site_id: Name, lane_id: Name, wanted: LaneRequest
) -> Lane:
    """Make a lane of a site, or change it."""
    require_site(user, site_id)
    made = Lane(site_id, lane_id, wanted.title, wanted.direction)
    with writing(services.engine) as connection:
        put_lane(connection, made)
        act = Act(user.user_id, "lane-changed", f"{site_id}/{lane_id}", {})
        record(connection, act, services.clock())
    return made
