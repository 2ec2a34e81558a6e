"""Alerts, their evidence and their answers in `edge.db`; each with its outbox row in one transaction."""

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime

import msgspec

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.crossings.ledger import CrossingLedger
from edge_agent.errors import ConflictError, UnknownAlertError, UnknownEvidenceError
from edge_agent.officers.access import Officer
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.message_queue import MessageQueue
from edge_agent.store.sql_rows import as_bytes, insert, rows
from sync.lane_messages import DecisionRequest, ReferenceView, SubjectView
from sync.messages import (
    AlertRaised,
    AlertUpdated,
    BarrierMoved,
    DecisionMade,
    EventBody,
    EvidenceCaptured,
    MessageLane,
)

JPEG = "image/jpeg"

KNOWN_SQL = "SELECT 1 FROM alert WHERE alert_id = ?"

PROBE, REFERENCE = "probe", "reference"


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG that belongs to an alert."""

    evidence_id: str
    content: bytes
    captured_on: str = ""
    """ISO date of a reference photo, or empty."""


@dataclass(frozen=True, slots=True)
class NewAlert:
    """All that is stored when an alert is raised."""

    raised: AlertRaised
    list_title: str
    subject: SubjectView
    probe: Photo
    references: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An opened picture."""

    media_type: str
    content: bytes


