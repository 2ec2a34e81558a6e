"""Pure: follows faces from frame to frame; knows no camera and no clock.

Constant-velocity Kalman prediction and overlap association in two score tiers, after ByteTrack
(Zhang et al., ECCV 2022): a weak detection may carry a track on, only a strong one starts one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import EdgeError
from edge_agent.vision.kalman import AxisState, axis_at
from models.face import Box, FaceDetection

MEASUREMENT = 0.06
"""Standard deviation of a detector's box edge, in box heights."""
ACCELERATION = 4.0
"""Standard deviation of a walking face's acceleration, box heights per second squared."""
SPEED = 2.0
"""Standard deviation of a new face's speed, box heights per second."""
RESIZING = 0.25
"""A box changes its size this much more slowly than its place."""
SMALLEST_SIDE = 1.0

Boxes = NDArray[np.float64]  # (n, 4): left, top, right, bottom


@dataclass(frozen=True, slots=True)
class TrackerPolicy:
    """When a detection belongs to a track."""

    strong_score: float = 0.45
    """Detector score from which a detection may start a track."""
    min_overlap: float = 0.15
    """Intersection over union of the grown boxes, strong detections."""
    min_overlap_weak: float = 0.4
    growth: float = 0.25
    """Boxes are grown by this share on each side, so that quick faces at low frame rates still overlap."""
    lost_after_s: float = 0.8
    """A track unseen for longer has ended."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFace:
    """A detection with the track it belongs to."""

    track_id: int
    detection: FaceDetection


@dataclass(frozen=True, slots=True, eq=False)
class TrackingStep:
    """What one frame told."""

    seen: tuple[TrackedFace, ...]
    ended: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Motion:
    """Where a track is believed to be: centre and size, each with its velocity."""

    axes: tuple[AxisState, AxisState, AxisState, AxisState]
    seen_s: float
    at_s: float

    @property
    def corners(self) -> tuple[float, float, float, float]:
        across, down, width, height = (axis.position for axis in self.axes)
        half_width, half_height = max(width, SMALLEST_SIDE) / 2, max(height, SMALLEST_SIDE) / 2
        return across - half_width, down - half_height, across + half_width, down + half_height

    def at(self, stream_s: float) -> "_Motion":
        scale = max(self.axes[3].position, SMALLEST_SIDE)
        seconds = stream_s - self.at_s
        x, y, width, height = self.axes
        moved = (
            x.predict(seconds, ACCELERATION * scale),
            y.predict(seconds, ACCELERATION * scale),
            width.predict(seconds, ACCELERATION * RESIZING * scale),
            height.predict(seconds, ACCELERATION * RESIZING * scale),
        )
        return _Motion(moved, self.seen_s, stream_s)

    def seen(self, box: Box) -> "_Motion":
        deviation = MEASUREMENT * box.height
        measured = (*box.centre, box.width, box.height)
        x, y, width, height = (
            axis.correct(value, deviation) for axis, value in zip(self.axes, measured, strict=True)
        )
        return _Motion((x, y, width, height), self.at_s, self.at_s)


class Tracker:
    """Follows the faces of one picture stream."""

    def __init__(self, policy: TrackerPolicy, next_id: Callable[[], int]) -> None:
        self._policy = policy
        self._next_id = next_id
        self._motions: dict[int, _Motion] = {}
        self._last_s = -np.inf

    @property
    def track_ids(self) -> tuple[int, ...]:
        """Tracks that have not ended."""
        return tuple(self._motions)

    def update(self, detections: Sequence[FaceDetection], stream_s: float) -> TrackingStep:
        """Take in one frame's detections; raises `EdgeError` when the stream's clock runs back."""
        if stream_s < self._last_s:
            raise EdgeError(f"stream clock ran back from {self._last_s:.3f} to {stream_s:.3f} s")
        self._last_s = stream_s
        self._motions = {track: motion.at(stream_s) for track, motion in self._motions.items()}
        strong = [d for d in detections if d.score >= self._policy.strong_score]
        weak = [d for d in detections if d.score < self._policy.strong_score]
        seen = self._carry_on(strong, list(self._motions), self._policy.min_overlap)
        left = [track for track in self._motions if track not in seen]
        seen |= self._carry_on(weak, left, self._policy.min_overlap_weak)
        taken = set(map(id, seen.values()))
        seen |= {self._start(d, stream_s): d for d in strong if id(d) not in taken}
        for track, detection in seen.items():
            self._motions[track] = self._motions[track].seen(detection.box)
        return TrackingStep(tuple(TrackedFace(t, seen[t]) for t in sorted(seen)), self._end_lost(stream_s))

    def renumber(self, track: int, number: int) -> None:
        """Give a track another number: it shows somebody else, or continues one that was lost."""
        self._motions[number] = self._motions.pop(track)

    def _carry_on(
        self, detections: Sequence[FaceDetection], tracks: Sequence[int], min_overlap: float
    ) -> dict[int, FaceDetection]:
        if not detections or not tracks:
            return {}
        believed = np.array([self._motions[track].corners for track in tracks])
        found = np.array([_corners(detection.box) for detection in detections])
        overlaps = overlap(_grown(believed, self._policy.growth), _grown(found, self._policy.growth))
        return {tracks[row]: detections[column] for row, column in best_pairs(overlaps, min_overlap)}

    def _start(self, detection: FaceDetection, stream_s: float) -> int:
        track, box = self._next_id(), detection.box
        place, size = SPEED * box.height, SPEED * RESIZING * box.height
        deviation = MEASUREMENT * box.height
        axes = (
            axis_at(box.centre[0], deviation, place),
            axis_at(box.centre[1], deviation, place),
            axis_at(box.width, deviation, size),
            axis_at(box.height, deviation, size),
        )
        self._motions[track] = _Motion(axes, stream_s, stream_s)
        return track

    def _end_lost(self, stream_s: float) -> tuple[int, ...]:
        limit = self._policy.lost_after_s
        ended = tuple(t for t, motion in self._motions.items() if stream_s - motion.seen_s > limit)
        for track in ended:
            del self._motions[track]
        return ended


def overlap(first: Boxes, second: Boxes) -> NDArray[np.float64]:
    """Intersection over union of every box of `first` (n, 4) with every one of `second` (m, 4): (n, m)."""
    near = np.maximum(first[:, None, :2], second[None, :, :2])
    far = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.prod(np.clip(far - near, 0.0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (first, second)]
    return np.asarray(shared / (areas[0][:, None] + areas[1][None, :] - shared), np.float64)


def best_pairs(overlaps: NDArray[np.float64], least: float) -> list[tuple[int, int]]:
    """Pair rows with columns, greatest overlap first, each at most once, none below `least`."""
    pairs: list[tuple[int, int]] = []
    rows, columns = set[int](), set[int]()
    for flat in np.argsort(-overlaps, axis=None, kind="stable"):
        row, column = divmod(int(flat), overlaps.shape[1])
        if overlaps[row, column] < least:
            break
        if row not in rows and column not in columns:
            pairs.append((row, column))
            rows.add(row)
            columns.add(column)
    return pairs


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.x + box.width, box.y + box.height


def _grown(boxes: Boxes, share: float) -> Boxes:
    margin = (boxes[:, 2:] - boxes[:, :2]) * share
    return np.concatenate([boxes[:, :2] - margin, boxes[:, 2:] + margin], axis=1)
