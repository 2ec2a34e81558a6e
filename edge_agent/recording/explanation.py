"""Pure: why there is an alert, step by step, from a recorded passage or from what the store knows."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from edge_agent.alerts.views import AlertRecord
from edge_agent.decision.identification import DecisionPolicy
from edge_agent.errors import UnknownAlertError
from edge_agent.gallery.port import Candidate
from edge_agent.recording.decision_stream import StepDecisions
from edge_agent.recording.recording import Looked, Recording
from edge_agent.vision.search_trace import SearchTrace, ShotSeen
from models.image_quality import FaceQuality
from sync.messages import AlertRaised, AlertUpdated, Outcome


class FrameUsed(msgspec.Struct, frozen=True):
    """A best shot that a search rested on."""

    sequence: int
    stream_s: float
    is_extracted: bool
    quality: FaceQuality


class SearchExplained(msgspec.Struct, frozen=True):
    """One search of the list on the way to the alert."""

    at: datetime
    stream_s: float
    usable_frames: int
    frames: tuple[FrameUsed, ...]
    templates_fused: int
    candidates: tuple[Candidate, ...]
    margin: float | None
    match_threshold: float
    review_threshold: float
    outcome: Outcome
    rule: str
    """Why this outcome, in words."""
    effect: str
    """What came of it: raised, updated, or nothing."""


class AlertExplained(msgspec.Struct, frozen=True):
    """A recorded alert with every search that led to it and changed it."""

    alert: AlertRaised
    searches: tuple[SearchExplained, ...]
    updates: tuple[AlertUpdated, ...]


def explain(recording: Recording, steps: Sequence[StepDecisions], alert_id: str) -> AlertExplained:
    """Explain an alert of a passage that was decided anew; raises `UnknownAlertError`."""
    messages = [message for step in steps for message in step.alerts if message.alert_id == alert_id]
    raised = next((message for message in messages if isinstance(message, AlertRaised)), None)
    if raised is None:
        known = [m.alert_id for step in steps for m in step.alerts if isinstance(m, AlertRaised)]
        raise UnknownAlertError(
            f"there is no alert {alert_id} in the recording, only {', '.join(known) or 'no alert at all'}"
        )
    updates = tuple(message for message in messages if isinstance(message, AlertUpdated))
    searches = tuple(
        _explained(recording, search, _effect(step, search, alert_id))
        for step in steps
        for search in step.searches
        if _leads_to(search, raised)
    )
    return AlertExplained(raised, searches, updates)


def words_of(explained: AlertExplained) -> str:
    """Say it for people."""
    alert = explained.alert
    lines = [
        f"alert {alert.alert_id}: {alert.outcome} of subject {alert.subject_id}, list {alert.list_id} "
        f"version {alert.list_version}, camera {alert.camera_id}, raised at {alert.raised_stream_s:.2f} s "
        f"({alert.raised_at.isoformat()}), crossing {alert.crossing_id}"
    ]
    for number, search in enumerate(explained.searches, start=1):
        lines += _search_words(number, search)
    lines += [_update_words(update) for update in explained.updates]
    return "\n".join(lines)


def rule_of(search: SearchTrace, policy: DecisionPolicy) -> str:
    """Name the rule that gave a search its outcome."""
    found = search.found
    if found.candidate is None:
        return "the list is empty"
    score = found.candidate.comparison_score
    if found.outcome is Outcome.NON_MATCH:
        return f"score {score:.3f} is below the review threshold {search.review:.3f}"
    if score < search.match:
        return f"score {score:.3f} lies between review {search.review:.3f} and match {search.match:.3f}"
    if not found.reasons:
        return (
            f"score {score:.3f} reaches the match threshold {search.match:.3f}, margin and evidence suffice"
        )
    why = {
        "margin": f"the second subject is nearer than {policy.min_margin:.3f}",
        "look-alike": "somebody on the list who is known to look alike is too near",
        "evidence": f"{search.good_frames} usable frames in {search.good_span_s:.2f} s are too few",
    }
    reasons = ", ".join(why.get(reason, reason) for reason in found.reasons)
    return f"score {score:.3f} reaches the match threshold {search.match:.3f}, but {reasons}"


def stored_words(record: AlertRecord) -> str:
    """Say what the store knows of an alert; who the candidate is only once it was answered."""
    raised, latest = record.raised, record.latest
    who = f"subject {raised.subject_id}" if record.is_answered else "a subject not shown before the answer"
    margin = "no second subject" if raised.margin is None else f"{raised.margin:.3f} above the second subject"
    lines = [
        f"alert {raised.alert_id}: {raised.outcome} of {who}, list {raised.list_id} version "
        f"{raised.list_version} with {raised.gallery_size} references, camera {raised.camera_id}",
        f"  score {raised.comparison_score:.3f}, {margin}; match threshold {raised.threshold:.3f}, review "
        f"{raised.review_threshold:.3f}, at {raised.expected_false_alarms_per_day:.3g} expected false alarms "
        "a day",
        f"  rested on {raised.frames_used} templates of pack {raised.pack}, best quality "
        f"{raised.quality:.1f}, seen from {raised.first_seen_at.isoformat()}, raised at "
        f"{raised.raised_at.isoformat()}",
    ]
    if latest is not None:
        lines.append(_update_words(latest))
    lines += [
        f"  answered {decision.answer} by {decision.officer_id} at {decision.decided_at.isoformat()}"
        + (f": {decision.reason}" if decision.reason else "")
        for decision in record.decisions
    ]
    return "\n".join(lines if record.decisions else [*lines, "  not answered yet"])


def stored_result(record: AlertRecord) -> dict[str, object]:
    """Give the same as one object."""
    facts: dict[str, object] = msgspec.to_builtins(record.raised)
    if not record.is_answered:
        del facts["subject_id"]
    return {
        "alert": facts,
        "latest": msgspec.to_builtins(record.latest),
        "list_title": record.list_title,
        "decisions": msgspec.to_builtins(record.decisions),
    }


def _leads_to(search: SearchTrace, alert: AlertRaised) -> bool:
    """Whether a search of the same list found this subject best; other tracks of the crossing included."""
    best = search.found.candidate
    is_subject = best is not None and best.subject_id == alert.subject_id
    return search.list_id == alert.list_id and is_subject


def _effect(step: StepDecisions, search: SearchTrace, alert_id: str) -> str:
    for message in step.alerts:
        if message.alert_id == alert_id and search.found.outcome is not Outcome.NON_MATCH:
            return "raised" if isinstance(message, AlertRaised) else "updated"
    return "nothing new"


def _explained(recording: Recording, search: SearchTrace, effect: str) -> SearchExplained:
    return SearchExplained(
        search.at,
        search.stream_s,
        search.good_frames,
        tuple(_frame_used(recording, search, shot) for shot in search.shots),
        search.fused,
        search.candidates,
        search.found.margin,
        search.match,
        search.review,
        search.found.outcome,
        rule_of(search, recording.header.policy.decision),
        effect,
    )


def _frame_used(recording: Recording, search: SearchTrace, shot: ShotSeen) -> FrameUsed:
    """Find the measurements of a shot: the face of that frame with exactly this quality."""
    faces = (
        face
        for entry in recording.entries
        if isinstance(entry, Looked)
        if (entry.frame.camera_id, entry.frame.sequence) == (search.camera_id, shot.sequence)
        for face in entry.frame.faces
        if face.quality.unified == shot.quality
    )
    return FrameUsed(shot.sequence, shot.stream_s, shot.is_extracted, next(faces).quality)


def _search_words(number: int, search: SearchExplained) -> list[str]:
    frames = "; ".join(
        f"frame {f.sequence} (quality {f.quality.unified:.1f}, {f.quality.face_width:.0f} px, sharpness "
        f"{f.quality.sharpness:.0f}, turn {f.quality.yaw_ratio:+.2f}{'' if f.is_extracted else ', not used'})"
        for f in search.frames
    )
    candidates = ", ".join(f"{c.subject_id} {c.comparison_score:.4f}" for c in search.candidates)
    margin = "" if search.margin is None else f", margin {search.margin:.4f}"
    return [
        f"  search {number} at {search.stream_s:.2f} s, after {search.usable_frames} usable frames",
        f"    from {frames}; {search.templates_fused} templates fused",
        f"    candidates: {candidates}{margin}",
        f"    {search.outcome}: {search.rule}",
        f"    came of it: {search.effect}",
    ]


def _update_words(update: AlertUpdated) -> str:
    what = "ended" if update.is_ended else "stands"
    return (
        f"  {what} at {update.updated_at.isoformat()} as {update.outcome}, "
        f"score {update.comparison_score:.3f}, quality {update.quality:.1f}, {update.frames_used} templates"
    )