class AlertStore:
    """The one way in and out for alerts; every method is one transaction."""

    def __init__(
        self,
        store: EdgeStore,
        vault: EvidenceVault,
        messages: MessageQueue,
        ledger: CrossingLedger | None = None,
    ) -> None:
        self._store = store
        self._vault = vault
        self._messages = messages
        self._ledger = ledger or CrossingLedger(messages)

    def raise_alert(self, alert: NewAlert) -> None:
        """Store alert, sealed evidence, outbox rows and event; repeating it changes nothing."""
        self._store.write(lambda connection: self._raise(connection, alert))

    def update_alert(self, update: AlertUpdated, probe: Photo | None) -> None:
        """Store better evidence or the end of the crossing; raises `UnknownAlertError`."""
        self._store.write(lambda connection: self._update(connection, update, probe))

    def decide(self, alert_id: str, request: DecisionRequest, officer: Officer, now: datetime) -> bool:
        """Store an answer; False when this very answer was stored before.

        Raises `UnknownAlertError`, or `ConflictError` when the decision id belongs to another answer.
        """
        return self._store.write(lambda connection: self._decide(connection, alert_id, request, officer, now))

    def record_barrier(self, request_id: str, moved: BarrierMoved) -> None:
        """Store a barrier command with its outbox and audit rows."""
        self._store.write(lambda connection: self._record_barrier(connection, request_id, moved))

    def evidence(self, evidence_id: str) -> Evidence:
        """Open a picture; whoever shows it calls `note_viewed`; raises `UnknownEvidenceError`."""
        return self._store.read(lambda connection: self._evidence(connection, evidence_id))

    def note_viewed(self, evidence_id: str, officer: Officer, now: datetime) -> None:
        """Write down in the audit log who looked at a picture."""
        entry = AuditEntry(now, officer.officer_id, "evidence-viewed", evidence_id)
        self._store.write(lambda connection: append_audit(connection, entry))

    def append_message(self, body: EventBody, lane: MessageLane, now: datetime) -> None:
        """Queue a message that belongs to no alert, such as health."""
        self._store.write(lambda connection: self._messages.append(connection, body, lane, now))

    def _raise(self, connection: sqlite3.Connection, alert: NewAlert) -> None:
        raised = alert.raised
        if rows(connection, KNOWN_SQL, (raised.alert_id,)):
            return
        views = [
            ReferenceView(evidence_id=r.evidence_id, captured_on=r.captured_on) for r in alert.references
        ]
        subject = msgspec.json.encode(alert.subject)
        insert(
            connection,
            "alert",
            {
                "alert_id": raised.alert_id,
                "list_title": alert.list_title,
                "raised": msgspec.json.encode(raised),
                "latest": None,
                "sealed_subject": self._vault.seal(raised.alert_id, "subject", subject),
                "reference_list": msgspec.json.encode(views),
            },
        )
        for reference in alert.references:
            self._keep(connection, reference, REFERENCE, raised.alert_id, raised.raised_at)
        self._messages.append(connection, raised, MessageLane.ALERT, raised.raised_at)
        self._keep_probe(connection, alert.probe, raised.alert_id, raised.raised_at)
        self._ledger.note_raised(connection, raised, alert.subject.category)
        _log_event(connection, raised.alert_id)

    def _update(self, connection: sqlite3.Connection, update: AlertUpdated, probe: Photo | None) -> None:
        changed = connection.execute(
            "UPDATE alert SET latest = ? WHERE alert_id = ?", (msgspec.json.encode(update), update.alert_id)
        )
        if changed.rowcount == 0:
            raise UnknownAlertError(f"there is no alert {update.alert_id}")
        self._messages.append(connection, update, MessageLane.ALERT, update.updated_at)
        self._ledger.note_updated(connection, update)
        if probe is not None:
            self._keep_probe(connection, probe, update.alert_id, update.updated_at)
        _log_event(connection, update.alert_id)

    def _decide(
        self,
        connection: sqlite3.Connection,
        alert_id: str,
        request: DecisionRequest,
        officer: Officer,
        now: datetime,
    ) -> bool:
        if not rows(connection, KNOWN_SQL, (alert_id,)):
            raise UnknownAlertError(f"there is no alert {alert_id}")
        if _is_repeated(connection, alert_id, request, officer):
            return False
        made = DecisionMade(
            decision_id=request.decision_id,
            alert_id=alert_id,
            answer=request.answer,
            officer_id=officer.officer_id,
            role=officer.role,
            decided_at=now,
            seconds_to_answer=request.seconds_to_answer,
            reason=request.reason,
        )
        row = {name: getattr(made, name) for name in DECISION_COLUMNS}
        insert(connection, "decision", row | {"answer": made.answer.value, "decided_at": now.isoformat()})
        self._messages.append(connection, made, MessageLane.EVENT, now)
        detail = (("alert", alert_id), ("answer", made.answer.value))
        append_audit(connection, AuditEntry(now, officer.officer_id, "decision", made.decision_id, detail))
        self._ledger.note_answer(connection, alert_id, made.decision_id, now)
        _log_event(connection, alert_id)
        return True

    def _record_barrier(self, connection: sqlite3.Connection, request_id: str, moved: BarrierMoved) -> None:
        insert(
            connection,
            "barrier_command",
            {
                "request_id": request_id,
                "action": moved.action,
                "officer_id": moved.officer_id,
                "alert_id": moved.alert_id,
                "reason": moved.reason,
                "moved_at": moved.moved_at.isoformat(),
            },
        )
        self._messages.append(connection, moved, MessageLane.EVENT, moved.moved_at)
        detail = (("alert", moved.alert_id or ""), ("reason", moved.reason))
        entry = AuditEntry(moved.moved_at, moved.officer_id, f"barrier-{moved.action}", request_id, detail)
        append_audit(connection, entry)

    def _evidence(self, connection: sqlite3.Connection, evidence_id: str) -> Evidence:
        sql = "SELECT kind, media_type, sealed FROM evidence WHERE evidence_id = ?"
        found = rows(connection, sql, (evidence_id,))
        if not found:
            raise UnknownEvidenceError(f"there is no evidence {evidence_id}")
        content = self._vault.open(evidence_id, str(found[0]["kind"]), as_bytes(found[0]["sealed"]))
        return Evidence(str(found[0]["media_type"]), content)

    def _keep_probe(self, connection: sqlite3.Connection, probe: Photo, alert_id: str, at: datetime) -> None:
        self._keep(connection, probe, PROBE, alert_id, at)
        captured = EvidenceCaptured(
            evidence_id=probe.evidence_id,
            alert_id=alert_id,
            media_type=JPEG,
            sha256=hashlib.sha256(probe.content).hexdigest(),
            content=probe.content,
            captured_at=at,
        )
        self._messages.append(connection, captured, MessageLane.MEDIA, at)

    def _keep(
        self, connection: sqlite3.Connection, photo: Photo, kind: str, alert_id: str, at: datetime
    ) -> None:
        row = {
            "evidence_id": photo.evidence_id,
            "alert_id": alert_id,
            "kind": kind,
            "media_type": JPEG,
            "sha256": hashlib.sha256(photo.content).hexdigest(),
            "sealed": self._vault.seal(photo.evidence_id, kind, photo.content),
            "captured_at": at.isoformat(),
        }
        # The same reference photo serves every alert of its subject.
        insert(connection, "evidence", row, ignore=True)


DECISION_COLUMNS = ("decision_id", "alert_id", "officer_id", "role", "seconds_to_answer", "reason")


def _is_repeated(
    connection: sqlite3.Connection, alert_id: str, request: DecisionRequest, officer: Officer
) -> bool:
    sql = "SELECT alert_id, answer, officer_id FROM decision WHERE decision_id = ?"
    row = connection.execute(sql, (request.decision_id,)).fetchone()
    if row is None:
        return False
    if tuple(row) != (alert_id, request.answer.value, officer.officer_id):
        raise ConflictError(f"decision {request.decision_id} was already given with another content")
    return True


def _log_event(connection: sqlite3.Connection, alert_id: str) -> None:
    connection.execute("INSERT INTO event_log (alert_id) VALUES (?)", (alert_id,))
