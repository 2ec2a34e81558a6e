"""The lane's loop: newest frames in, effects performed, pictures shown."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from edge_agent.alerts.effects import Effect
from edge_agent.capture.preview import PreviewBoard
from edge_agent.crossings.desk import CrossingWatch, NoCrossingWatch
from edge_agent.lane.decider import LaneDecider
from edge_agent.vision.pace import Pace, PacePolicy
from edge_agent.vision.pipeline import PipelineCounters, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from sync.lane_messages import CameraState

log = logging.getLogger(__name__)

IDLE_S = 0.01
"""Between two looks for a newer frame."""
LOOK_EVERY_S = 0.5
"""Between two looks whether the cameras have ended."""
LAGS_AFTER_S = 5.0
"""Without a turn of the loop, or a processed frame of a live camera, something hangs."""
LATE = timedelta(milliseconds=500)
"""An older frame is evidence still, but an alert raised on it takes its time from the clock."""
AGES_KEPT = 512
OVER = frozenset({"ended", "failed"})


Perform = Callable[[Sequence[Effect], Sequence[Watchlist]], None]
"""Stores and shows effects; the lists are those that were searched."""


class FrameSource(Protocol):
    """A camera as the agent sees it; `edge_agent.capture.supervision.CameraCapture` is one."""

    camera_id: str

    def start(self) -> None:
        """Begin to read."""

    def stop(self) -> None:
        """Stop reading; may be called twice."""

    def newest(self, after_sequence: int) -> Frame | None:
        """Give the newest frame later than `after_sequence`, without waiting."""

    def state(self, now: datetime) -> CameraState:
        """Say how the camera is doing."""


class LaneAgent:
    """Runs one lane in one thread; what others may read is replaced whole."""

    def __init__(
        self,
        cameras: Sequence[FrameSource],
        pipeline: LaneDecider,
        lists: Callable[[], tuple[Watchlist, ...]],
        perform: Perform,
        preview: PreviewBoard,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.cameras = tuple(cameras)
        self._pipeline = pipeline
        self._lists = lists
        self._perform_effects = perform
        self._preview = preview
        self._now = now
        self._crossings: CrossingWatch = NoCrossingWatch()
        self._pace = Pace(PacePolicy())
        self._last = {camera.camera_id: -1 for camera in self.cameras}
        self._ages_ms: deque[float] = deque(maxlen=AGES_KEPT)
        self._is_over = False
        self._turned_at = time.monotonic()
        self._looked_at = self._turned_at
        self._processed_at = dict.fromkeys(self._last, self._turned_at)

    @property
    def counters(self) -> PipelineCounters:
        """What the pipeline has done so far."""
        return self._pipeline.counters

    @property
    def tracks_now(self) -> int:
        """Faces being followed."""
        return self._pipeline.tracks_now

    @property
    def unusable_now(self) -> int:
        """Faces in view that the guard has been asked to look at."""
        return self._pipeline.unusable_now

    @property
    def frame_age_p95_ms(self) -> float | None:
        """Milliseconds from a frame's capture to the end of its processing, of the last 512 frames."""
        ages = list(self._ages_ms)
        return float(np.percentile(ages, 95)) if ages else None

    def watch_crossings(self, watch: CrossingWatch) -> None:
        """Tell and ask this one about crossings from now on."""
        self._crossings = watch

    def run(self, stopping: threading.Event) -> None:
        """Process frames until told to stop, then end every track; crossings stand until the next start."""
        while not stopping.is_set():
            if not self.step():
                self._look_for_the_end()
                stopping.wait(IDLE_S)
        self._perform(self._pipeline.pause(self._now()), self._lists())
        self._preview.clear()

    def step(self) -> bool:
        """Process each camera's newest frame; False when there was none."""
        self._turned_at = time.monotonic()
        frames = [camera.newest(self._last[camera.camera_id]) for camera in self.cameras]
        for frame in frames:
            if frame is not None:
                self._process(frame)
        return any(frame is not None for frame in frames)

    def _look_for_the_end(self) -> None:
        if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            self.finish_when_over()

    def finish_when_over(self) -> None:
        """End tracks and crossings once every camera has ended or failed for good."""
        now = self._now()
        is_over = all(camera.state(now).status in OVER for camera in self.cameras)
        if is_over and not self._is_over:
            self._finish()
        self._is_over = is_over

    def is_keeping_up(self) -> bool:
        """Whether the loop turns and every live camera's frames get processed."""
        now = time.monotonic()
        if now - self._turned_at > LAGS_AFTER_S:
            return False
        at = self._now()
        return all(
            now - self._processed_at[camera.camera_id] <= LAGS_AFTER_S
            for camera in self.cameras
            if camera.state(at).status == "live"
        )

    def _process(self, frame: Frame) -> None:
        self._last[frame.camera_id] = frame.sequence
        self._processed_at[frame.camera_id] = time.monotonic()
        if not self._pace.wants(frame):
            self._show_unlooked(frame)
            return
        lists = self._lists()
        result = self._pipeline.process(frame, lists, self._late_at(frame))
        self._pace.looked(frame, result.tracks)
        self._perform(result, lists)
        self._crossings.follow(result, frame.captured_at)
        for read in self._crossings.documents():
            self._perform(self._pipeline.read_document(read), lists)
        self._preview.publish(frame, result.tracks)
        self._ages_ms.append((self._now() - frame.captured_at).total_seconds() * 1000)

    def _late_at(self, frame: Frame) -> datetime | None:
        """Give the time of now for a frame whose own time is too old to be an alert's."""
        now = self._now()
        return now if now - frame.captured_at > LATE else None

    def _show_unlooked(self, frame: Frame) -> None:
        """Keep the picture moving, but never draw a box on a picture it was not found on."""
        if not self._pace.shows_faces(frame.camera_id):
            self._preview.publish(frame, ())

    def _finish(self) -> None:
        lists = self._lists()
        self._perform(self._pipeline.finish(self._now()), lists)
        self._preview.clear()

    def _perform(self, result: StepResult, lists: Sequence[Watchlist]) -> None:
        if result.effects:
            log.info("effects: %s", ", ".join(type(effect).__name__ for effect in result.effects))
            self._perform_effects(result.effects, lists)
