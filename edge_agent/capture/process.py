"""The killable process that reads one camera into the ring; started by `edge_agent.capture.child`."""

import json
import os
import signal
import sys
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, replace

import numpy as np

from edge_agent.capture.frame_ring import FrameRing, FrameRingError, RingShape, WriterNotes
from hardware.camera import Camera
from hardware.camera_source import open_camera
from hardware.errors import CameraSourceError, HardwareError
from hardware.frame import Frame, Image
from hardware.live_camera import LiveCamera

GRACE_S = 0.7
"""How long a camera may take to close once the parent has let go."""
FLAT_DEVIATION = 6.0
"""Grey levels of spread below which a picture shows nothing: a covered lens, a dead sensor, no light."""
_SAMPLING = 16
_ROWS = 8
"""Every so many rows are compared with those of the picture before: no writing burnt in slips between."""


@dataclass(frozen=True, slots=True)
class CaptureOrder:
    """What to read and where to; comes on standard input, for a source may hold a password."""

    camera_id: str
    source: str
    frames_per_second: float | None
    descriptor: int
    slots: int
    max_pixels: int
    first_sequence: int
    stream_offset_s: float

    def encoded(self) -> bytes:
        """Write it as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """How the reading ended; the only line on standard output."""

    outcome: str
    """ended, failed (trying again is useless) or broken (try again)."""
    detail: str = ""

    def encoded(self) -> bytes:
        """Write it as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


class WriterMeter:
    """Measures the rate, notices a picture without content and, of a live camera, one that stands still."""

    def __init__(self, window: int = 30, *, is_live: bool = True) -> None:
        self._times: deque[float] = deque(maxlen=window)
        self._is_live = is_live
        self._flat_since: float | None = None
        self._same_since = 0.0
        self._rows: Image | None = None

    def note(self, frame: Frame, at: float) -> WriterNotes:
        """Take in a frame written at a monotonic time."""
        self._times.append(at)
        span = at - self._times[0]
        rate = (len(self._times) - 1) / span if span > 0 else 0.0
        if frame.image[::_SAMPLING, ::_SAMPLING].std() >= FLAT_DEVIATION:
            self._flat_since = None
        elif self._flat_since is None:
            self._flat_since = at
        flat_s = 0.0 if self._flat_since is None else at - self._flat_since
        return WriterNotes(at, rate, flat_s, self._same_s(frame.image, at) if self._is_live else 0.0)

    def _same_s(self, image: Image, at: float) -> float:
        rows = image[::_ROWS]
        if self._rows is None or not np.array_equal(rows, self._rows):
            self._rows, self._same_since = rows.copy(), at
        return at - self._same_since


def copy_frames(camera: Camera, ring: FrameRing, order: CaptureOrder, stopping: threading.Event) -> None:
    """Write every frame of an opened camera into the ring until the camera ends or `stopping` is set."""
    meter = WriterMeter(is_live=isinstance(camera, LiveCamera))
    while not stopping.is_set():
        frame = camera.read()
        if frame is None:
            return
        moved = replace(
            frame,
            sequence=frame.sequence + order.first_sequence,
            stream_s=frame.stream_s + order.stream_offset_s,
        )
        ring.write(moved, meter.note(moved, time.monotonic()))


def run(order: CaptureOrder, stopping: threading.Event) -> CaptureReport:
    """Read the camera to its end and say how it ended.

    A picture too large ends a recording for good; a live camera may be set right while we keep trying.
    """
    try:
        ring = FrameRing(order.descriptor, RingShape(order.slots, order.max_pixels))
        camera = open_camera(order.source, order.camera_id, order.frames_per_second)
    except (CameraSourceError, FrameRingError) as error:
        return CaptureReport("failed", str(error))
    try:
        camera.open()
        copy_frames(camera, ring, order, stopping)
    except (HardwareError, FrameRingError) as error:
        return CaptureReport("broken" if isinstance(camera, LiveCamera) else "failed", str(error))
    finally:
        camera.close()
    return CaptureReport("ended")


def main() -> int:
    """Run as a process: order on standard input, report on standard output, gone when the parent is."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the parent, which then lets go of us
    order = CaptureOrder(**json.loads(sys.stdin.buffer.readline()))
    stopping = threading.Event()
    threading.Thread(target=_follow_parent, args=(stopping,), daemon=True).start()
    report = run(order, stopping)
    sys.stdout.buffer.write(report.encoded())
    sys.stdout.buffer.flush()
    return 0


def _follow_parent(stopping: threading.Event) -> None:
    """Wait for the end of standard input: the parent stops us or died; a camera that then hangs may hang."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stopping.set()
    time.sleep(GRACE_S)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
