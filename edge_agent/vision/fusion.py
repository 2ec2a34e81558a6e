"""Pure: several templates of one face made into one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.score_calibration import ScoreCalibration
from models.template import Template, require_same_contract, unit_template


@dataclass(frozen=True, slots=True)
class Likeness:
    """Comparison scores between faces of one track, on one extractor's scale; `likeness_of` derives them."""

    other_face: float = 0.2
    """Mean score between what a track showed before and after; below, they are two persons."""
    outlier: float = 0.3
    """To the mean; a template farther off is another face or a failed alignment."""
    same_face: float = 0.5
    """Between two fused templates; from here on they are one person."""


_DEFAULT = Likeness()
_OTHER_FACE_FMR = 0.05
_OUTLIER_FMR = 3e-3
_SAME_FACE_FMR = 1e-5


def likeness_of(calibration: ScoreCalibration) -> Likeness:
    """Derive the scores from how often strangers reach them: dlib's strangers score 0.84, others' near 0."""
    return Likeness(*map(calibration.score_at_fmr, (_OTHER_FACE_FMR, _OUTLIER_FMR, _SAME_FACE_FMR)))


@dataclass(frozen=True, slots=True, eq=False)
class WeightedTemplate:
    """A template with the quality of the sample it came from."""

    template: Template
    quality: float
    """0 to 100."""


@dataclass(frozen=True, slots=True, eq=False)
class FusedTemplate:
    """The probe of a track."""

    template: Template
    used: int
    """Templates that went into it; the others were outliers."""


def fuse(parts: Sequence[WeightedTemplate], likeness: Likeness = _DEFAULT) -> FusedTemplate:
    """Quality-weighted mean of unit length without outliers; raises `ModelError` for nothing to fuse."""
    if not parts:
        raise ModelError("no templates to fuse")
    contract = parts[0].template.contract
    for part in parts[1:]:
        require_same_contract(part.template.contract, contract)
    vectors = np.stack([part.template.vector for part in parts]).astype(np.float64)
    weights = np.array([max(part.quality, 1.0) for part in parts])
    inliers = _inliers(vectors, weights, likeness)
    mean = weights[inliers] @ vectors[inliers]
    return FusedTemplate(unit_template(mean, contract), int(inliers.sum()))


def _inliers(
    vectors: NDArray[np.float64], weights: NDArray[np.float64], likeness: Likeness
) -> NDArray[np.bool_]:
    mean = weights @ vectors
    length = float(np.linalg.norm(mean))
    close = vectors @ mean >= likeness.outlier * length
    if length > 0 and close.any():
        return np.asarray(close, np.bool_)
    # Nothing agrees with anything: the best sample alone is worth more than a mean of strangers.
    return np.asarray(np.arange(len(weights)) == int(weights.argmax()), np.bool_)


def face_change(templates: Sequence[Template], likeness: Likeness = _DEFAULT) -> int:
    """Where in time another face took a track over: index of its first template, or 0 when none did.

    Two templates of the new face are needed that agree; a single odd one is an outlier, which `fuse` drops.
    """
    if len(templates) < 3:
        return 0
    vectors = np.stack([template.vector for template in templates]).astype(np.float64)
    scores = vectors @ vectors.T
    splits = range(1, len(templates) - 1)
    across = [float(scores[:at, at:].mean()) for at in splits]
    at = splits[int(np.argmin(across))]
    later = scores[at:, at:]
    agreement = (later.sum() - np.trace(later)) / (later.size - len(later))
    return at if min(across) < likeness.other_face and agreement >= likeness.outlier else 0
