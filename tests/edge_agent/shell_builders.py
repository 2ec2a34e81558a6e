"""Builders for the edge's shell: alerts, officers, an opened store."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.alerts.records import AlertRecords
from edge_agent.alerts.store import AlertStore, NewAlert, Photo
from edge_agent.officers.access import Access, Officer
from edge_agent.store.edge_store import EdgeStore, open_edge_store, open_vault
from edge_agent.store.message_queue import MessageQueue
from sync.identifiers import uuid7
from sync.lane_messages import DecisionRequest, SubjectView
from sync.messages import AlertRaised, AlertUpdated, Answer, Message, Outcome
from sync.outbox import Outbox

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
KEY = bytes(range(32))
GUARD = Officer("guard-1", "Aysel Q.", "guard")
PASSWORD = "correct horse"
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Weak on purpose: the tests log in often."""


def counting_ids() -> Callable[[datetime], str]:
    """Time-ordered ids from a counter."""
    made = 0

    def new_id(now: datetime) -> str:
        nonlocal made
        made += 1
        return uuid7(now, hashlib.sha256(str(made).encode()).digest()[:10])

    return new_id


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """A store with everything that works on it."""

    store: EdgeStore
    vault: EvidenceVault
    messages: MessageQueue
    alerts: AlertStore
    records: AlertRecords
    access: Access

    def queued(self) -> list[Message]:
        """Everything waiting for the hub."""
        return self.store.read(
            lambda connection: Outbox(connection, "edge-1", seal=self.vault.row_seal).pending(1 << 24)
        )


@contextmanager
def opened_store(folder: Path, key: bytes = KEY) -> Iterator[OpenedStore]:
    """Open (or make) the store in `folder`."""
    with open_edge_store(folder / "edge.db") as store:
        vault = open_vault(store, key)
        messages = MessageQueue("edge-1", vault.row_seal, counting_ids())
        alerts = AlertStore(store, vault, messages)
        yield OpenedStore(store, vault, messages, alerts, AlertRecords(store, vault), Access(store, HASHER))


def raised(alert_id: str = "alert-1", outcome: Outcome = Outcome.MATCH, **changes: object) -> AlertRaised:
    """Build an alert of subject ``subject-1``."""
    fields: dict[str, object] = {
        "alert_id": alert_id,
        "crossing_id": f"crossing-of-{alert_id}",
        "lane_id": "lane-1",
        "camera_id": "front",
        "list_id": "wanted",
        "list_version": 3,
        "subject_id": "subject-1",
        "outcome": outcome,
        "comparison_score": 0.71,
        "threshold": 0.5,
        "review_threshold": 0.4,
        "margin": 0.2,
        "expected_false_alarms_per_day": 0.1,
        "contract_id": "0" * 16,
        "pack": "fake",
        "gallery_size": 2,
        "quality": 80.0,
        "bona_fide_score": None,
        "frames_used": 3,
        "first_seen_at": NOW,
        "raised_at": NOW + timedelta(seconds=1),
        "raised_stream_s": 1.0,
        "probe_evidence_id": f"probe-of-{alert_id}",
    }
    return AlertRaised(**(fields | changes))  # type: ignore[arg-type]


def new_alert(alert_id: str = "alert-1", outcome: Outcome = Outcome.MATCH) -> NewAlert:
    """Build an alert with one probe and one reference photo."""
    return NewAlert(
        raised=raised(alert_id, outcome),
        list_title="Wanted persons",
        subject=SubjectView(
            subject_id="subject-1",
            display_name="Utopia Eriksson",
            category="criminal-charges",
            severity=3,
            legal_basis="warrant 7",
            authority="police",
            instructions="call the duty officer",
        ),
        probe=Photo(f"probe-of-{alert_id}", b"\xff\xd8 probe picture"),
        references=(Photo("reference-1", b"\xff\xd8 reference picture", "2020-05-01"),),
    )


def updated(alert_id: str = "alert-1", **changes: object) -> AlertUpdated:
    """Better evidence for an alert."""
    fields: dict[str, object] = {
        "alert_id": alert_id,
        "outcome": Outcome.MATCH,
        "comparison_score": 0.8,
        "quality": 90.0,
        "frames_used": 6,
        "probe_evidence_id": "probe-2",
        "is_ended": False,
        "updated_at": NOW + timedelta(seconds=2),
    }
    return AlertUpdated(**(fields | changes))  # type: ignore[arg-type]


def decision(decision_id: str = "decision-1", answer: Answer = Answer.SAME) -> DecisionRequest:
    """Build a guard's answer."""
    return DecisionRequest(decision_id=decision_id, answer=answer, seconds_to_answer=2.5)
