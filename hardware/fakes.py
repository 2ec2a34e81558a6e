"""Devices for tests: a camera that plays given frames; barrier, beacon and reader under a test's control."""

from collections.abc import Iterable, Iterator

from hardware.errors import CameraError
from hardware.frame import Frame


class FakeCamera:
    """Delivers the frames it was given, then ends; `failure` is raised instead of the end."""

    def __init__(
        self, frames: Iterable[Frame], camera_id: str = "camera", failure: CameraError | None = None
    ) -> None:
        self._frames = tuple(frames)
        self._camera_id = camera_id
        self._failure = failure
        self._playing: Iterator[Frame] | None = None

    @property
    def camera_id(self) -> str:
        """The name the site gave it."""
        return self._camera_id

    def open(self) -> None:
        """Start from the first frame."""
        self._playing = iter(self._frames)

    def read(self) -> Frame | None:
        """Return the next frame, then None or the failure."""
        if self._playing is None:
            raise CameraError(f"camera {self._camera_id} is not open")
        frame = next(self._playing, None)
        if frame is None and self._failure is not None:
            raise self._failure
        return frame

    def close(self) -> None:
        """Forget where it was."""
        self._playing = None
