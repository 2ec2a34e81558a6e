"""A camera that delivers by itself: USB or RTSP, whichever way it is opened."""

import time
from collections.abc import Callable
from datetime import datetime

from hardware.clock import utc_now
from hardware.errors import CameraError
from hardware.frame import Frame, Image
from hardware.video_reader import VideoReader

RATE_TOLERANCE = 0.2
"""Share of a frame's time by which a frame may come early without being dropped."""


class LiveCamera:
    """Reads as fast as the camera sends, so that nothing queues, and delivers at most the rate asked for."""

    def __init__(
        self,
        camera_id: str,
        name: str,
        opener: Callable[[], VideoReader | None],
        frames_per_second: float | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is how messages call the device, free of credentials."""
        self._camera_id = camera_id
        self._name = name
        self._opener = opener
        self._interval_s = 1.0 / frames_per_second if frames_per_second else 0.0
        self._now = now
        self._monotonic = monotonic
        self._reader: VideoReader | None = None

    @property
    def camera_id(self) -> str:
        """The name the site gave it."""
        return self._camera_id

    def open(self) -> None:
        """Connect; raises `CameraError` when there is nothing there now."""
        self.close()
        self._reader = self._opener()
        if self._reader is None:
            raise CameraError(f"camera {self._camera_id}: cannot open {self._name}")
        self._sequence = 0
        self._opened_at = self._monotonic()
        self._due_at = float("-inf")

    def read(self) -> Frame | None:
        """Block for the next frame wanted; raises `CameraError` when the camera stopped sending."""
        if self._reader is None:
            raise CameraError(f"camera {self._camera_id} is not open")
        image, at = self._next_picture(self._reader)
        frame = Frame(image, self._camera_id, self._sequence, self._now(), at - self._opened_at)
        self._sequence += 1
        return frame

    def close(self) -> None:
        """Let go of the device."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _next_picture(self, reader: VideoReader) -> tuple[Image, float]:
        while True:
            if not reader.skip():
                raise CameraError(f"camera {self._camera_id}: {self._name} stopped sending")
            at = self._monotonic()
            if at < self._due_at - RATE_TOLERANCE * self._interval_s:
                continue
            image = reader.picture()
            if image is not None:
                is_behind = at > self._due_at + self._interval_s
                self._due_at = (at if is_behind else self._due_at) + self._interval_s
                return image, at
