"""Pure: which frames of a camera are worth looking at.

A face being made out is looked at in every frame; one that has been searched, or an empty lane, a few times
a second: samples closer together add little evidence, and the detector is the dearest part of a frame.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hardware.frame import Frame
from sync.lane_messages import TrackView

ROUNDING_S = 0.001
"""Frame times of a steady camera jitter by less; such a frame is on time."""


@dataclass(frozen=True, slots=True)
class PacePolicy:
    """How long a camera may go without being looked at."""

    look_every_s: float = 0.2
    """Stream time between looks while no face is being made out; 0 looks at every frame."""


class Pace:
    """Remembers when each camera was looked at and what was seen."""

    def __init__(self, policy: PacePolicy) -> None:
        self._policy = policy
        self._looked: dict[str, tuple[float, tuple[TrackView, ...]]] = {}

    def wants(self, frame: Frame) -> bool:
        """Whether this frame should be looked at; always for a clock that ran back."""
        looked_s, tracks = self._looked.get(frame.camera_id, (-math.inf, ()))
        waited_s = frame.stream_s - looked_s
        is_due = waited_s >= self._policy.look_every_s - ROUNDING_S or waited_s < 0
        return is_due or any(track.status == "searching" for track in tracks)

    def looked(self, frame: Frame, tracks: Sequence[TrackView]) -> None:
        """Note what a look at a frame showed."""
        self._looked[frame.camera_id] = (frame.stream_s, tuple(tracks))

    def shows_faces(self, camera_id: str) -> bool:
        """Whether the last look showed any."""
        return bool(self._looked.get(camera_id, (0.0, ()))[1])
