"""Pure: whether something covers a face, judged by the colours of its parts; a hint, never a verdict.

A mask or scarf in another colour than the skin, or dark glasses, stand out against the bridge of the nose.
What has the colour of skin, such as a hand, does not; the standard's face parser would be needed for that.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.alignment import alignment_points, similarity
from models.face import FaceDetection
from models.ports import Image

_ALIGNMENT = "omz-128"
_SIDE = 128
# Left, top, right, bottom on the aligned face.
_BRIDGE = ((56, 40, 72, 52), (58, 50, 70, 62))
_LOWER = (
    (32, 72, 48, 84),
    (80, 72, 96, 84),
    (44, 94, 56, 108),
    (72, 94, 84, 108),
    (30, 90, 42, 106),
    (86, 90, 98, 106),
    (54, 114, 74, 126),
)
_EYES = ((28, 50, 54, 68), (74, 50, 100, 68))
_SKIN = ((32, 72, 48, 84), (80, 72, 96, 84), (56, 40, 72, 50))
_FACE = np.array([[28, 40], [100, 40], [98, 106], [74, 126], [54, 126], [30, 106]], np.float64)
"""What has to lie within the picture: a face that it cuts off shows black there."""

DIFFERS_BY, DIFFERS_SHARE = 6.0, 0.6
"""Distance in a* and b* from the skin's colour, and as a share of how far that is from grey, of most of the
lower face. Beards and shadows stay below: of 226 faces of films and press pictures 1 did not."""
GREY_SHARE = 4.0
"""Added to a skin that is nearly grey, so that noise does not count as a difference."""
_ODD_ONES = 2
"""Parts of the lower face, of seven, that may look like skin all the same."""
DARK_EYES = 0.6
"""Brightness of the lighter eye's surroundings over that of the skin; of uncovered eyes 0.7 and more."""
MOST = 10.0

_Picture = NDArray[np.float32]
_Area = tuple[int, int, int, int]


def covering(image: Image, detection: FaceDetection) -> float:
    """Say how much hints at a covered face: 0 nothing, 1 and more covered, 10 at the most.

    0 also where it cannot be told: landmarks without a mouth, or a face cut off by the picture's edge.
    """
    if detection.landmark_layout != "five-point" or float(np.ptp(detection.landmarks)) <= 1.0:
        return 0.0
    transform = similarity(detection.landmarks, alignment_points(_ALIGNMENT))
    if not _is_within(transform, image):
        return 0.0
    chip = cv2.warpAffine(image, transform, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
    colours = np.asarray(cv2.cvtColor(chip, cv2.COLOR_BGR2LAB), np.float32)
    return min(MOST, max(_below(colours[:, :, 1:]), _over_eyes(colours[:, :, 0])))


def _is_within(transform: NDArray[np.float64], image: Image) -> bool:
    corners = cv2.transform(_FACE[None], cv2.invertAffineTransform(transform))[0]
    height, width = image.shape[:2]
    return bool((corners >= 0).all() and (corners <= (width - 1, height - 1)).all())


def _below(colours: _Picture) -> float:
    skin = np.mean([_middle(colours, area) for area in _BRIDGE], axis=0)
    strange = sorted(float(np.hypot(*(_middle(colours, area) - skin))) for area in _LOWER)[_ODD_ONES]
    chroma = float(np.hypot(*(skin - 128.0))) + GREY_SHARE
    return min(strange / DIFFERS_BY, strange / (DIFFERS_SHARE * chroma))


def _over_eyes(light: _Picture) -> float:
    skin = float(np.median(np.concatenate([_cut(light, area).ravel() for area in _SKIN])))
    lighter = max(float(np.percentile(_cut(light, area), 80)) for area in _EYES)
    return DARK_EYES * skin / max(1.0, lighter)


def _middle(colours: _Picture, area: _Area) -> _Picture:
    return np.asarray(np.median(_cut(colours, area).reshape(-1, 2), axis=0), np.float32)


def _cut(picture: _Picture, area: _Area) -> _Picture:
    left, top, right, bottom = area
    return picture[top:bottom, left:right]
