"""A captured frame and where it came from."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from hardware.errors import HardwareError

Image = NDArray[np.uint8]  # (height, width, 3), BGR

MAX_SIDE = 4096
"""Pixels; a larger frame is a configuration mistake, not a picture to search."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One capture of one camera."""

    image: Image
    camera_id: str
    sequence: int
    """Counts every frame the camera delivered, from 0; gaps are frames that were dropped."""
    captured_at: datetime
    """Aware UTC, when the frame was taken; for a replay, when it was played."""
    stream_s: float
    """Seconds on the camera's own clock, never running back; what tracking and crossings reckon with."""

    def __post_init__(self) -> None:
        """Refuse what is no picture."""
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise HardwareError(
                f"camera {self.camera_id}: frame must be (height, width, 3) uint8, "
                f"got {self.image.shape} {self.image.dtype}"
            )
        height, width = self.image.shape[:2]
        if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
            raise HardwareError(
                f"camera {self.camera_id}: frame of {width}x{height} pixels is outside 1..{MAX_SIDE} a side"
            )
        if self.captured_at.tzinfo is None:
            raise HardwareError(f"camera {self.camera_id}: captured_at has no time zone")

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.image.shape[0])
