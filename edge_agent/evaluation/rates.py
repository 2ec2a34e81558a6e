"""Pure: error rates of comparisons and searches, with their uncertainty (ISO/IEC 19795-1).

A sample that could not be acquired has no score (NaN); it is never a match, so a mated one counts as missed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import EvaluationError

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

NORMAL_95 = 1.959964
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % Wilson interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Share of mated comparisons or searches found at a threshold that lets through few strangers."""

    threshold: float
    rate: Rate


@dataclass(frozen=True, slots=True, eq=False)
class Accuracy:
    """Share of right decisions, each by a threshold chosen without the pair it judges."""

    rate: Rate
    threshold: float
    """Mean of the folds' thresholds."""
    is_right: Flags
    """Of each pair, in order."""


def wilson(hits: int, n: int) -> Rate:
    """Share of hits with its 95 % interval (Wilson 1927); raises `EvaluationError` for no trials."""
    if n <= 0:
        raise EvaluationError("a rate needs at least one trial")
    share, z2 = hits / n, NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = NORMAL_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    high = 1.0 if hits == n else min(1.0, middle + reach)
    return Rate(share, low, high, n)


def best_threshold(scores: Scores, mated: Flags) -> float:
    """Threshold with the most right decisions; the middle one of several."""
    seen = ~np.isnan(scores)
    scores, mated = scores[seen], mated[seen]
    if not scores.size:
        raise EvaluationError("no pair has a score: nothing to choose a threshold from")
    order = np.argsort(scores, kind="stable")
    values, is_mated = scores[order], mated[order]
    # A cut before position i rejects the i lowest scores.
    rejected_strangers = np.concatenate([[0], np.cumsum(~is_mated)])
    accepted_mates = is_mated.sum() - np.concatenate([[0], np.cumsum(is_mated)])
    right = (rejected_strangers + accepted_mates).astype(np.int64)
    edges = np.concatenate([[values[0] - 1e-6], (values[:-1] + values[1:]) / 2, [values[-1] + 1e-6]])
    splits_ties = np.concatenate([[False], values[:-1] == values[1:], [False]])
    right[splits_ties] = -1
    best = np.flatnonzero(right == right.max())
    return float(edges[best[len(best) // 2]])


def accuracy_by_folds(scores: Scores, mated: Flags, folds: NDArray[np.int64]) -> Accuracy:
    """Judge each fold by the threshold that is best on the others (LFW's view 2)."""
    is_right, thresholds = np.zeros(len(scores), np.bool_), []
    for fold in np.unique(folds):
        inside = folds == fold
        threshold = best_threshold(scores[~inside], mated[~inside])
        thresholds.append(threshold)
        is_right[inside] = (scores[inside] >= threshold) == mated[inside]
    return Accuracy(wilson(int(is_right.sum()), len(scores)), float(np.mean(thresholds)), is_right)


def paired_p_value(first: Flags, second: Flags) -> float:
    """How likely chance splits the pairs that only one side judges right so unequally (exact McNemar)."""
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    n, few = only_first + only_second, min(only_first, only_second)
    return min(1.0, float(2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n))


def stratified_folds(mated: Flags, wanted: int = FOLDS) -> NDArray[np.int64]:
    """Deal mated and non-mated pairs out to folds in turn; fewer folds when a kind has fewer pairs."""
    counts = (int(mated.sum()), int((~mated).sum()))
    if min(counts) < 2:
        raise EvaluationError(
            f"{counts[0]} mated and {counts[1]} non-mated pairs: at least 2 of each are needed"
        )
    folds = np.empty(len(mated), np.int64)
    for kind in (True, False):
        positions = np.flatnonzero(mated == kind)
        folds[positions] = np.arange(len(positions)) % min(wanted, *counts)
    return folds


def point_at(rate: float, mated: Scores, strangers: Scores) -> OperatingPoint | None:
    """Share of `mated` at the lowest threshold that at most `rate` of `strangers` reach.

    None, "insufficient data", when not even one stranger may pass: the rate cannot be seen in so few.
    """
    allowed = math.floor(rate * len(strangers) + 1e-9)
    if allowed < 1 or not len(mated):
        return None
    threshold = threshold_for(allowed, strangers)
    return OperatingPoint(threshold, wilson(int((mated >= threshold).sum()), len(mated)))


def threshold_for(allowed: int, strangers: Scores) -> float:
    """Lowest threshold that at most `allowed` strangers reach."""
    ranked = -np.sort(-np.nan_to_num(strangers, nan=-1.0))
    if allowed >= len(ranked):
        return -1.0
    return float(np.nextafter(ranked[allowed], 2.0))


@dataclass(frozen=True, slots=True, eq=False)
class ErrorCurve:
    """False match and false non-match rates over all thresholds, thresholds rising."""

    thresholds: Scores
    false_match: Scores
    false_non_match: Scores

    @property
    def equal_error_rate(self) -> float:
        """Where both rates meet."""
        at = int(np.argmin(np.abs(self.false_match - self.false_non_match)))
        return float((self.false_match[at] + self.false_non_match[at]) / 2)


def error_curve(mated: Scores, strangers: Scores, points: int = 2000) -> ErrorCurve:
    """Both error rates at thresholds taken from the scores themselves."""
    if not len(mated) or not len(strangers):
        raise EvaluationError("an error curve needs mated and non-mated pairs")
    ranked_mates = np.sort(np.nan_to_num(mated, nan=-1.0))
    ranked_strangers = np.sort(np.nan_to_num(strangers, nan=-1.0))
    everything = np.unique(np.concatenate([ranked_mates, ranked_strangers]))
    # The rare errors are in the tails: take every threshold there, and a sample between.
    step = max(1, len(everything) // points)
    thresholds = np.unique(np.concatenate([everything[::step], everything[-points:], everything[:points]]))
    passing = len(strangers) - np.searchsorted(ranked_strangers, thresholds, side="left")
    missed = np.searchsorted(ranked_mates, thresholds, side="left")
    return ErrorCurve(thresholds, passing / len(strangers), missed / len(mated))


@dataclass(frozen=True, slots=True, eq=False)
class OpenSetScores:
    """Leave-one-out searches: each sample against all others."""

    mated: Scores
    """Top score where rank one is the sample's own subject, else NaN; only samples that have a mate."""
    strangers: Scores
    """Top score among the other subjects, for every sample: it, were it not enrolled."""


def open_set_scores(
    vectors: NDArray[np.float32], subjects: Sequence[str], block: int = 1024
) -> OpenSetScores:
    """Search every row of `vectors` (n, d; NaN where not acquired) among the others."""
    codes = np.unique(np.asarray(subjects), return_inverse=True)[1]
    has_mate = np.bincount(codes)[codes] > 1
    is_acquired = ~np.isnan(vectors[:, 0])
    gallery = np.nan_to_num(vectors)
    own, others = np.full(len(vectors), np.nan), np.full(len(vectors), np.nan)
    for start in range(0, len(vectors), block):
        rows = np.arange(start, min(start + block, len(vectors)))
        scores = (gallery[rows] @ gallery.T).astype(np.float64)
        scores[:, ~is_acquired] = -np.inf
        scores[np.arange(len(rows)), rows] = -np.inf
        is_own = codes[rows][:, None] == codes[None, :]
        own[rows] = np.where(is_own, scores, -np.inf).max(axis=1)
        others[rows] = np.where(is_own, -np.inf, scores).max(axis=1)
    own[~is_acquired], others[~is_acquired] = np.nan, np.nan
    found = np.where(own > others, own, np.nan)
    found[np.isinf(found)] = np.nan
    others[np.isinf(others)] = np.nan
    return OpenSetScores(found[has_mate], others)
