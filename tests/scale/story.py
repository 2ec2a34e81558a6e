"""What one simulated device has to tell, the same in every run. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sync.messages import (
    AlertRaised,
    AlertUpdated,
    Answer,
    BarrierMoved,
    DecisionMade,
    EventBody,
    EvidenceCaptured,
    Health,
    MessageLane,
    Outcome,
)

BEGUN = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
STEP = timedelta(seconds=7)
KINDS = (
    "raised",
    "updated",
    "guard",
    "ended",
    "barrier",
    "raised",
    "ended",
    "supervisor",
    "report",
    "barrier",
)
"""Ten events and around again; every fifth report is a probe picture."""
Told = tuple[EventBody, MessageLane, datetime]


def story(device_id: str, events: int, picture: bytes) -> Iterator[Told]:
    """Tell `events` bodies in order, each with its lane and its time."""
    alert_id, alerts = "", 0
    for number in range(events):
        kind, at = KINDS[number % len(KINDS)], BEGUN + number * STEP
        if kind == "raised":
            alerts += 1
            alert_id = f"{device_id}-alert-{alerts}"
        name = f"{device_id}-{number}"
        match kind:
            case "raised":
                yield _raised(device_id, alert_id, at), MessageLane.ALERT, at
            case "updated" | "ended":
                yield _updated(alert_id, number, at, is_ended=kind == "ended"), MessageLane.ALERT, at
            case "guard" | "supervisor":
                yield _answer(name, alert_id, kind, at), MessageLane.EVENT, at
            case "report" if number // len(KINDS) % 5 == 4:
                yield _evidence(name, alert_id, picture, at), MessageLane.MEDIA, at
            case "report":
                yield _health(number, at), MessageLane.TELEMETRY, at
            case _:
                yield _barrier(alert_id, at), MessageLane.EVENT, at


def _raised(device_id: str, alert_id: str, at: datetime) -> AlertRaised:
    return AlertRaised(
        alert_id=alert_id,
        crossing_id=f"{alert_id}-crossing",
        lane_id=f"{device_id}-lane",
        camera_id="front",
        list_id="wanted",
        list_version=1,
        subject_id=f"subject-{int(sha256(alert_id.encode()).hexdigest(), 16) % 50}",
        outcome=Outcome.MATCH,
        comparison_score=0.61,
        threshold=0.55,
        review_threshold=0.47,
        margin=0.2,
        expected_false_alarms_per_day=0.2,
        contract_id="0123456789abcdef",
        pack="simulated",
        gallery_size=1000,
        quality=71.0,
        bona_fide_score=0.9,
        frames_used=3,
        first_seen_at=at - timedelta(seconds=2),
        raised_at=at,
        raised_stream_s=1.5,
        probe_evidence_id=f"{alert_id}-probe",
    )


def _updated(alert_id: str, number: int, at: datetime, *, is_ended: bool) -> AlertUpdated:
    return AlertUpdated(
        alert_id=alert_id,
        outcome=Outcome.MATCH,
        comparison_score=0.6 + number % 37 / 100,
        quality=70.0 + number % 23,
        frames_used=4 + number % 11,
        probe_evidence_id=None,
        is_ended=is_ended,
        updated_at=at,
    )


def _answer(name: str, alert_id: str, role: str, at: datetime) -> DecisionMade:
    return DecisionMade(
        decision_id=f"{name}-answer",
        alert_id=alert_id,
        answer=Answer.SAME,
        officer_id=f"{role}-1",
        role=role,
        decided_at=at,
        seconds_to_answer=4.0,
    )


def _evidence(name: str, alert_id: str, picture: bytes, at: datetime) -> EvidenceCaptured:
    return EvidenceCaptured(
        evidence_id=f"{name}-picture",
        alert_id=alert_id,
        media_type="image/jpeg",
        sha256=sha256(picture).hexdigest(),
        content=picture,
        captured_at=at,
    )


def _barrier(alert_id: str, at: datetime) -> BarrierMoved:
    return BarrierMoved(
        lane_id="lane", action="open", officer_id="guard-1", alert_id=alert_id, reason="cleared", moved_at=at
    )


def _health(number: int, at: datetime) -> Health:
    return Health(
        version="0.1.0",
        pack="simulated",
        provider="simulated",
        is_degraded=False,
        warnings=(),
        frames=number * 15,
        dropped=number,
        frame_age_p95_ms=40.0,
        tracks=1,
        searches=number,
        alerts=number // 5,
        queue_depth=0,
        watchlist_versions={"wanted": 1},
        measured_at=at,
    )
