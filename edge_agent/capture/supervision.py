"""Supervises one camera's capture process: starts it, kills it when it hangs, starts it anew."""

import logging
import random
import threading
import time
from datetime import datetime
from types import TracebackType
from typing import Self

from edge_agent.capture.child import CaptureChild
from edge_agent.capture.frame_ring import FrameRing, NewestMark, RingShape
from edge_agent.capture.limits import CaptureLimits
from edge_agent.capture.process import CaptureOrder, CaptureReport
from hardware.camera_source import open_camera
from hardware.frame import Frame
from sync.lane_messages import CameraState

log = logging.getLogger(__name__)

FINAL = frozenset({"ended", "failed"})
_LOOK_S = 0.25
_DEFAULT_LIMITS = CaptureLimits()
_CHANCE = random.SystemRandom()


class CameraCapture:
    """Frames of one camera, read by a process of its own; the newest frame wins."""

    def __init__(
        self,
        camera_id: str,
        source: str,
        frames_per_second: float | None = None,
        *,
        slots: int = 4,
        max_pixels: int = 1920 * 1080,
        limits: CaptureLimits = _DEFAULT_LIMITS,
    ) -> None:
        """Describe the capture; raises `CameraSourceError` for a source that can never work."""
        open_camera(source, camera_id, frames_per_second)
        self.camera_id = camera_id
        self._source = source
        self._rate = frames_per_second
        self._shape = RingShape(slots, max_pixels)
        self._limits = limits
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ring: FrameRing | None = None
        self._thread: threading.Thread | None = None
        self._child: CaptureChild | None = None
        self._report = CaptureReport("")
        self._mark: NewestMark | None = None
        self._written, self._dropped, self._last_read, self._restarts = 0, 0, -1, 0
        self._started_at = 0.0

    def start(self) -> None:
        """Reserve the ring and start reading; raises `FrameRingError` when there is not enough memory."""
        ring = self._ring = FrameRing.allocate(self._shape)
        self._started_at = time.monotonic()
        name = f"capture-{self.camera_id}"
        self._thread = threading.Thread(target=self._run, args=(ring,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop reading and free the ring; may be called twice."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with self._lock:
            if self._ring is not None:
                self._look_at(self._ring)
                self._ring.close()
                self._ring = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def restarts(self) -> int:
        """How often the capture process had to be started anew."""
        return self._restarts

    @property
    def process_id(self) -> int | None:
        """The capture process of now, for diagnosis; None between two."""
        child = self._child
        return None if child is None else child.process_id

    def newest(self, after_sequence: int) -> Frame | None:
        """Copy out the newest frame if there is one later than `after_sequence` (-1: any); never blocks."""
        with self._lock:
            frame = None if self._ring is None else self._ring.newest(self.camera_id, after_sequence)
            if frame is not None and frame.sequence > self._last_read:
                self._dropped += frame.sequence - self._last_read - 1
                self._last_read = frame.sequence
        return frame

    def state(self, now: datetime) -> CameraState:
        """Say how the camera is doing: live, connecting, blind, frozen, ended or failed.

        Ages go by the monotonic clock, which `now` does not: a wall clock set back would hide a dead camera.
        """
        with self._lock:
            if self._ring is not None:
                self._look_at(self._ring)
            mark, report = self._mark, self._report
            written, dropped = self._written, self._dropped
        age_s = None if mark is None else max(0.0, time.monotonic() - mark.written_monotonic_s)
        status, detail = self._status(mark, report, age_s)
        return CameraState(
            camera_id=self.camera_id,
            status=status,
            frame_age_ms=None if age_s is None else age_s * 1000.0,
            frames_per_second=mark.frames_per_second if mark is not None and status == "live" else 0.0,
            frames=written,
            dropped=dropped,
            detail=detail,
        )

    def _status(self, mark: NewestMark | None, report: CaptureReport, age_s: float | None) -> tuple[str, str]:
        if report.outcome in FINAL:
            return report.outcome, report.detail
        if self._stopping.is_set():
            return "ended", "stopped"
        if mark is None or age_s is None:
            return "connecting", report.detail
        if age_s > self._limits.for_rate(self._limits.blind_s, self._rate):
            return "blind", report.detail or "no new frame"
        return self._picture_status(mark)

    def _picture_status(self, mark: NewestMark) -> tuple[str, str]:
        if mark.flat_s > self._limits.flat_s:
            return "blind", "the picture is of one colour: lens covered or no light"
        if mark.same_s > self._limits.frozen_s:
            return "frozen", f"the same picture for {mark.same_s:.0f} s, {mark.repeats} repeated so far"
        return "live", ""

    def _look_at(self, ring: FrameRing) -> None:
        self._mark = ring.mark() or self._mark
        self._written = ring.written

    def _run(self, ring: FrameRing) -> None:
        try:
            self._supervise(ring)
        except Exception:
            log.exception("camera %s: its supervision failed", self.camera_id)
            self._report = CaptureReport("failed", "the supervision of the capture process failed")

    def _supervise(self, ring: FrameRing) -> None:
        """Run one capture process after the other until the recording ends, is hopeless, or we stop."""
        failures, said = 0, ""
        while not self._stopping.is_set():
            began = time.monotonic()
            report = self._run_child(ring)
            if self._stopping.is_set():
                return
            self._report = report
            if report.outcome in FINAL:
                log.info("camera %s: %s after %d frames", self.camera_id, report.outcome, ring.written)
                return
            failures = 1 if time.monotonic() - began > self._limits.healthy_s else failures + 1
            delay_s = self._limits.delay_s(failures, _CHANCE)
            level = logging.DEBUG if report.detail == said else logging.WARNING
            log.log(level, "camera %s: %s; again in %.1f s", self.camera_id, report.detail, delay_s)
            said = report.detail
            self._stopping.wait(delay_s)
            self._restarts += 1

    def _run_child(self, ring: FrameRing) -> CaptureReport:
        try:
            child = self._child = CaptureChild(self._order(ring))
        except OSError as error:
            return CaptureReport("broken", f"cannot start a capture process: {error.strerror}")
        try:
            return self._watch(child, ring)
        finally:
            self._child = None
            child.end()

    def _watch(self, child: CaptureChild, ring: FrameRing) -> CaptureReport:
        """Wait until the process reports, dies or hangs, or we stop."""
        began, frames_before = time.monotonic(), ring.written
        while not self._stopping.is_set():
            report = child.report(_LOOK_S)
            if report is not None:
                return report
            hang = self._hang(began, frames_before, ring)
            if hang is not None:
                child.kill()
                return CaptureReport("broken", hang)
        return CaptureReport("ended", "stopped")

    def _hang(self, began: float, frames_before: int, ring: FrameRing) -> str | None:
        """Say how the process hangs, if it does; forgets the last failure once frames come again."""
        with self._lock:
            self._look_at(ring)
            mark = self._mark
        now = time.monotonic()
        if mark is None or ring.written == frames_before:
            limit = self._limits.connect_s
            return f"no frame within {limit:g} s" if now - began > limit else None
        self._report = CaptureReport("")
        limit = self._limits.for_rate(self._limits.stale_s, self._rate)
        return f"no new frame for {limit:g} s" if now - mark.written_monotonic_s > limit else None

    def _order(self, ring: FrameRing) -> CaptureOrder:
        """Let numbers and clock of a new process go on where the last one was."""
        with self._lock:
            self._look_at(ring)
            mark = self._mark
        elapsed = time.monotonic() - self._started_at
        return CaptureOrder(
            camera_id=self.camera_id,
            source=self._source,
            frames_per_second=self._rate,
            descriptor=ring.descriptor,
            slots=self._shape.slots,
            max_pixels=self._shape.max_pixels,
            first_sequence=0 if mark is None else mark.sequence + 1,
            stream_offset_s=0.0 if mark is None else max(elapsed, mark.stream_s + 0.001),
        )
