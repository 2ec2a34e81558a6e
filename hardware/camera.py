"""Port: a camera, whatever stands behind it."""

from typing import Protocol, runtime_checkable

from hardware.frame import Frame


@runtime_checkable
class Camera(Protocol):
    """Delivers frames until it ends or fails; opened and closed by whoever reads it."""

    @property
    def camera_id(self) -> str:
        """The name the site gave it."""

    def open(self) -> None:
        """Start delivering; raises `CameraError` (try again later) or `CameraSourceError` (never will)."""

    def read(self) -> Frame | None:
        """Block for the next frame; None at a recording's end; raises `CameraError` when the link broke."""

    def close(self) -> None:
        """Let go of the device; may be called twice."""
