"""Values of the lane API with defaults, so that a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sync.lane_messages import (
    AlertView,
    CameraState,
    DecisionView,
    DeviceView,
    LaneState,
    ReferenceView,
    SubjectView,
    UplinkState,
    WatchlistState,
)
from sync.messages import Answer, Outcome

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def make_alert(number: int = 1, **changes: Any) -> AlertView:
    """Return an open alert raised `number` minutes after noon."""
    raised = NOON + timedelta(minutes=number)
    values: dict[str, Any] = {
        "alert_id": f"alert-{number}",
        "crossing_id": f"crossing-{number}",
        "lane_id": "lane-1",
        "camera_id": "cam-1",
        "list_id": "wanted",
        "list_title": "Wanted persons",
        "list_version": 7,
        "outcome": Outcome.MATCH,
        "comparison_score": 0.4371,
        "threshold": 0.3912,
        "expected_false_alarms_per_day": 0.2,
        "quality": 61.0,
        "bona_fide_score": 0.93,
        "frames_used": 5,
        "raised_at": raised,
        "updated_at": raised,
        "is_ended": False,
        "probe_evidence_ids": (f"probe-{number}",),
        "references": (ReferenceView(evidence_id=f"reference-{number}", captured_on="2021-03-12"),),
        "decisions": (),
        "subject": None,
    }
    return AlertView(**(values | changes))


def make_subject(**changes: Any) -> SubjectView:
    """Return a listed person."""
    values: dict[str, Any] = {
        "subject_id": "S-1",
        "display_name": "Vüqar Nümunəvi",
        "category": "frequent crosser, criminal charge",
        "severity": 2,
        "legal_basis": "Order 17/2026",
        "authority": "State Customs Committee",
        "instructions": "Ask for the travel document. Call the supervisor.",
    }
    return SubjectView(**(values | changes))


def make_decision(answer: Answer = Answer.SAME, number: int = 1, **changes: Any) -> DecisionView:
    """Return an answer given `number` seconds after noon."""
    values: dict[str, Any] = {
        "decision_id": f"decision-{number}",
        "answer": answer,
        "officer_id": "officer-7",
        "decided_at": NOON + timedelta(seconds=number),
    }
    return DecisionView(**(values | changes))


def make_camera(**changes: Any) -> CameraState:
    """Return a live camera."""
    values: dict[str, Any] = {
        "camera_id": "cam-1",
        "status": "live",
        "frame_age_ms": 82.0,
        "frames_per_second": 14.8,
        "frames": 1500,
        "dropped": 3,
    }
    return CameraState(**(values | changes))


def make_watchlist(**changes: Any) -> WatchlistState:
    """Return a fresh list."""
    values: dict[str, Any] = {
        "list_id": "wanted",
        "title": "Wanted persons",
        "version": 7,
        "subjects": 1204,
        "references": 2800,
        "applied_at": NOON,
        "is_stale": False,
        "threshold": 0.39,
        "review_threshold": 0.33,
        "expected_false_alarms_per_day": 0.2,
    }
    return WatchlistState(**(values | changes))


def make_state(**changes: Any) -> LaneState:
    """Return a lane where all is well."""
    values: dict[str, Any] = {
        "lane_id": "lane-1",
        "site_id": "red-bridge",
        "device_id": "edge-1",
        "version": "0.1.0",
        "at": NOON,
        "cameras": (make_camera(),),
        "watchlists": (make_watchlist(),),
        "uplink": UplinkState(is_connected=True, queue_depth=0, last_acknowledged_at=NOON),
        "devices": (
            DeviceView(name="barrier", kind="barrier", status="closed"),
            DeviceView(name="beacon", kind="beacon", status="off"),
            DeviceView(name="reader", kind="passport-reader", status="ready"),
        ),
        "pack": "intel-0095",
        "provider": "CPUExecutionProvider",
        "is_degraded": False,
        "warnings": (),
        "tracks_now": 2,
        "open_alerts": 0,
    }
    return LaneState(**(values | changes))
