"""Keeps what the hub told this device, and closes each command together with its answer and audit entry."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import msgspec

from edge_agent.remote.settings import NOTHING, RemoteSettings
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.message_queue import MessageQueue
from sync.command_reception import COMMAND
from sync.inbox import Inbox, InboxRow
from sync.messages import Command, CommandAnswered, MessageLane

SETTINGS, PACK = "settings", "pack"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something to remember from a command: its name is `SETTINGS` or `PACK`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """The newest settings and pack, and the commands that wait."""

    store: EdgeStore
    messages: MessageQueue

    def settings(self) -> RemoteSettings:
        """Return the settings in force; raises `StoreError`."""
        text = self._read(SETTINGS)
        return msgspec.json.decode(text, type=RemoteSettings) if text else NOTHING

    def pack(self) -> str:
        """Name the pack to load at the next start; empty: the device's own."""
        return self._read(PACK)

    def pending(self) -> list[InboxRow]:
        """Return the commands that wait, in order of arrival."""
        return self.store.read(lambda connection: Inbox(connection).unprocessed(COMMAND))

    def dismiss(self, row_id: int, now: datetime) -> None:
        """Take out a row that cannot be read."""
        self.store.write(lambda connection: Inbox(connection).mark_processed(row_id, now))

    def close(self, row: InboxRow, command: Command, answer: CommandAnswered, kept: Kept | None) -> None:
        """Settle a command: what it leaves, its answer, its audit entry and its end, all or nothing."""

        def work(connection: sqlite3.Connection) -> None:
            at = answer.answered_at
            if kept is not None:
                values = (kept.name, kept.value, command.command_id, at.isoformat())
                connection.execute(
                    "INSERT OR REPLACE INTO remote_setting (name, value, command_id, set_at)"
                    " VALUES (?, ?, ?, ?)",
                    values,
                )
            self.messages.append(connection, answer, MessageLane.EVENT, at)
            detail = (("name", command.name[:64]), ("reason", answer.reason))
            entry = AuditEntry(at, "hub", f"command-{answer.state}", command.command_id, detail)
            append_audit(connection, entry)
            Inbox(connection).mark_processed(row.row_id, at)

        self.store.write(work)

    def _read(self, name: str) -> str:
        sql = "SELECT value FROM remote_setting WHERE name = ?"
        row = self.store.read(lambda connection: connection.execute(sql, (name,)).fetchone())
        return str(row[0]) if row else ""
