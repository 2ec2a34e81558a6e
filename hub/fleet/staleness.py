"""How far behind a device's watchlists are: versions missed, since when, and when its own one expires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from hub.fleet.tables import device_watchlists
from hub.watchlist.tables import watchlist_versions

MOST_NAMED = 500
"""Above so many devices the query names none of them: an engine bounds its parameters."""


@dataclass(frozen=True, slots=True)
class DeviceWatchlist:
    """Which version of a list a device searches."""

    list_id: str
    version: int | None
    """None: it has confirmed none."""
    applied_at: datetime | None
    newest_version: int | None
    """The newest one published; None: the hub has no such list's version."""
    rejected_version: int | None
    """A version the device refused after the one it applied; None: it refused none since."""
    rejected_reason: str | None
    versions_behind: int = 0
    """Published versions that are newer than the device's."""
    behind_since: datetime | None = None
    """When the first of those was published; None: it is not behind."""
    expires_at: datetime | None = None
    """Until when the version it searches counts as fresh (its manifest); None: it has none."""
    is_expired: bool = False
    withdrawn_at: datetime | None = None
    """When the device dropped the list because its site was taken off; None: it has not."""

    @property
    def is_stale(self) -> bool:
        """True when a newer version is published than the device searches, unless the list was withdrawn."""
        return (
            self.withdrawn_at is None
            and self.newest_version is not None
            and (self.version is None or self.version < self.newest_version)
        )


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """When a version came, and until when it counts as fresh."""

    version: int
    published_at: datetime
    expires_at: datetime


def watchlists_of(
    connection: Connection, device_ids: Sequence[str], now: datetime
) -> dict[str, tuple[DeviceWatchlist, ...]]:
    """Tell what each device said of its lists, measured against what is published."""
    query = select(device_watchlists).order_by(device_watchlists.c.device_id, device_watchlists.c.list_id)
    if len(device_ids) <= MOST_NAMED:
        query = query.where(device_watchlists.c.device_id.in_(device_ids))
    rows = connection.execute(query).all()
    published = _published(connection)
    found: dict[str, tuple[DeviceWatchlist, ...]] = {}
    for row in rows:
        line = _measured(row, published.get(row.list_id, ()), now)
        found[row.device_id] = (*found.get(row.device_id, ()), line)
    return found


def _published(connection: Connection) -> Mapping[str, tuple[PublishedVersion, ...]]:
    """Every list's versions, the newest first."""
    table = watchlist_versions.c
    query = select(table.list_id, table.version, table.published_at, table.expires_at)
    found: dict[str, list[PublishedVersion]] = {}
    for list_id, *facts in connection.execute(query.order_by(table.version.desc())):
        found.setdefault(list_id, []).append(PublishedVersion(*facts))
    return {list_id: tuple(versions) for list_id, versions in found.items()}


def _measured(
    row: Row[tuple[object, ...]], published: Sequence[PublishedVersion], now: datetime
) -> DeviceWatchlist:
    is_due = row.withdrawn_at is None
    missed = [one for one in published if is_due and (row.version is None or one.version > row.version)]
    own = next((one for one in published if one.version == row.version), None)
    return DeviceWatchlist(
        list_id=row.list_id,
        version=row.version,
        applied_at=row.applied_at,
        newest_version=published[0].version if published else None,
        rejected_version=row.rejected_version,
        rejected_reason=row.rejected_reason,
        versions_behind=len(missed),
        behind_since=missed[-1].published_at if missed else None,
        expires_at=own.expires_at if own else None,
        is_expired=own is not None and own.expires_at <= now,
        withdrawn_at=row.withdrawn_at,
    )
