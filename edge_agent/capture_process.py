"""The killable process that reads one camera into the ring; started by `edge_agent.capture_child`."""

import json
import os
import signal
import sys
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, replace

from edge_agent.frame_ring import FrameRing, FrameRingError, RingShape, WriterNotes
from hardware.camera import Camera
from hardware.camera_source import open_camera
from hardware.errors import CameraSourceError, HardwareError
from hardware.frame import Frame

GRACE_S = 0.7
"""How long a camera may take to close once the parent has let go."""
FLAT_DEVIATION = 6.0
"""Grey levels of spread below which a picture shows nothing: a covered lens, a dead sensor, no light."""
_SAMPLING = 16


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
    """Measures the rate and notices a picture without content."""

    def __init__(self, window: int = 30) -> None:
        self._times: deque[float] = deque(maxlen=window)
        self._flat_since: float | None = None

    def note(self, frame: Frame, at: float) -> WriterNotes:
        """Take in a frame written at a monotonic time."""
        self._times.append(at)
        span = at - self._times[0]
        rate = (len(self._times) - 1) / span if span > 0 else 0.0
        if frame.image[::_SAMPLING, ::_SAMPLING].std() >= FLAT_DEVIATION:
            self._flat_since = None
        elif self._flat_since is None:
            self._flat_since = at
        return WriterNotes(at, rate, 0.0 if self._flat_since is None else at - self._flat_since)


def copy_frames(camera: Camera, ring: FrameRing, order: CaptureOrder, stopping: threading.Event) -> None:
    """Write every frame of an opened camera into the ring until the camera ends or `stopping` is set."""
    meter = WriterMeter()
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
    """Read the camera to its end and say how it ended."""
    try:
        ring = FrameRing(order.descriptor, RingShape(order.slots, order.max_pixels))
        camera = open_camera(order.source, order.camera_id, order.frames_per_second)
        try:
            camera.open()
            copy_frames(camera, ring, order, stopping)
        finally:
            camera.close()
    except (CameraSourceError, FrameRingError) as error:
        return CaptureReport("failed", str(error))
    except HardwareError as error:
        return CaptureReport("broken", str(error))
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
