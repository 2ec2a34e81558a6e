"""Reads alerts from `edge.db` as a guard, the event stream and the barrier need them."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.alerts.views import AlertRecord
from edge_agent.errors import UnknownAlertError
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.sql_rows import as_bytes, rows
from sync.lane_messages import CrossingNotice, DecisionView, ReferenceView, SubjectView
from sync.messages import AlertRaised, AlertUpdated, Answer

COLUMNS = "alert_id, list_title, raised, latest, sealed_subject, reference_list"
ONE_SQL = f"SELECT {COLUMNS} FROM alert WHERE alert_id = ?"  # noqa: S608 - constants only
OPEN_SQL = f"""
SELECT {COLUMNS} FROM alert
WHERE NOT EXISTS (SELECT 1 FROM decision WHERE decision.alert_id = alert.alert_id) ORDER BY rowid
"""  # noqa: S608 - constants only
OPEN_COUNT_SQL = """
SELECT count(*) FROM alert
WHERE NOT EXISTS (SELECT 1 FROM decision WHERE decision.alert_id = alert.alert_id)
"""
PAGE_SQL = f"""
SELECT {COLUMNS} FROM alert
WHERE rowid > coalesce((SELECT rowid FROM alert WHERE alert_id = ?), 0) ORDER BY rowid LIMIT ?
"""  # noqa: S608 - constants only
NEWEST_SQL = f"""
SELECT * FROM (SELECT rowid AS place, {COLUMNS} FROM alert ORDER BY rowid DESC LIMIT ?) ORDER BY place
"""  # noqa: S608 - constants only
DECISIONS_SQL = """
SELECT decision_id, answer, officer_id, decided_at, reason FROM decision WHERE alert_id = ? ORDER BY rowid
"""
NOTICES_SQL = """
SELECT rule, crossings, entries, exits, within_hours, noted_at FROM crossing_notice
WHERE alert_id = ? AND is_withdrawn = 0 ORDER BY noted_at
"""
PROBES_SQL = "SELECT evidence_id FROM evidence WHERE alert_id = ? AND kind = 'probe' ORDER BY rowid"


class AlertRecords:
    """The read side of the alert store."""

    def __init__(self, store: EdgeStore, vault: EvidenceVault) -> None:
        self._store = store
        self._vault = vault

    def alert(self, alert_id: str) -> AlertRecord:
        """One alert; raises `UnknownAlertError`."""
        records = self._records(ONE_SQL, (alert_id,))
        if not records:
            raise UnknownAlertError(f"there is no alert {alert_id}")
        return records[0]

    def alerts_after(self, alert_id: str, limit: int) -> list[AlertRecord]:
        """Alerts stored after this one, oldest first; of an unknown id: from the first."""
        return self._records(PAGE_SQL, (alert_id, limit))

    def newest_alerts(self, limit: int) -> list[AlertRecord]:
        """Return the newest alerts, oldest of them first."""
        return self._records(NEWEST_SQL, (limit,))

    def open_alerts(self) -> list[AlertRecord]:
        """Alerts nobody has answered, oldest first."""
        return self._records(OPEN_SQL, ())

    def open_count(self) -> int:
        """Count the alerts nobody has answered."""
        return int(self._store.read(lambda connection: connection.execute(OPEN_COUNT_SQL).fetchone()[0]))

    def last_event_id(self) -> int:
        """Return the number of the newest event; 0 when there is none."""
        sql = "SELECT coalesce(max(event_id), 0) FROM event_log"
        return int(self._store.read(lambda connection: connection.execute(sql).fetchone()[0]))

    def events_after(self, event_id: int) -> list[tuple[int, AlertRecord]]:
        """Every alert that changed after an event, once, under the number of its newest event."""
        sql = "SELECT max(event_id), alert_id FROM event_log WHERE event_id > ? GROUP BY alert_id ORDER BY 1"

        def changed(connection: sqlite3.Connection) -> list[tuple[int, AlertRecord]]:
            changes = connection.execute(sql, (event_id,)).fetchall()
            one = ONE_SQL
            return [
                (int(row[0]), self._record(connection, found))
                for row in changes
                for found in rows(connection, one, (row[1],))
            ]

        return self._store.read(changed)

    def barrier_command(self, request_id: str) -> str | None:
        """Return the action of a command that was stored under this id."""
        sql = "SELECT action FROM barrier_command WHERE request_id = ?"
        row = self._store.read(lambda connection: connection.execute(sql, (request_id,)).fetchone())
        return None if row is None else str(row[0])

    def _records(self, sql: str, arguments: Sequence[object]) -> list[AlertRecord]:
        return self._store.read(
            lambda connection: [self._record(connection, row) for row in rows(connection, sql, arguments)]
        )

    def _record(self, connection: sqlite3.Connection, row: dict[str, object]) -> AlertRecord:
        alert_id = str(row["alert_id"])
        subject = self._vault.open(alert_id, "subject", as_bytes(row["sealed_subject"]))
        latest = row["latest"]
        return AlertRecord(
            raised=msgspec.json.decode(as_bytes(row["raised"]), type=AlertRaised),
            latest=None if latest is None else msgspec.json.decode(as_bytes(latest), type=AlertUpdated),
            list_title=str(row["list_title"]),
            probe_evidence_ids=tuple(str(r[0]) for r in connection.execute(PROBES_SQL, (alert_id,))),
            references=msgspec.json.decode(as_bytes(row["reference_list"]), type=tuple[ReferenceView, ...]),
            decisions=_decisions(connection, alert_id),
            subject=msgspec.json.decode(subject, type=SubjectView),
            notices=_notices(connection, alert_id),
        )


def _decisions(connection: sqlite3.Connection, alert_id: str) -> tuple[DecisionView, ...]:
    return tuple(
        DecisionView(
            decision_id=row[0],
            answer=Answer(row[1]),
            officer_id=row[2],
            decided_at=datetime.fromisoformat(row[3]),
            reason=row[4],
        )
        for row in connection.execute(DECISIONS_SQL, (alert_id,))
    )


def _notices(connection: sqlite3.Connection, alert_id: str) -> tuple[CrossingNotice, ...]:
    found = rows(connection, NOTICES_SQL, (alert_id,))
    return msgspec.convert(found, tuple[CrossingNotice, ...])
