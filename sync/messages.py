"""The published language: every message that crosses between a device and the hub."""

from datetime import datetime
from enum import StrEnum

import msgspec

SCHEMA = "kechid.message/1"


class MessageLane(StrEnum):
    """Priority lanes of the outbox, most urgent first; each has its own sequence."""

    ALERT = "alert"
    EVENT = "event"
    MEDIA = "media"
    TELEMETRY = "telemetry"


class Outcome(StrEnum):
    """What identification decided; a lead for a person, never a verdict."""

    MATCH = "match"
    REVIEW = "review"
    NON_MATCH = "non-match"


class CommandState(StrEnum):
    """What a device did with a command."""

    APPLIED = "applied"
    AT_NEXT_START = "at-next-start"
    """Stored; it takes effect when the device's software is started again."""
    REFUSED = "refused"


class Answer(StrEnum):
    """What a person answered on seeing probe and reference side by side."""

    SAME = "same"
    NOT_SAME = "not-same"
    UNSURE = "unsure"


class Body(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """Base of all message bodies; the tag on the wire is the class's own."""


class AlertRaised(Body, frozen=True, tag="alert-raised", kw_only=True):
    """A subject of the watchlist was probably seen; `alert_id` is made at the edge and never changes."""

    alert_id: str
    crossing_id: str
    lane_id: str
    camera_id: str
    list_id: str
    list_version: int
    subject_id: str
    outcome: Outcome
    comparison_score: float
    threshold: float
    review_threshold: float
    margin: float | None
    """Score above the second subject; None when the gallery holds one subject."""
    expected_false_alarms_per_day: float
    """Of this lane and list at the threshold in force."""
    is_upper_bound: bool = False
    """That number is the most it can be, no estimate: the calibration's data do not reach so far."""
    contract_id: str
    pack: str
    gallery_size: int
    quality: float
    """Unified quality of the best sample, 0 to 100."""
    bona_fide_score: float | None
    """Presentation-attack hint in [0, 1]; None when the pack has no such network."""
    frames_used: int
    first_seen_at: datetime
    raised_at: datetime
    raised_stream_s: float
    """Seconds on the camera's own clock: the very frame, in a recording."""
    probe_evidence_id: str
    is_test: bool = False
    direction: str = ""
    """``in`` or ``out`` of the country; empty when it is not known."""
    attack_hint_threshold: float | None = None
    """Bona fide score below which a person is told to look closer; None: the sender states none."""
    face_hints: tuple[str, ...] = ()
    """What hides the face from the camera, such as ``covered``: whoever compares should know."""


class AlertUpdated(Body, frozen=True, tag="alert-updated", kw_only=True):
    """The same subject in the same crossing, with better evidence or at the crossing's end."""

    alert_id: str
    outcome: Outcome
    comparison_score: float
    quality: float
    frames_used: int
    probe_evidence_id: str | None
    is_ended: bool
    updated_at: datetime
    direction: str = ""
    """As in `AlertRaised`; empty: as before."""


class DecisionMade(Body, frozen=True, tag="decision-made", kw_only=True):
    """A person's answer to an alert; a correction is a second decision, nothing is overwritten."""

    decision_id: str
    alert_id: str
    answer: Answer
    officer_id: str
    role: str
    decided_at: datetime
    seconds_to_answer: float
    reason: str = ""


class FrequentCrosser(Body, frozen=True, tag="frequent-crosser", kw_only=True):
    """A rule on confirmed crossings of one subject is fulfilled; once per rule, subject and window.

    Only answers of people count, never a mere sighting. An answer taken back may take the notice back.
    """

    notice_id: str
    alert_id: str
    """Whose answer fulfilled the rule, or took it back."""
    lane_id: str
    rule: str
    """The rule's name in the edge's settings."""
    list_id: str
    subject_id: str
    crossings: int
    """Confirmed within the window that ends at `noted_at`."""
    entries: int
    exits: int
    at_least: int
    within_hours: int
    noted_at: datetime
    is_withdrawn: bool = False


class EvidenceCaptured(Body, frozen=True, tag="evidence-captured", kw_only=True):
    """A probe picture of an alert, on the media lane; never one of a non-match."""

    evidence_id: str
    alert_id: str
    media_type: str
    sha256: str
    content: bytes
    captured_at: datetime


class WatchlistApplied(Body, frozen=True, tag="watchlist-applied", kw_only=True):
    """The edge verified, tested and swapped in a version."""

    list_id: str
    version: int
    contract_id: str
    subjects: int
    references: int
    self_test: str
    applied_at: datetime


class WatchlistRejected(Body, frozen=True, tag="watchlist-rejected", kw_only=True):
    """The edge refuses a version and keeps the one it has."""

    list_id: str
    version: int
    kept_version: int | None
    reason: str
    rejected_at: datetime


class WatchlistWithdrawn(Body, frozen=True, tag="watchlist-withdrawn", kw_only=True):
    """The edge took a withdrawal: the list is searched no more, its package and gallery are deleted."""

    list_id: str
    version: int | None
    """The version that was dropped; None: the edge had none."""
    withdrawn_at: datetime


class BarrierMoved(Body, frozen=True, tag="barrier-moved", kw_only=True):
    """A barrier was opened or held on an explicit command of an officer."""

    lane_id: str
    action: str
    officer_id: str
    alert_id: str | None
    reason: str
    moved_at: datetime


class Health(Body, frozen=True, tag="health", kw_only=True):
    """A device's own account of itself, on the telemetry lane."""

    version: str
    pack: str
    provider: str
    is_degraded: bool
    warnings: tuple[str, ...]
    frames: int
    dropped: int
    frame_age_p95_ms: float | None
    tracks: int
    searches: int
    alerts: int
    queue_depth: int
    watchlist_versions: dict[str, int]
    measured_at: datetime


class CommandAnswered(Body, frozen=True, tag="command-answered", kw_only=True):
    """What became of a command; a device answers each command id once."""

    command_id: str
    name: str
    state: CommandState
    reason: str = ""
    """Why it was refused or has to wait, such as ``unknown-command``; empty when it was applied."""
    answered_at: datetime


EventBody = (
    AlertRaised
    | AlertUpdated
    | DecisionMade
    | FrequentCrosser
    | EvidenceCaptured
    | WatchlistApplied
    | WatchlistRejected
    | WatchlistWithdrawn
    | BarrierMoved
    | CommandAnswered
    | Health
)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Envelope of everything a device sends; (device_id, epoch, lane, seq) is unique for ever."""

    message_id: str
    device_id: str
    epoch: str
    """Random, made at installation; a re-imaged device starts a new one."""
    lane: MessageLane
    seq: int
    """From 1, without gaps, per (device, epoch, lane)."""
    occurred_at: datetime
    body: EventBody
    schema: str = SCHEMA


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Hub to device after the hub's commit: everything up to and including `upto` per lane is stored."""

    device_id: str
    epoch: str
    hub_epoch: str
    upto: dict[MessageLane, int]
    schema: str = "kechid.acknowledgement/1"


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """Birth and will of a device on one retained topic; a will of an older birth is ignored."""

    device_id: str
    epoch: str
    birth: int
    """Counts the device's connections; the will carries the birth it belongs to."""
    is_online: bool
    at: datetime | None
    """None in a will: the broker sends it later than it was written."""
    version: str
    schema: str = "kechid.device-state/1"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Hub to one device; signed, never retained, ignored after `expires_at`, done once per id."""

    command_id: str
    device_id: str
    name: str
    """``configure``, ``use-pack`` or ``restart``; a device refuses any other by name."""
    arguments: dict[str, str]
    issued_at: datetime
    expires_at: datetime
    key_id: str = ""
    signature: bytes = b""
    """Ed25519 over the canonical encoding with this field empty."""
    schema: str = "kechid.command/1"


class WatchlistManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says about a published version; signed, retained on the list's manifest topic."""

    list_id: str
    version: int
    base_version: int | None
    """The version this package starts from; None: it is complete."""
    contract_id: str
    package_sha256: str
    package_size: int
    subjects: int
    references: int
    issued_at: datetime
    expires_at: datetime
    key_id: str
    signature: bytes = b""
    """Ed25519 over the canonical encoding with this field empty."""
    schema: str = "kechid.watchlist-manifest/1"


class WatchlistWithdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """Hub to one site: a list no longer goes there; signed, retained in the place of the site's manifest.

    It holds without an end: a device that was away for long must drop the list too.
    """

    list_id: str
    site_id: str
    version: int
    """The newest version there was."""
    issued_at: datetime
    """What was announced up to this moment is void; a manifest issued later brings the list back."""
    key_id: str = ""
    signature: bytes = b""
    """Ed25519 over the canonical encoding with this field empty."""
    schema: str = "kechid.watchlist-withdrawal/1"
