"""Generates a passage from still pictures: each passes before the camera, then the lane is empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sin

import cv2
import numpy as np

from hardware.errors import CameraSourceError
from hardware.frame import MAX_SIDE, Image

GREY = 118
"""Luma of the empty lane."""
NOISE = 2.0
"""Standard deviation of the sensor noise, in grey levels."""
DRIFT = 0.06
"""Share by which the light rises and falls."""
DRIFT_PERIOD_S = 7.0
ZOOM = 0.82
"""Smallest window, as a share of the largest that fits the picture."""
_NOISE_MARGIN = 64
_OVERSAMPLING = 1.25


@dataclass(frozen=True, slots=True)
class PassagePlan:
    """How long and how large a passage is."""

    seconds: float = 4.0
    """How long each picture is shown."""
    gap: float = 1.0
    """Seconds of empty lane after each picture."""
    width: int = 640
    height: int = 480
    is_looping: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be shown."""
        if not 0 < self.seconds <= 3600 or not 0 <= self.gap <= 3600:
            raise CameraSourceError(
                f"seconds {self.seconds} and gap {self.gap} must be in 0..3600, seconds above 0"
            )
        if not (16 <= self.width <= MAX_SIDE and 16 <= self.height <= MAX_SIDE):
            raise CameraSourceError(f"size {self.width}x{self.height} is outside 16..{MAX_SIDE} a side")

    @property
    def period_s(self) -> float:
        """Seconds from one picture's start to the next one's."""
        return self.seconds + self.gap

    def index_at(self, stream_s: float, pictures: int) -> int | None:
        """Which of so many pictures is in view; None while the lane is empty or the passage not on."""
        if stream_s < 0 or self.is_over(stream_s, pictures):
            return None
        index, within = divmod(stream_s % (self.period_s * pictures), self.period_s)
        return int(index) if within < self.seconds else None

    def is_over(self, stream_s: float, pictures: int) -> bool:
        """Whether nothing more will come; never for a looping passage."""
        return stream_s >= self.period_s * pictures and not self.is_looping


class Passage:
    """A passage as a pure function of the stream's clock."""

    def __init__(self, pictures: Sequence[Image], plan: PassagePlan) -> None:
        if not pictures:
            raise CameraSourceError("a passage needs at least one picture")
        self._plan = plan
        self._pictures = [_fit(picture, plan) for picture in pictures]
        shape = (plan.height + _NOISE_MARGIN, plan.width + _NOISE_MARGIN, 3)
        noise = np.random.default_rng(plan.seed).normal(0.0, NOISE, shape)
        self._noise = np.clip(np.rint(noise), -127, 127).astype(np.int16)

    def image_at(self, stream_s: float) -> Image:
        """Make the frame of shape (height, width, 3) at that time; the same each time it is asked for."""
        index = self._plan.index_at(stream_s, len(self._pictures))
        if index is None:
            clean = np.full((self._plan.height, self._plan.width, 3), GREY, np.uint8)
        else:
            share = (stream_s % self._plan.period_s) / self._plan.seconds
            clean = _window(self._pictures[index], share, self._plan, is_reversed=index % 2 == 1)
        return self._through_sensor(clean, stream_s)

    def _through_sensor(self, image: Image, stream_s: float) -> Image:
        """Light drifts and the sensor adds noise: a window of one noise field, moved for every frame."""
        gain = 1.0 + DRIFT * sin(2 * pi * stream_s / DRIFT_PERIOD_S)
        moved = np.random.default_rng([self._plan.seed, round(stream_s * 1000)])
        x, y = moved.integers(0, _NOISE_MARGIN, 2)
        noise = self._noise[y : y + self._plan.height, x : x + self._plan.width]
        lit = cv2.convertScaleAbs(image, alpha=gain)
        return np.asarray(cv2.add(lit, noise, dtype=cv2.CV_8U), np.uint8)


def _fit(picture: Image, plan: PassagePlan) -> Image:
    """Shrink a large picture once, so that each frame's window needs no anti-aliasing."""
    height, width = picture.shape[:2]
    scale = _OVERSAMPLING / (ZOOM * min(width / plan.width, height / plan.height))
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _window(picture: Image, share: float, plan: PassagePlan, *, is_reversed: bool) -> Image:
    """Cut the window at `share` (0 to 1) of the picture's time: it pans across while it slowly narrows."""
    height, width = picture.shape[:2]
    largest = min(width / plan.width, height / plan.height)
    scale = largest * (1.0 - (1.0 - ZOOM) * share)
    place = 1.0 - share if is_reversed else share
    left = (width - scale * plan.width) * place
    top = (height - scale * plan.height) * place
    back = np.array([[scale, 0.0, left], [0.0, scale, top]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (plan.width, plan.height)
    return np.asarray(
        cv2.warpAffine(picture, back, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
