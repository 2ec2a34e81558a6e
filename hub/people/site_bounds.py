"""Site-bound users: the one condition by which cases, evidence and devices are limited to a user's sites."""

from sqlalchemy import ColumnElement, select, true

from hub.errors import NotFoundError
from hub.fleet.tables import devices
from hub.people.access import User


def at_own_sites(viewer: User, site_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Limit a query to rows whose site is one of the viewer's."""
    return true() if viewer.sites is None else site_id.in_(sorted(viewer.sites))


def of_own_devices(viewer: User, device_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Limit a query to rows that came from devices at the viewer's sites, such as alerts."""
    if viewer.sites is None:
        return true()
    return device_id.in_(select(devices.c.device_id).where(devices.c.site_id.in_(sorted(viewer.sites))))


def require_site(viewer: User, site_id: str) -> None:
    """Raise `NotFoundError` for a site that is not the viewer's: what he may not see is not there for him."""
    if not viewer.works_at(site_id):
        raise NotFoundError("site", site_id)
