"""The lane API's language: what the edge tells the terminal and the terminal answers."""

from datetime import datetime

import msgspec

from sync.messages import Answer, Outcome


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that was given."""

    decision_id: str
    answer: Answer
    officer_id: str
    decided_at: datetime
    reason: str = ""


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """Who the candidate is; sent only once the alert is answered, so that the answer is given blind."""

    subject_id: str
    display_name: str
    category: str
    severity: int
    legal_basis: str
    authority: str
    instructions: str


class ReferenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A reference photo to compare with, fetched from `/v1/evidence/{evidence_id}`."""

    evidence_id: str
    captured_on: str


class CrossingNotice(msgspec.Struct, frozen=True, kw_only=True):
    """Why an answered alert is more than one alert: a rule on confirmed crossings is fulfilled."""

    rule: str
    crossings: int
    entries: int
    exits: int
    within_hours: int
    noted_at: datetime


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """One alert as a guard sees it."""

    alert_id: str
    crossing_id: str
    lane_id: str
    camera_id: str
    list_id: str
    list_title: str
    list_version: int
    outcome: Outcome
    comparison_score: float
    threshold: float
    expected_false_alarms_per_day: float
    quality: float
    bona_fide_score: float | None
    frames_used: int
    raised_at: datetime
    updated_at: datetime
    is_ended: bool
    probe_evidence_ids: tuple[str, ...]
    references: tuple[ReferenceView, ...]
    decisions: tuple[DecisionView, ...]
    subject: SubjectView | None
    """None until answered."""
    is_upper_bound: bool = False
    """The expected number of false alarms is the most it can be, no estimate."""
    notices: tuple[CrossingNotice, ...] = ()
    """None until answered."""
    attack_hint_threshold: float | None = None
    """Bona fide score below which the guard is told to look closer; None: the edge states none."""
    face_hints: tuple[str, ...] = ()
    """What hides the face from the camera, such as ``covered``."""


class CameraState(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera is doing."""

    camera_id: str
    status: str
    """live, connecting, blind, frozen, ended or failed."""
    frame_age_ms: float | None
    frames_per_second: float
    frames: int
    dropped: int
    detail: str = ""


class WatchlistState(msgspec.Struct, frozen=True, kw_only=True):
    """Which version of a list is searched."""

    list_id: str
    title: str
    version: int
    subjects: int
    references: int
    applied_at: datetime
    is_stale: bool
    threshold: float
    review_threshold: float
    expected_false_alarms_per_day: float
    false_alarms_interval: tuple[float, float] | None = None
    """Per day, with 95 % confidence, by the lane's own scores."""
    is_upper_bound: bool = False
    """The expected number is no estimate but the most it can be: the data do not reach so far."""
    calibration: str = "pack"
    """pack, or lane: whose non-mated scores the thresholds rest on."""
    calibration_lapse: str = ""
    """Why the lane's own calibration is not in force: contract-changed, gallery-changed or stale."""


class UplinkState(msgspec.Struct, frozen=True, kw_only=True):
    """How the hub is doing, seen from here."""

    is_connected: bool
    queue_depth: int
    last_acknowledged_at: datetime | None


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """A barrier, beacon or passport reader."""

    name: str
    kind: str
    status: str
    detail: str = ""


class LaneState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the state strip shows; sent whole, about once a second."""

    lane_id: str
    site_id: str
    device_id: str
    version: str
    at: datetime
    cameras: tuple[CameraState, ...]
    watchlists: tuple[WatchlistState, ...]
    uplink: UplinkState
    devices: tuple[DeviceView, ...]
    pack: str
    provider: str
    is_degraded: bool
    warnings: tuple[str, ...]
    """Codes such as ``camera-blind``, ``list-stale``, ``disk-full``; the terminal words them."""
    tracks_now: int
    open_alerts: int
    is_shadow: bool = False
    """Commissioning: the lane raises no alert, whoever passes."""
    would_be_alerts: int = 0
    """Not raised for that reason since the edge was started."""
    unusable_now: int = 0
    """Faces in view that no search says anything of, so that the guard has to look."""


class TrackView(msgspec.Struct, frozen=True, kw_only=True):
    """A face on the picture, as carried in the preview's ``X-Tracks`` header (a JSON array of these)."""

    track_id: int
    x: float
    y: float
    width: float
    height: float
    """All four as fractions of the picture, 0 to 1."""
    status: str
    """searching, too-poor, unusable (for a second and more: look yourself), non-match, review or match."""
    reasons: tuple[str, ...] = ()
    """Why too poor or unusable: small, blurred, dark, bright, turned, covered, picture (print or screen)."""


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/login."""

    officer_id: str
    password: str


class LoginReply(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token and what it allows."""

    token: str
    officer_id: str
    display_name: str
    role: str
    expires_at: datetime


class DecisionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/alerts/{alert_id}/decisions; the id is the client's, so a repeat is harmless."""

    decision_id: str
    answer: Answer
    seconds_to_answer: float
    reason: str = ""


class BarrierRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/barrier."""

    request_id: str
    action: str
    """open or hold."""
    alert_id: str | None = None
    reason: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
