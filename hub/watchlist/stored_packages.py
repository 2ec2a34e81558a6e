"""Packages in the store: sealed, the newest few of each list, opened once for a whole fleet."""

from sqlalchemy import Connection, delete, func, select

from hub.bootstrap import Services
from hub.errors import NotFoundError
from hub.watchlist.opened_packages import StoredPackage
from hub.watchlist.tables import watchlist_packages, watchlist_versions
from sync.watchlist_package import WatchlistPackage

PACKAGES_KEPT = 3
"""Older packages are deleted: devices only ever take the newest, and removed people should not linger."""


def package_bytes(services: Services, connection: Connection, list_id: str, version: int) -> bytes:
    """Return a package as devices download it; raises `NotFoundError` when it is gone or never was."""
    stored = _stored(connection, list_id, version)
    if stored is None:
        raise NotFoundError("watchlist version", f"{list_id}:{version}")

    def open_package() -> bytes:
        packages = watchlist_packages.c
        is_it = (packages.list_id == list_id) & (packages.version == version)
        sealed = connection.execute(select(packages.sealed_package).where(is_it)).scalar_one()
        return services.store_key.unseal("package", f"{list_id}:{version}", sealed)

    return services.opened_packages.content(stored, open_package)


def kept_versions(connection: Connection, list_id: str) -> tuple[int, ...]:
    """Versions whose packages are kept, newest first: those whose state can come back."""
    kept = select(watchlist_packages.c.version).where(watchlist_packages.c.list_id == list_id)
    return tuple(connection.scalars(kept.order_by(watchlist_packages.c.version.desc())))


def keep_package(
    services: Services, connection: Connection, package: WatchlistPackage, content: bytes
) -> None:
    """Store a package sealed; deletes those that nobody takes any more."""
    sealed = services.seal("package", f"{package.list_id}:{package.version}", content)
    row = {"list_id": package.list_id, "version": package.version, "sealed_package": sealed}
    connection.execute(watchlist_packages.insert().values(**row))
    connection.execute(
        delete(watchlist_packages).where(
            watchlist_packages.c.list_id == package.list_id,
            watchlist_packages.c.version <= package.version - PACKAGES_KEPT,
        )
    )


def _stored(connection: Connection, list_id: str, version: int) -> StoredPackage | None:
    """Say which package stands under a version, without reading it; None: none."""
    packages, published = watchlist_packages.c, watchlist_versions.c
    is_same = (packages.list_id == published.list_id) & (packages.version == published.version)
    row = connection.execute(
        select(published.package_sha256, func.length(packages.sealed_package).label("size"))
        .join_from(watchlist_packages, watchlist_versions, is_same)
        .where(packages.list_id == list_id, packages.version == version)
    ).first()
    return StoredPackage(list_id, version, row.package_sha256, row.size) if row else None
