"""The newest picture of each camera with its tracks, encoded only while somebody watches."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.frame import Frame
from sync.lane_messages import TrackView

MAX_WIDTH = 960
JPEG_QUALITY = 75
MASK_SQUARES = 5


@dataclass(frozen=True, slots=True)
class PreviewPicture:
    """One encoded picture with exactly the tracks that were found on it."""

    sequence: int
    captured_at: datetime
    jpeg: bytes
    tracks: tuple[TrackView, ...]


@dataclass(slots=True)
class _Pane:
    frame: Frame | None = None
    tracks: tuple[TrackView, ...] = ()
    encoded: PreviewPicture | None = None
    watchers: int = 0


class PreviewBoard:
    """Written by the agent, read by the lane API; keeps one picture per camera and no history."""

    def __init__(self, camera_ids: Sequence[str]) -> None:
        self._lock = threading.Lock()
        self._encoding = threading.Lock()
        self._panes = {camera_id: _Pane() for camera_id in camera_ids}
        self.is_masked = False
        """Faces are made unrecognisable before a picture is encoded."""

    @property
    def camera_ids(self) -> tuple[str, ...]:
        """Name the cameras there are."""
        return tuple(self._panes)

    def publish(self, frame: Frame, tracks: tuple[TrackView, ...]) -> None:
        """Show a frame; costs nothing until somebody watches."""
        with self._lock:
            pane = self._panes[frame.camera_id]
            pane.frame, pane.tracks = frame, tracks

    def clear(self) -> None:
        """Let go of every picture."""
        with self._lock:
            for pane in self._panes.values():
                pane.frame, pane.tracks, pane.encoded = None, (), None

    @contextmanager
    def watching(self, camera_id: str) -> Iterator[None]:
        """Count a watcher; the encoded picture goes with the last one."""
        pane = self._panes[camera_id]
        with self._lock:
            pane.watchers += 1
        try:
            yield
        finally:
            with self._lock:
                pane.watchers -= 1
                if pane.watchers == 0:
                    pane.encoded = None

    def picture(self, camera_id: str, after_sequence: int) -> PreviewPicture | None:
        """Encode the newest picture unless `after_sequence` is it; watchers share one encoding."""
        with self._encoding:
            with self._lock:
                pane = self._panes[camera_id]
                frame, tracks, encoded = pane.frame, pane.tracks, pane.encoded
            if frame is None or frame.sequence == after_sequence:
                return None
            if encoded is None or encoded.sequence != frame.sequence:
                masked = tracks if self.is_masked else ()
                jpeg = encode_preview(frame, masked)
                encoded = PreviewPicture(frame.sequence, frame.captured_at, jpeg, tracks)
                with self._lock:
                    pane.encoded = encoded
            return encoded


def encode_preview(frame: Frame, masked: Sequence[TrackView] = ()) -> bytes:
    """Encode a frame as JPEG, at most 960 pixels wide, the `masked` faces as a few flat squares."""
    image = frame.image
    if masked:
        image = image.copy()
        for track in masked:
            _mask(image, track)
    if frame.width > MAX_WIDTH:
        size = (MAX_WIDTH, max(1, round(frame.height * MAX_WIDTH / frame.width)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    is_encoded, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not is_encoded:
        raise ValueError(f"camera {frame.camera_id}: frame {frame.sequence} cannot be encoded")
    return jpeg.tobytes()


def _mask(image: NDArray[np.uint8], track: TrackView) -> None:
    """Leave of a face and a quarter around it no more than `MASK_SQUARES` squares a side."""
    height, width = image.shape[:2]
    left, right = track.x - track.width / 4, track.x + track.width * 5 / 4
    top, bottom = track.y - track.height / 4, track.y + track.height * 5 / 4
    columns = slice(max(0, int(left * width)), min(width, int(right * width) + 1))
    rows = slice(max(0, int(top * height)), min(height, int(bottom * height) + 1))
    face = image[rows, columns]
    if face.size:
        coarse = cv2.resize(face, (MASK_SQUARES, MASK_SQUARES), interpolation=cv2.INTER_AREA)
        size = (face.shape[1], face.shape[0])
        image[rows, columns] = cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST)
