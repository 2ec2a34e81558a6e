"""Pure: quality components of ISO/IEC 29794-5, as far as five landmarks and a picture give them.

The functions from a measurement to 0..100 are the standard's (as its reference software OFIQ has them) unless
a field says otherwise. The measurements are approximations: the standard takes them inside a mask of the face
made from 98 landmarks and a face parser, here they come from the face's box and five points.
"""

import math
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from models.alignment import aligned_chip
from models.face import FaceDetection
from models.head_pose import eye_centres, head_pose
from models.image_quality import FaceQuality, detail_share, measure_quality
from models.ports import Image

DARKEST, BRIGHTEST = 25, 247
"""Grey values up to and from which a pixel counts as under- or over-exposed."""
BINS = 32
"""Of the histograms that are compared; the standard has 256, on faces several times larger."""
_ALIGNMENT = "omz-128"
# Left, top, right, bottom on the aligned face.
_CHEEKS = ((24, 64, 62, 108), (66, 64, 104, 108))
_Grey = NDArray[np.uint8]
_Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class QualityComponents:
    """Each 0 (worst) to 100; None where the landmarks do not give it."""

    unified_quality_score: int
    """`FaceQuality.unified`, rounded; the standard's is a network's (MagFace), which cannot be had here."""
    sharpness: int
    """`FaceQuality.least_detail` on a logarithmic ramp; the standard asks a random forest."""
    inter_eye_distance: int
    """Of the eye distance in pixels, corrected for yaw."""
    head_pose_yaw: int
    head_pose_pitch: int | None
    head_pose_roll: int
    """All three from `models.head_pose`; the standard's come from a network."""
    luminance_mean: int
    under_exposure_prevention: int
    over_exposure_prevention: int
    illumination_uniformity: int | None
    """Overlap of the histograms of both cheeks."""
    face_occlusion_prevention: int | None
    """`FaceQuality.covering` turned round, 50 where it counts as covered. What has the colour of skin is
    mostly missed; the standard parses the face."""

    def named(self) -> dict[str, int]:
        """Give what was measured, under the standard's names, such as ``UnifiedQualityScore``."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {_standard_name(name): value for name, value in values.items() if value is not None}

    def reasons(self) -> tuple[str, ...]:
        """Codes of what makes the face hard to compare: see `LIMITS`."""
        named = self.named()
        found = [code for name, (limit, code) in LIMITS.items() if named.get(name, 100) < limit]
        return tuple(dict.fromkeys(found))


LIMITS = {
    "InterEyeDistance": (8, "small"),
    "Sharpness": (35, "blurred"),
    "UnderExposurePrevention": (50, "dark"),
    "OverExposurePrevention": (4, "bright"),
    "HeadPoseYaw": (50, "turned"),
    "HeadPosePitch": (50, "turned"),
    "HeadPoseRoll": (50, "tilted"),
    "IlluminationUniformity": (40, "uneven-light"),
    "FaceOcclusionPrevention": (50, "covered"),
}
"""Below which value of a component which code is given."""


def measure_components(
    image: Image, detection: FaceDetection, quality: FaceQuality | None = None
) -> QualityComponents:
    """Measure every component of one detected face; a quality that is known already saves its measurement."""
    quality = quality or measure_quality(image, detection)
    pose = head_pose(detection)
    left, right = eye_centres(detection)
    eyes = float(np.hypot(*(right - left))) / max(0.1, math.cos(math.radians(pose.yaw)))
    chip = aligned_chip(image, detection, _ALIGNMENT) if _is_alignable(detection) else None
    grey = _inner_face(image, detection)
    return QualityComponents(
        unified_quality_score=round(quality.unified),
        sharpness=round(100 * detail_share(quality.least_detail)),
        inter_eye_distance=round(100 * _sigmoid(eyes, 70.0, 20.0)),
        head_pose_yaw=_of_angle(pose.yaw),
        head_pose_pitch=None if pose.pitch is None else _of_angle(pose.pitch),
        head_pose_roll=_of_angle(pose.roll),
        luminance_mean=_of_luminance(quality.luma / 255.0),
        under_exposure_prevention=_of_dark_share(_share(grey, 0, DARKEST)),
        over_exposure_prevention=_of_bright_share(_share(grey, BRIGHTEST, 255)),
        illumination_uniformity=None if chip is None else _uniformity(chip),
        face_occlusion_prevention=None if chip is None else _of_covering(quality.covering),
    )


def _standard_name(field: str) -> str:
    return "".join(part.capitalize() for part in field.split("_"))


def _is_alignable(detection: FaceDetection) -> bool:
    return detection.landmark_layout == "five-point" and float(np.ptp(detection.landmarks)) > 1.0


def _sigmoid(value: float, middle: float, width: float) -> float:
    return 1.0 / (1.0 + math.exp(min(700.0, (middle - value) / width)))


def _of_angle(degrees: float) -> int:
    return round(100 * max(0.0, math.cos(math.radians(degrees))) ** 2)


def _of_luminance(mean: float) -> int:
    return round(100 * _sigmoid(mean, 0.2, 0.05) * (1.0 - _sigmoid(mean, 0.8, 0.05)))


def _of_dark_share(share: float) -> int:
    return round(min(100.0, max(0.0, 120.0 * (0.832 - _sigmoid(share, 0.92, 0.05)))))


def _of_bright_share(share: float) -> int:
    return round(min(100.0, 1.0 / (share + 0.01)))


def _share(grey: _Grey, darkest: int, brightest: int) -> float:
    return float(np.mean((grey >= darkest) & (grey <= brightest))) if grey.size else 1.0


def _inner_face(image: Image, detection: FaceDetection) -> _Grey:
    """Grey values of the middle of the box, where there is hardly any background; (0, 0) beyond the image."""
    box, (height, width) = detection.box, image.shape[:2]
    left, top = max(0, int(box.x + 0.15 * box.width)), max(0, int(box.y + 0.15 * box.height))
    right, bottom = min(width, int(box.x + 0.85 * box.width)), min(height, int(box.y + 0.9 * box.height))
    if right <= left or bottom <= top:
        return np.zeros((0, 0), np.uint8)
    return np.asarray(cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY), np.uint8)


def _uniformity(chip: Image) -> int:
    grey = np.asarray(cv2.cvtColor(chip, cv2.COLOR_BGR2GRAY), np.uint8)
    one, other = (np.histogram(_area(grey, a), BINS, (0, 256))[0] / _area(grey, a).size for a in _CHEEKS)
    shared = float(np.minimum(one, other).sum())
    return round(100 * math.pow(shared, 0.3))


def _of_covering(covering: float) -> int:
    return round(100 * (1.0 - _sigmoid(covering, 1.0, 0.15)))


def _area(picture: _Grey, area: _Area) -> _Grey:
    left, top, right, bottom = area
    return picture[top:bottom, left:right]
