"""Pure: what the store knows of an alert, as a guard sees it."""

from dataclasses import dataclass

from sync.lane_messages import AlertView, CrossingNotice, DecisionView, ReferenceView, SubjectView
from sync.messages import AlertRaised, AlertUpdated, Outcome
from sync.watchlist_package import PackagedSubject


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert with everything that belongs to it."""

    raised: AlertRaised
    latest: AlertUpdated | None
    list_title: str
    probe_evidence_ids: tuple[str, ...]
    references: tuple[ReferenceView, ...]
    decisions: tuple[DecisionView, ...]
    subject: SubjectView | None
    notices: tuple[CrossingNotice, ...] = ()
    """Rules on confirmed crossings that its answer fulfilled."""

    @property
    def outcome(self) -> Outcome:
        """The newest outcome."""
        return self.latest.outcome if self.latest else self.raised.outcome

    @property
    def is_answered(self) -> bool:
        """At least one person has answered."""
        return bool(self.decisions)


def view_of(record: AlertRecord) -> AlertView:
    """Build the view; who the candidate is stays hidden until the alert is answered."""
    raised, latest = record.raised, record.latest
    times = [raised.raised_at, *(decision.decided_at for decision in record.decisions)]
    return AlertView(
        alert_id=raised.alert_id,
        crossing_id=raised.crossing_id,
        lane_id=raised.lane_id,
        camera_id=raised.camera_id,
        list_id=raised.list_id,
        list_title=record.list_title,
        list_version=raised.list_version,
        outcome=record.outcome,
        comparison_score=latest.comparison_score if latest else raised.comparison_score,
        threshold=raised.threshold,
        expected_false_alarms_per_day=raised.expected_false_alarms_per_day,
        is_upper_bound=raised.is_upper_bound,
        quality=latest.quality if latest else raised.quality,
        bona_fide_score=raised.bona_fide_score,
        attack_hint_threshold=raised.attack_hint_threshold,
        face_hints=raised.face_hints,
        frames_used=latest.frames_used if latest else raised.frames_used,
        raised_at=raised.raised_at,
        updated_at=max([*times, latest.updated_at] if latest else times),
        is_ended=latest.is_ended if latest else False,
        probe_evidence_ids=record.probe_evidence_ids,
        references=record.references,
        decisions=record.decisions,
        subject=record.subject if record.is_answered else None,
        notices=record.notices if record.is_answered else (),
    )


def subject_view(subject: PackagedSubject) -> SubjectView:
    """Pick what a guard may know of a listed person once the alert is answered."""
    return SubjectView(
        subject_id=subject.subject_id,
        display_name=subject.display_name,
        category=subject.category,
        severity=subject.severity,
        legal_basis=subject.legal_basis,
        authority=subject.authority,
        instructions=subject.instructions,
    )
