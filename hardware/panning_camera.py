"""A camera that sees a generated passage: for demos and tests, with known ground truth."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hardware.clock import utc_now
from hardware.errors import CameraError
from hardware.frame import Frame
from hardware.pace import Pace
from hardware.passage import Passage, PassagePlan
from hardware.picture_file import read_picture

DEFAULT_RATE = 15.0


class PanningCamera:
    """Shows each picture in turn; see `hardware.passage` for how."""

    def __init__(
        self,
        camera_id: str,
        pictures: tuple[Path, ...],
        plan: PassagePlan,
        frames_per_second: float | None = None,
        *,
        is_paced: bool = True,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._camera_id = camera_id
        self._paths = pictures
        self._plan = plan
        self._rate = frames_per_second or DEFAULT_RATE
        self._is_paced = is_paced
        self._now = now
        self._passage: Passage | None = None
        self._pace = Pace(self._rate, is_live=is_paced)
        self._next = 0

    @property
    def camera_id(self) -> str:
        """The name the site gave it."""
        return self._camera_id

    def picture_at(self, stream_s: float) -> int | None:
        """Index of the picture in view at that time, None while the lane is empty; opened or not."""
        return self._plan.index_at(stream_s, len(self._paths))

    def open(self) -> None:
        """Read the pictures; raises `CameraSourceError` for one that cannot be decoded."""
        self._passage = Passage([read_picture(path) for path in self._paths], self._plan)
        self._pace = Pace(self._rate, is_live=self._is_paced)
        self._next = 0

    def read(self) -> Frame | None:
        """Wait for the next frame's time; None once every picture has passed, never when looping."""
        if self._passage is None:
            raise CameraError(f"camera {self._camera_id} is not open")
        sequence = self._pace.due(self._next)
        stream_s = sequence / self._rate
        if self._plan.is_over(stream_s, len(self._paths)):
            return None
        self._next = sequence + 1
        return Frame(self._passage.image_at(stream_s), self._camera_id, sequence, self._now(), stream_s)

    def close(self) -> None:
        """Forget the pictures."""
        self._passage = None
