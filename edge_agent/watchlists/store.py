"""The newest applied version of each list, sealed; each change is one transaction with its report."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.errors import WatchlistError
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.message_queue import MessageQueue
from edge_agent.store.sql_rows import as_bytes, rows
from sync.codec import decode_package
from sync.inbox import Inbox, InboxRow
from sync.messages import (
    MessageLane,
    WatchlistApplied,
    WatchlistRejected,
    WatchlistWithdrawal,
    WatchlistWithdrawn,
)
from sync.watchlist_package import WatchlistPackage
from sync.watchlist_reception import WITHDRAWAL

KIND = "watchlist"
"""Of the inbox rows that `kechid-sync` writes; those of withdrawals are `WITHDRAWAL`."""
PACKAGE_SQL = "SELECT list_id, version, sealed_package, expires_at, applied_at FROM watchlist"


@dataclass(frozen=True, slots=True)
class StoredWatchlist:
    """A complete version as it was applied."""

    package: WatchlistPackage
    expires_at: datetime
    """Of the manifest: later the list is stale, and is searched all the same."""
    applied_at: datetime


class WatchlistStore:
    """Keeps what was applied and what waits to be."""

    def __init__(self, store: EdgeStore, vault: EvidenceVault, messages: MessageQueue) -> None:
        self._store = store
        self._vault = vault
        self._messages = messages

    def load(self) -> list[StoredWatchlist]:
        """Open every list; raises `EvidenceError` for an altered row, `SyncError` for an unreadable one."""
        found = self._store.read(lambda connection: rows(connection, PACKAGE_SQL, ()))
        return [self._opened(row) for row in found]

    def package(self, list_id: str) -> WatchlistPackage | None:
        """Open the applied version of one list."""
        found = self._store.read(
            lambda connection: rows(connection, PACKAGE_SQL + " WHERE list_id = ?", (list_id,))
        )
        return self._opened(found[0]).package if found else None

    def versions(self) -> dict[str, int]:
        """Return the applied version per list."""
        sql = "SELECT list_id, version FROM watchlist ORDER BY list_id"
        return self._store.read(lambda connection: dict(connection.execute(sql).fetchall()))

    def pending(self) -> list[InboxRow]:
        """Return the manifests and withdrawals that wait, in order of arrival."""

        def work(connection: sqlite3.Connection) -> list[InboxRow]:
            inbox = Inbox(connection)
            return [*inbox.unprocessed(KIND), *inbox.unprocessed(WITHDRAWAL)]

        return sorted(self._store.read(work), key=lambda row: row.row_id)

    def withdrawals(self) -> dict[str, datetime]:
        """Return when the last withdrawal of each list that was ever withdrawn was issued."""
        sql = "SELECT list_id, issued_at FROM watchlist_withdrawal ORDER BY list_id"
        found = self._store.read(lambda connection: connection.execute(sql).fetchall())
        return {str(list_id): datetime.fromisoformat(str(issued_at)) for list_id, issued_at in found}

    def switch(
        self, stored: StoredWatchlist, content: bytes, applied: WatchlistApplied, row_id: int | None
    ) -> None:
        """Make a version the applied one; `content` is its complete package, encoded.

        Raises `WatchlistError` unless it is newer than what is there.
        """
        package = stored.package
        sealed = self._vault.seal(package.list_id, _kind(package.version), content)
        values = (
            package.list_id,
            package.version,
            sealed,
            stored.expires_at.isoformat(),
            stored.applied_at.isoformat(),
        )

        def work(connection: sqlite3.Connection) -> None:
            _require_newer(connection, package)
            connection.execute(
                "INSERT OR REPLACE INTO watchlist (list_id, version, sealed_package, expires_at, applied_at)"
                " VALUES (?, ?, ?, ?, ?)",
                values,
            )
            self._messages.append(connection, applied, MessageLane.EVENT, applied.applied_at)
            at = applied.applied_at
            _close(connection, "watchlist-applied", package.list_id, package.version, row_id, at)

        self._store.write(work)

    def reject(self, rejected: WatchlistRejected, row_id: int) -> None:
        """Report a version that is refused; the one that is applied stays."""

        def work(connection: sqlite3.Connection) -> None:
            self._messages.append(connection, rejected, MessageLane.EVENT, rejected.rejected_at)
            at = rejected.rejected_at
            _close(connection, "watchlist-rejected", rejected.list_id, rejected.version, row_id, at)

        self._store.write(work)

    def withdraw(self, withdrawal: WatchlistWithdrawal, withdrawn: WatchlistWithdrawn, row_id: int) -> None:
        """Delete the applied version of a list, and remember from when on a manifest may bring it back."""
        at = withdrawn.withdrawn_at
        values = (
            withdrawal.list_id,
            withdrawal.version,
            withdrawal.issued_at.astimezone(UTC).isoformat(),
            at.isoformat(),
        )

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM watchlist WHERE list_id = ?", (withdrawal.list_id,))
            connection.execute(
                "INSERT OR REPLACE INTO watchlist_withdrawal (list_id, version, issued_at, withdrawn_at)"
                " VALUES (?, ?, ?, ?)",
                values,
            )
            self._messages.append(connection, withdrawn, MessageLane.EVENT, at)
            _close(connection, "watchlist-withdrawn", withdrawal.list_id, withdrawal.version, row_id, at)

        self._store.write(work)

    def dismiss(self, row_id: int, now: datetime) -> None:
        """Take out a row that says nothing new or nothing readable."""
        self._store.write(lambda connection: Inbox(connection).mark_processed(row_id, now))

    def _opened(self, row: dict[str, object]) -> StoredWatchlist:
        sealed = as_bytes(row["sealed_package"])
        content = self._vault.open(str(row["list_id"]), _kind(int(str(row["version"]))), sealed)
        return StoredWatchlist(
            decode_package(content),
            datetime.fromisoformat(str(row["expires_at"])),
            datetime.fromisoformat(str(row["applied_at"])),
        )


def _kind(version: int) -> str:
    # Bound to the version too: an older sealed package put back in place does not open.
    return f"watchlist-{version}"


def _require_newer(connection: sqlite3.Connection, package: WatchlistPackage) -> None:
    sql = "SELECT version FROM watchlist WHERE list_id = ?"
    row = connection.execute(sql, (package.list_id,)).fetchone()
    if row is not None and int(row[0]) >= package.version:
        raise WatchlistError(
            f"watchlist {package.list_id} version {package.version} is not newer than version {row[0]}"
        )


def _close(
    connection: sqlite3.Connection, action: str, list_id: str, version: int, row_id: int | None, at: datetime
) -> None:
    append_audit(connection, AuditEntry(at, "edge", action, list_id, (("version", str(version)),)))
    if row_id is not None:
        Inbox(connection).mark_processed(row_id, at)
