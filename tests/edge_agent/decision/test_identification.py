"""Match, review or non-match."""

import pytest

from edge_agent.decision.calibration import Thresholds
from edge_agent.decision.identification import DecisionPolicy, identify
from edge_agent.gallery.port import Candidate, CandidateList
from sync.messages import Outcome

THRESHOLDS = Thresholds(0.5, 0.4, 0.2, 3.8, False)
POLICY = DecisionPolicy()


def found(*scores: float) -> CandidateList:
    return tuple(Candidate(f"s{rank}", f"r{rank}", score) for rank, score in enumerate(scores))


@pytest.mark.parametrize(
    ("candidates", "is_supported", "outcome", "reasons"),
    [
        (found(), True, Outcome.NON_MATCH, ()),
        (found(0.39), True, Outcome.NON_MATCH, ()),
        (found(0.4), True, Outcome.REVIEW, ()),
        (found(0.5), True, Outcome.MATCH, ()),
        (found(0.5), False, Outcome.REVIEW, ("evidence",)),
        (found(0.6, 0.58), True, Outcome.REVIEW, ("margin",)),
        (found(0.6, 0.56), True, Outcome.MATCH, ()),
        (found(0.6, 0.58), False, Outcome.REVIEW, ("margin", "evidence")),
    ],
)
def test_outcomes(
    candidates: CandidateList, is_supported: bool, outcome: Outcome, reasons: tuple[str, ...]
) -> None:
    decided = identify(candidates, THRESHOLDS, POLICY, is_supported=is_supported)
    assert (decided.outcome, decided.reasons) == (outcome, reasons)


@pytest.mark.parametrize(
    ("likeness", "second", "outcome"),
    [
        (None, 0.56, Outcome.MATCH),
        (0.49, 0.56, Outcome.MATCH),
        (0.5, 0.56, Outcome.REVIEW),
        (0.5, 0.53, Outcome.MATCH),
    ],
)
def test_between_people_who_look_alike_the_margin_is_wider(
    likeness: float | None, second: float, outcome: Outcome
) -> None:
    decided = identify(found(0.6, second), THRESHOLDS, POLICY, is_supported=True, likeness=likeness)
    assert decided.outcome is outcome


def test_the_margin_is_to_the_second_subject() -> None:
    assert identify(found(0.6, 0.45), THRESHOLDS, POLICY, is_supported=True).margin == pytest.approx(0.15)
    assert identify(found(0.6), THRESHOLDS, POLICY, is_supported=True).margin is None


@pytest.mark.parametrize(
    ("frames", "span_s", "is_enough"),
    [(1, 0.0, False), (1, 9.0, False), (2, 0.39, False), (2, 0.4, True), (3, 0.1, True)],
)
def test_one_lucky_frame_is_no_match(frames: int, span_s: float, is_enough: bool) -> None:
    assert POLICY.supports_match(frames, span_s) is is_enough
