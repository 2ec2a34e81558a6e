"""Lists that are taken away from a site: a signed withdrawal for each, until the site is added again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.people.audit import Act, Detail, record
from hub.store.insertion import insert_or_update
from hub.watchlist.tables import watchlist_versions, watchlist_withdrawals
from sync.codec import decode_manifest, encode_manifest, encode_withdrawal
from sync.messages import WatchlistManifest, WatchlistWithdrawal
from sync.signing import sign_manifest, sign_withdrawal

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A list that a site's devices are told to drop."""

    list_id: str
    site_id: str
    version: int
    """The newest one there was."""
    issued_at: datetime
    withdrawn_by: str


def withdraw(
    services: Services, connection: Connection, list_id: str, site_ids: Collection[str], *, actor: str
) -> None:
    """Sign a withdrawal for each site; none for a list that was never published, which no device has."""
    newest = _newest_manifest(connection, list_id)
    if newest is None or not site_ids:
        return
    # Not before the newest manifest: a clock that was set back must not leave that one valid.
    issued_at = max(services.clock(), newest.issued_at)
    for site_id in sorted(site_ids):
        unsigned = WatchlistWithdrawal(
            list_id=list_id, site_id=site_id, version=newest.version, issued_at=issued_at
        )
        row = {
            "list_id": list_id,
            "site_id": site_id,
            "version": newest.version,
            "withdrawal": encode_withdrawal(sign_withdrawal(unsigned, services.signing_key)),
            "issued_at": issued_at,
            "withdrawn_by": actor,
            "ended_at": None,
        }
        insert_or_update(connection, watchlist_withdrawals, row, ("list_id", "site_id"))
    detail: Detail = {"version": newest.version, "sites": " ".join(sorted(site_ids))}
    record(connection, Act(actor, "watchlist-withdrawn", list_id, detail), services.clock())


def bring_back(services: Services, connection: Connection, list_id: str, site_ids: Collection[str]) -> None:
    """End the withdrawals of these sites, and sign the newest manifest anew so that their devices take it."""
    table = watchlist_withdrawals.c
    is_one = (table.list_id == list_id) & table.site_id.in_(sorted(site_ids)) & table.ended_at.is_(None)
    issued = connection.scalars(select(table.issued_at).where(is_one)).all()
    newest = _newest_manifest(connection, list_id)
    if not issued or newest is None:
        return
    at = max(services.clock(), max(issued) + _INSTANT)
    connection.execute(update(watchlist_withdrawals).where(is_one).values(ended_at=at))
    signed = sign_manifest(msgspec.structs.replace(newest, issued_at=at), services.signing_key)
    connection.execute(
        update(watchlist_versions)
        .where(watchlist_versions.c.list_id == list_id, watchlist_versions.c.version == newest.version)
        .values(manifest=encode_manifest(signed))
    )


def withdrawals(connection: Connection, list_id: str) -> tuple[Withdrawal, ...]:
    """List the sites that a list is withdrawn from now."""
    table = watchlist_withdrawals.c
    query = select(table.list_id, table.site_id, table.version, table.issued_at, table.withdrawn_by)
    query = query.where(table.list_id == list_id, table.ended_at.is_(None)).order_by(table.site_id)
    return tuple(Withdrawal(**row._mapping) for row in connection.execute(query))


def withdrawal_payloads(connection: Connection) -> dict[tuple[str, str], bytes]:
    """Return what stands on each list's topic at each site it was withdrawn from; empty: it is back there."""
    table = watchlist_withdrawals.c
    query = select(table.list_id, table.site_id, table.withdrawal, table.ended_at)
    return {
        (row.list_id, row.site_id): row.withdrawal if row.ended_at is None else b""
        for row in connection.execute(query)
    }


def _newest_manifest(connection: Connection, list_id: str) -> WatchlistManifest | None:
    query = select(watchlist_versions.c.manifest).where(watchlist_versions.c.list_id == list_id)
    found = connection.scalar(query.order_by(watchlist_versions.c.version.desc()).limit(1))
    return None if found is None else decode_manifest(found)
