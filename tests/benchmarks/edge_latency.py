"""From a listed face before the camera to the alert at a terminal, beside a lane that drops no frame."""

import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import numpy as np

from edge_agent.lane.agent import FrameSource
from edge_agent.outside import open_capture
from edge_agent.settings import CameraSection
from hardware.frame import Frame
from models.engine import FaceEngine, load_engine
from sync.lane_messages import CameraState
from tests.benchmarks.measurement import Measurement, not_measured
from tests.edge_agent.appliance_kit import server_sent
from tests.edge_agent.live_lane import live_lane
from tests.models.packs_here import is_here
from tests.resources import SHARED

NAME, UNIT, PACK = "edge_latency", "s", "intel-0095"
PORTRAITS = SHARED / "data" / "faces" / "portraits"
PASSING, LISTED = PORTRAITS / "obama.jpg", PORTRAITS / "obama2.jpg"
SECONDS, GAP = 2.0, 3.0
PERIOD = SECONDS + GAP
SLOWEST_S = 60.0
"""An alert that has not come by then counts as that late."""


class NotingCamera:
    """A camera that notes when each passage before it began."""

    def __init__(self, camera: FrameSource) -> None:
        self._camera = camera
        self.camera_id = camera.camera_id
        self.entered: dict[int, datetime] = {}

    def start(self) -> None:
        self._camera.start()

    def stop(self) -> None:
        self._camera.stop()

    def state(self, now: datetime) -> CameraState:
        return self._camera.state(now)

    def newest(self, after_sequence: int) -> Frame | None:
        frame = self._camera.newest(after_sequence)
        if frame is not None:
            number, within = divmod(frame.stream_s, PERIOD)
            self.entered.setdefault(int(number), frame.captured_at - timedelta(seconds=within))
        return frame


class QueueingCamera(NotingCamera):
    """The same camera with a queue in between: nothing is dropped, so everything waits for its turn."""

    def __init__(self, camera: FrameSource) -> None:
        super().__init__(camera)
        self._waiting: deque[Frame] = deque()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._fill, daemon=True)

    def start(self) -> None:
        super().start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        super().stop()

    def newest(self, after_sequence: int) -> Frame | None:
        return self._waiting.popleft() if self._waiting else None

    def _fill(self) -> None:
        last = -1
        while not self._stopping.wait(0.005):
            frame = super().newest(last)
            if frame is not None:
                last = frame.sequence
                self._waiting.append(frame)


@dataclass(slots=True)
class Passages:
    """What one run of a lane came to."""

    latencies: list[float] = field(default_factory=list)
    age_p95_ms: float = 0.0


def run(passages: int = 6) -> Measurement:
    """Two cameras of 1280x720 at 15 frames a second, then four; the reference is the same with queues."""
    if not (is_here(PACK) and PASSING.exists() and LISTED.exists()):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and portraits beside the checkout")
    engine = load_engine(PACK)
    ours = watch(engine, 2, NotingCamera, passages)
    queued = watch(engine, 2, QueueingCamera, passages)
    crowded = watch(engine, 4, NotingCamera, 3)
    crowded_queue = watch(engine, 4, QueueingCamera, 3)
    notes = (
        f"95th percentile, face before the camera to event at the terminal; frame age p95 "
        f"{ours.age_p95_ms:.0f} ms (queued {queued.age_p95_ms:.0f}), with four cameras "
        f"{crowded.age_p95_ms:.0f} ms (queued {crowded_queue.age_p95_ms:.0f})"
    )
    return Measurement(NAME, UNIT, passages, p95(ours.latencies), p95(queued.latencies), notes)


def watch(
    engine: FaceEngine, cameras: int, wrap: Callable[[FrameSource], NotingCamera], passages: int
) -> Passages:
    """Let one listed person pass so often before all cameras of a lane and wait for each alert."""
    opened: list[NotingCamera] = []

    def open_camera(section: CameraSection) -> FrameSource:
        opened.append(wrap(open_capture(section)))
        return opened[-1]

    source = f"pan:{PASSING}?seconds={SECONDS}&gap={GAP}&size=1280x720&loop=true"
    result = Passages()
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        edge = kept.enter_context(live_lane(folder, engine, [source] * cameras, LISTED, open_camera))
        arrived: list[datetime] = []
        listener = threading.Thread(target=listen, args=(edge.client, arrived), daemon=True)
        listener.start()
        deadline = time.monotonic() + PERIOD * (passages + 1)
        while time.monotonic() < deadline:
            time.sleep(0.05)
        result.age_p95_ms = edge.appliance.agent.frame_age_p95_ms or 0.0
        result.latencies = latencies(opened, list(arrived))
        edge.appliance.services.stopping.set()
    return result


def listen(client: httpx.Client, arrived: list[datetime]) -> None:
    """Note when each alert is first heard of."""
    known: set[str] = set()
    # The stream breaks off when the appliance is stopped.
    with suppress(httpx.HTTPError), client.stream("GET", "/v1/events") as stream:
        for name, _, data in server_sent(stream):
            if name == "alert" and (alert_id := msgspec.json.decode(data)["alert_id"]) not in known:
                known.add(alert_id)
                arrived.append(datetime.now(UTC))


def latencies(cameras: Sequence[NotingCamera], arrived: Sequence[datetime]) -> list[float]:
    """Seconds from each passage's begin to the first alert after it; the first passage warms up."""
    begins = sorted(min(c.entered[n] for c in cameras if n in c.entered) for n in numbers(cameras))
    found = []
    for begin in begins[1:-1]:
        after = [(at - begin).total_seconds() for at in arrived if at >= begin]
        found.append(min([*after, SLOWEST_S]))
    return found


def numbers(cameras: Sequence[NotingCamera]) -> set[int]:
    """Every passage that any camera saw."""
    return {number for camera in cameras for number in camera.entered}


def p95(values: Sequence[float]) -> float:
    """Give the 95th percentile; none at all counts as the slowest."""
    return float(np.percentile(values, 95)) if values else SLOWEST_S
