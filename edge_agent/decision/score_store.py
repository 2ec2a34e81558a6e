"""Non-mated track scores and armed calibrations in `edge.db`: sealed, bounded, never a face."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import numpy as np

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.decision.lane_calibration import ArmedCalibration
from edge_agent.decision.shadow import NewScores, ScoreDay, ScoreKey, empty_day, outlived
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.sql_rows import as_bytes, insert, rows
from sync.messages import AlertRaised, AlertUpdated, Answer

SETTLE_AFTER = timedelta(hours=24)
"""An answer counts this long after it was given, so that a second officer is heard first."""
DAYS_SQL = "SELECT key, sealed FROM score_day WHERE list_id = ? ORDER BY key"
LISTS_SQL = "SELECT list_id FROM score_day UNION SELECT list_id FROM armed_calibration ORDER BY 1"
ARMED_SQL = "SELECT list_id, sealed FROM armed_calibration"
UNSETTLED_SQL = """
SELECT raised FROM alert
WHERE NOT EXISTS (SELECT 1 FROM score_settled WHERE score_settled.alert_id = alert.alert_id)
"""
ANSWERED_SQL = """
SELECT raised, latest FROM alert
WHERE NOT EXISTS (SELECT 1 FROM score_settled WHERE score_settled.alert_id = alert.alert_id)
AND (SELECT min(decided_at) FROM decision WHERE decision.alert_id = alert.alert_id) <= ?
"""
COLLECTED_SQL = "SELECT 1 FROM score_day WHERE list_id = ? AND instr(key, ?) = 1 LIMIT 1"
ANSWERS_SQL = "SELECT DISTINCT answer FROM decision WHERE alert_id = ?"


class _SealedDay(msgspec.Struct, frozen=True):
    key: ScoreKey
    scores: bytes
    """float32, little endian, rising."""
    capped: int
    alerts: int


class ScoreStore:
    """The one way in and out; every method is one transaction."""

    def __init__(self, store: EdgeStore, vault: EvidenceVault) -> None:
        self._store = store
        self._vault = vault

    def add(self, new: Mapping[ScoreKey, NewScores]) -> None:
        """Add scores to their days and let go what is too old or too much."""

        def work(connection: sqlite3.Connection) -> None:
            for key, more in new.items():
                self._add(connection, key, more)
            for list_id in {key.list_id for key in new}:
                newest = max(key.day for key in new if key.list_id == list_id)
                for key in outlived(self._days(connection, list_id), newest):
                    connection.execute("DELETE FROM score_day WHERE key = ?", (_name(key),))

        self._store.write(work)

    def settle(self, now: datetime) -> int:
        """Count the alerts that people answered "not the same" a day ago; returns how many were settled.

        One that anybody called the same person never counts; one that nobody is sure of waits.
        """

        def work(connection: sqlite3.Connection) -> int:
            before = (now - SETTLE_AFTER).isoformat()
            return sum(self._settle(connection, row) for row in rows(connection, ANSWERED_SQL, (before,)))

        return self._store.write(work)

    def days(self, list_id: str) -> list[ScoreDay]:
        """Open what was collected for one list; raises `EvidenceError` for an altered row."""
        return self._store.read(lambda connection: self._days(connection, list_id))

    def list_ids(self) -> list[str]:
        """Name the lists of which something was collected or armed."""
        return [str(row["list_id"]) for row in self._store.read(lambda c: rows(c, LISTS_SQL, ()))]

    def waiting(self, list_id: str, contract_id: str) -> int:
        """Count alerts of a list that no answer has settled yet."""
        found = self._store.read(lambda connection: rows(connection, UNSETTLED_SQL, ()))
        alerts = (msgspec.json.decode(as_bytes(row["raised"]), type=AlertRaised) for row in found)
        return sum((a.list_id, a.contract_id) == (list_id, contract_id) and not a.is_test for a in alerts)

    def armed(self) -> dict[str, ArmedCalibration]:
        """Open the newest arming or disarming per list; raises `EvidenceError` for an altered row."""
        found = self._store.read(lambda connection: rows(connection, ARMED_SQL, ()))
        return {str(row["list_id"]): self._opened(row) for row in found}

    def arm(self, calibration: ArmedCalibration) -> ArmedCalibration:
        """Put a calibration in force, or out of it, under the list's next serial; the audit log has it."""

        def work(connection: sqlite3.Connection) -> ArmedCalibration:
            sql = ARMED_SQL + " WHERE list_id = ?"
            known = [self._opened(row).serial for row in rows(connection, sql, (calibration.list_id,))]
            numbered = replace(calibration, serial=max(known, default=0) + 1)
            self._keep(connection, numbered)
            append_audit(connection, _audit_entry(numbered))
            return numbered

        return self._store.write(work)

    def _settle(self, connection: sqlite3.Connection, row: Mapping[str, object]) -> bool:
        raised = msgspec.json.decode(as_bytes(row["raised"]), type=AlertRaised)
        answers = {Answer(found[0]) for found in connection.execute(ANSWERS_SQL, (raised.alert_id,))}
        if not answers & {Answer.SAME, Answer.NOT_SAME}:
            return False
        if Answer.SAME not in answers and not raised.is_test:
            day = raised.raised_at.date()
            key = ScoreKey(raised.list_id, raised.contract_id, raised.list_version, raised.gallery_size, day)
            # Alone it would make a day of false alarms only.
            if rows(connection, COLLECTED_SQL, (raised.list_id, _prefix(key))):
                self._add(connection, key, NewScores((_best_score(raised, row["latest"]),)))
        insert(connection, "score_settled", {"alert_id": raised.alert_id})
        return True

    def _add(self, connection: sqlite3.Connection, key: ScoreKey, more: NewScores) -> None:
        name = _name(key)
        sql = "SELECT key, sealed FROM score_day WHERE key = ?"
        known = [self._opened_day(row) for row in rows(connection, sql, (name,))]
        day = (known[0] if known else empty_day(key)).plus(more)
        content = _SealedDay(key, day.scores.astype("<f4").tobytes(), day.capped, day.alerts)
        sealed = self._vault.seal(name, "scores", msgspec.msgpack.encode(content))
        connection.execute(
            "INSERT OR REPLACE INTO score_day (key, list_id, sealed) VALUES (?, ?, ?)",
            (name, key.list_id, sealed),
        )

    def _days(self, connection: sqlite3.Connection, list_id: str) -> list[ScoreDay]:
        return [self._opened_day(row) for row in rows(connection, DAYS_SQL, (list_id,))]

    def _opened_day(self, row: Mapping[str, object]) -> ScoreDay:
        content = self._vault.open(str(row["key"]), "scores", as_bytes(row["sealed"]))
        day = msgspec.msgpack.decode(content, type=_SealedDay)
        scores = np.frombuffer(day.scores, "<f4").astype(np.float32)
        return ScoreDay(day.key, scores, day.capped, day.alerts)

    def _keep(self, connection: sqlite3.Connection, calibration: ArmedCalibration) -> None:
        sealed = self._vault.seal(
            calibration.list_id, "armed-calibration", msgspec.msgpack.encode(calibration)
        )
        connection.execute(
            "INSERT OR REPLACE INTO armed_calibration (list_id, sealed) VALUES (?, ?)",
            (calibration.list_id, sealed),
        )

    def _opened(self, row: Mapping[str, object]) -> ArmedCalibration:
        content = self._vault.open(str(row["list_id"]), "armed-calibration", as_bytes(row["sealed"]))
        return msgspec.msgpack.decode(content, type=ArmedCalibration)


def _best_score(raised: AlertRaised, latest: object) -> float:
    if latest is None:
        return raised.comparison_score
    return msgspec.json.decode(as_bytes(latest), type=AlertUpdated).comparison_score


def _prefix(key: ScoreKey) -> str:
    return f"{key.list_id}/{key.day}/{key.contract_id}/"


def _name(key: ScoreKey) -> str:
    return f"{_prefix(key)}{key.list_version}/{key.gallery_size}"


def _audit_entry(armed: ArmedCalibration) -> AuditEntry:
    tail = armed.tail
    detail = (
        ("serial", str(armed.serial)),
        ("contract", armed.contract_id),
        ("gallery", str(armed.gallery_size)),
        ("scores", str(tail.scores)),
        ("tail", f"{tail.start!r} {tail.share!r} {tail.shape!r} {tail.scale!r}"),
    )
    action = "calibration-armed" if armed.is_armed else "calibration-disarmed"
    return AuditEntry(armed.armed_at, armed.armed_by, action, armed.list_id, detail)
