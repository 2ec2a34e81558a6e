"""Pure: open-set identification (ISO/IEC 19795-1): some subjects are enrolled, all are searched.

A subject none of whose pictures could be enrolled is missed by each of its probes; a mated probe that could
not be acquired is a miss too, a non-mated one raises no alarm; both count as searches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import EvaluationError
from edge_agent.evaluation.protocol import Protocol
from edge_agent.evaluation.rates import Rate, Scores, threshold_for, wilson

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]
RESAMPLES = 500


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """Searches of all draws."""

    own: Scores
    """Score of the probe's own subject where it is within the rank, else NaN."""
    own_subjects: Rows
    strangers: Scores
    """Best score of a probe that is not enrolled; NaN where not acquired."""
    stranger_subjects: Rows
    gallery: int
    """Subjects enrolled in a draw, distractors included."""
    enrolled: int
    """Of them those that are probed."""
    draws: int

    @property
    def mated_per_draw(self) -> int:
        """Different mated probes, on average; the draws repeat each other's pictures."""
        return max(1, len(self.own) // self.draws)

    @property
    def strangers_per_draw(self) -> int:
        """Different non-mated probes, on average."""
        return max(1, len(self.strangers) // self.draws)


@dataclass(frozen=True, slots=True)
class OpenSetPoint:
    """TPIR at the threshold that lets through a share of the non-mated searches."""

    threshold: float
    tpir: Rate
    """With Wilson's interval at the size of one draw."""
    bootstrap: tuple[float, float]
    """95 % of resamples of the subjects, the threshold chosen anew in each."""
    fpir: Rate
    """Reached; not above the one wanted."""

    @property
    def fnir(self) -> float:
        """Share of mated searches that do not find their subject."""
        return 1.0 - self.tpir.value


def open_set_searches(
    vectors: Vectors, subjects: Sequence[str], distractors: Vectors, protocol: Protocol
) -> Searches:
    """Search by the protocol's draws; `vectors` (n, d), NaN where not acquired, one subject name each."""
    codes = np.unique(np.asarray(subjects), return_inverse=True)[1]
    eligible = np.flatnonzero(np.bincount(codes) > protocol.enrol_images)
    enrolled = protocol.subjects or len(eligible) // 2
    if not 1 <= enrolled <= len(eligible) or enrolled >= codes.max() + 1:
        raise EvaluationError(
            f"{enrolled} subjects to enrol by {protocol.enrol_images} pictures each, with others left to "
            f"probe: {len(eligible)} of {codes.max() + 1} have more pictures than that"
        )
    random = np.random.default_rng(protocol.seed)
    used = distractors[: protocol.distractors or None]
    draws = [
        _draw(
            vectors, codes, np.sort(random.choice(eligible, enrolled, replace=False)), used, protocol, random
        )
        for _ in range(protocol.draws)
    ]
    own, own_subjects, strangers, stranger_subjects = (
        np.concatenate(part) for part in zip(*draws, strict=True)
    )
    return Searches(
        own, own_subjects, strangers, stranger_subjects, enrolled + len(used), enrolled, protocol.draws
    )


def _draw(
    vectors: Vectors,
    codes: Rows,
    enrolled: Rows,
    distractors: Vectors,
    protocol: Protocol,
    random: np.random.Generator,
) -> tuple[Scores, Rows, Scores, Rows]:
    """Enrol, and search with every picture that is not enrolled."""
    pick = [random.choice(np.flatnonzero(codes == s), protocol.enrol_images, replace=False) for s in enrolled]
    references = np.concatenate(pick)
    is_mated = np.isin(codes, enrolled)
    mated = np.setdiff1d(np.flatnonzero(is_mated), references)
    strangers = np.flatnonzero(~is_mated)
    scores = _subject_scores(vectors, references, len(enrolled), distractors)
    column = np.searchsorted(enrolled, codes[mated])
    own = scores[mated, column]
    is_within = (scores[mated] > own[:, None]).sum(axis=1) < protocol.rank
    own = np.where(is_within & np.isfinite(own), own, np.nan)
    best = scores[strangers].max(axis=1)
    return own, codes[mated], np.where(np.isfinite(best), best, np.nan), codes[strangers]


def _subject_scores(vectors: Vectors, references: Rows, subjects: int, distractors: Vectors) -> Scores:
    """Score of every picture with every enrolled subject (its best reference), then with every distractor."""
    gallery = np.concatenate([vectors[references], distractors])
    scores = (np.nan_to_num(vectors) @ np.nan_to_num(gallery).T).astype(np.float64)
    scores[np.isnan(vectors[:, 0])] = -np.inf
    scores[:, np.isnan(gallery[:, 0])] = -np.inf
    per_subject = scores[:, : len(references)].reshape(len(vectors), subjects, -1).max(axis=2)
    return np.concatenate([per_subject, scores[:, len(references) :]], axis=1)


def open_set_point(searches: Searches, fpir: float, random: np.random.Generator) -> OpenSetPoint | None:
    """TPIR at an FPIR; None, "insufficient data", when one draw has too few strangers for one false alarm."""
    if int(fpir * searches.strangers_per_draw + 1e-9) < 1:
        return None
    threshold = threshold_for(int(fpir * len(searches.strangers) + 1e-9), searches.strangers)
    found, alarms = _share(searches.own >= threshold), _share(searches.strangers >= threshold)
    return OpenSetPoint(
        threshold,
        _of_one_draw(found, searches.mated_per_draw),
        _bootstrap(searches, fpir, random),
        _of_one_draw(alarms, searches.strangers_per_draw),
    )


def _of_one_draw(share: float, n: int) -> Rate:
    rate = wilson(round(share * n), n)
    return Rate(share, min(rate.low, share), max(rate.high, share), n)


def _bootstrap(searches: Searches, fpir: float, random: np.random.Generator) -> tuple[float, float]:
    """Draw subjects with replacement, those searched for and the strangers each on their own."""
    order = np.argsort(-np.nan_to_num(searches.strangers, nan=-1.0), kind="stable")
    ranked = np.nan_to_num(searches.strangers, nan=-1.0)[order]
    ranked_subjects = np.unique(searches.stranger_subjects[order], return_inverse=True)[1]
    own_subjects = np.unique(searches.own_subjects, return_inverse=True)[1]
    own = np.nan_to_num(searches.own, nan=-1.0)
    shares = []
    for _ in range(RESAMPLES):
        passing = np.cumsum(_times(ranked_subjects, random))
        at = int(np.searchsorted(passing, fpir * passing[-1] + 1e-9, side="right"))
        threshold = np.nextafter(ranked[min(at, len(ranked) - 1)], 2.0)
        times = _times(own_subjects, random)
        shares.append(float(times[own >= threshold].sum() / times.sum()))
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def _times(subjects: Rows, random: np.random.Generator) -> Rows:
    """How often each probe's subject is drawn."""
    n = int(subjects.max()) + 1
    return np.asarray(np.bincount(random.integers(0, n, n), minlength=n)[subjects], np.int64)


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else 0.0
