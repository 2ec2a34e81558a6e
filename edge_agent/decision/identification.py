"""Pure: from a candidate list to match, review or non-match; a lead for a person, never a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_agent.decision.calibration import Thresholds
from edge_agent.gallery.port import Candidate, CandidateList
from sync.messages import Outcome


@dataclass(frozen=True, slots=True)
class DecisionPolicy:
    """What a match needs besides its score."""

    min_margin: float = 0.03
    """Above the second subject."""
    lookalike_margin: float = 0.06
    """Above a second subject whose own references would match those of the first."""
    min_frames: int = 3
    min_span_s: float = 0.4
    """Usable frames, or else the time they span: one lucky frame is no match."""

    def supports_match(self, usable_frames: int, span_s: float) -> bool:
        """Whether a track has shown enough of a face for a match."""
        return usable_frames >= self.min_frames or (usable_frames > 1 and span_s >= self.min_span_s)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody on the list whom the hub's officers called a look-alike of the best candidate."""

    subject_id: str
    comparison_score: float
    """Of the same probe."""
    margin: float
    """By which the candidate must lead for a match."""


@dataclass(frozen=True, slots=True)
class Identification:
    """The decision with its reasons."""

    outcome: Outcome
    candidate: Candidate | None
    """Rank one, also of a non-match; None when the gallery is empty."""
    margin: float | None
    """Score above the second subject; None when there is none."""
    reasons: tuple[str, ...] = ()
    """What kept a score above the match threshold from being a match: margin, evidence, look-alike."""


def identify(
    candidates: CandidateList,
    thresholds: Thresholds,
    policy: DecisionPolicy,
    *,
    is_supported: bool,
    likeness: float | None = None,
    look_alikes: Sequence[LookAlike] = (),
) -> Identification:
    """Decide on the best candidate; `is_supported` says whether the track has shown enough for a match.

    `likeness` is the best score between references of the first and of the second subject, None when
    it is not known. `look_alikes` are those of the first subject, whatever their place among the candidates.
    """
    if not candidates:
        return Identification(Outcome.NON_MATCH, None, None)
    best = candidates[0]
    margin = best.comparison_score - candidates[1].comparison_score if len(candidates) > 1 else None
    if best.comparison_score < thresholds.review:
        return Identification(Outcome.NON_MATCH, best, margin)
    if best.comparison_score < thresholds.match:
        return Identification(Outcome.REVIEW, best, margin)
    are_alike = likeness is not None and likeness >= thresholds.match
    wanted = max(policy.min_margin, policy.lookalike_margin) if are_alike else policy.min_margin
    doubts = {"margin": margin is not None and margin < wanted, "evidence": not is_supported}
    doubts["look-alike"] = any(
        best.comparison_score - one.comparison_score < one.margin for one in look_alikes
    )
    reasons = tuple(name for name, is_doubtful in doubts.items() if is_doubtful)
    return Identification(Outcome.REVIEW if reasons else Outcome.MATCH, best, margin, reasons)
