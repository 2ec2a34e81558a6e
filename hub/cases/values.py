"""What a case shows, and what it withholds from a supervisor who has yet to answer. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hub.people.access import Permission, User
from sync.messages import Answer, Outcome


class CaseStatus(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    """No supervisor has answered yet; the guard may have."""
    ANSWERED = "answered"


class CaseResult(StrEnum):
    """What came of a case."""

    CONFIRMED = "confirmed"
    """The person is the listed one."""
    NOT_THE_PERSON = "not-the-person"
    NOT_STOPPED = "not-stopped"
    HANDED_OVER = "handed-over"
    DOCUMENT_CHECK = "document-check"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class ResultView:
    """One recorded result; the newest holds."""

    result_id: str
    result: CaseResult
    officer_id: str
    role: str
    note: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list; nothing in it tells an unanswered supervisor what others think."""

    case_id: str
    """The alert's id; one alert, one case."""
    status: CaseStatus
    outcome: Outcome
    site_id: str
    lane_id: str
    device_id: str
    list_id: str
    list_title: str
    raised_at: datetime
    received_at: datetime
    is_ended: bool
    is_test: bool
    answers: int
    """How many answers were given, whatever they say."""
    subject_name: str | None
    """None while the viewer is blind, or when the subject is not enrolled here."""
    severity: int | None
    guard_answer: Answer | None
    """The newest answer given at the lane; None also while the viewer is blind."""
    supervisor_answer: Answer | None
    result: CaseResult | None = None
    """What came of it; None: nothing recorded yet."""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One answer to a case."""

    decision_id: str
    answer: Answer
    officer_id: str
    role: str
    decided_at: datetime
    seconds_to_answer: float
    reason: str
    was_at_lane: bool
    """Given at the checkpoint; False: given here at the hub."""


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What the edge measured; hidden from a supervisor who has yet to answer."""

    comparison_score: float
    threshold: float
    review_threshold: float
    margin: float | None
    expected_false_alarms_per_day: float
    contract_id: str
    pack: str
    gallery_size: int
    quality: float
    """0 to 100."""
    bona_fide_score: float | None
    frames_used: int


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """Who the candidate is."""

    subject_id: str
    display_name: str
    category: str
    severity: int
    legal_basis: str
    authority: str
    case_number: str
    instructions: str


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Everything about a case that its viewer may see."""

    summary: CaseSummary
    camera_id: str
    crossing_id: str
    list_version: int
    first_seen_at: datetime
    updated_at: datetime
    evidence_ids: tuple[str, ...]
    """Probe pictures, newest last; fetched from `/api/v1/evidence/{id}`."""
    reference_ids: tuple[str, ...]
    """Reference photos; fetched from `/api/v1/references/{id}`."""
    is_blind: bool
    """True: facts, subject and answers are withheld until the viewer has answered."""
    facts: AlertFacts | None
    subject: SubjectCard | None
    decisions: tuple[DecisionView, ...]
    results: tuple[ResultView, ...] = ()
    """What came of it, oldest first; a correction is a further row."""


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A supervisor's answer; the id is the client's, so a repeat is harmless."""

    decision_id: str
    case_id: str
    answer: Answer
    seconds_to_answer: float
    reason: str = ""


def is_blind(viewer: User, status: CaseStatus) -> bool:
    """Tell whether the viewer's own answer is still wanted: it is given without knowing the others'."""
    return status is CaseStatus.OPEN and viewer.may(Permission.ANSWER_CASES)


def withheld_summary(summary: CaseSummary) -> CaseSummary:
    """Leave out what a blind viewer must not know."""
    return replace(summary, subject_name=None, guard_answer=None, supervisor_answer=None, result=None)


def withheld(detail: CaseDetail) -> CaseDetail:
    """Leave out what a blind viewer must not know."""
    return replace(detail, is_blind=True, facts=None, subject=None, decisions=(), results=())
