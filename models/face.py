"""A detected face: box, landmarks, score."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

Landmarks = NDArray[np.float32]  # (5, 2), x and y in pixels of the frame
LandmarkLayout = Literal["five-point", "dlib-five-point"]
"""five-point: eye on the image's left, eye on its right, nose tip, mouth corner left, mouth corner right.
dlib-five-point: outer and inner corner of one eye, outer and inner corner of the other, base of the nose."""


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned rectangle in pixels, x and y at the top left; may reach outside the frame."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        """Refuse a box without area."""
        if not (self.width > 0 and self.height > 0):
            raise ModelError(f"box of {self.width}x{self.height} pixels has no area")

    @property
    def centre(self) -> tuple[float, float]:
        """Middle, x and y in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    def intersection_over_union(self, other: "Box") -> float:
        """Overlap in [0, 1]."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.width * self.height + other.width * other.height - shared)


@dataclass(frozen=True, slots=True, eq=False)
class FaceDetection:
    """One face as a detector found it."""

    box: Box
    landmarks: Landmarks
    score: float
    """The detector's own score in [0, 1]; says "a face", nothing of its quality."""
    landmark_layout: LandmarkLayout = "five-point"

    def __post_init__(self) -> None:
        """Five points, always."""
        if self.landmarks.shape != (5, 2):
            raise ModelError(f"landmarks must be (5, 2), got {self.landmarks.shape}")
