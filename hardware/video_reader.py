"""Wraps OpenCV's video capture: the one place that knows its flags, time-outs and silent failures."""

import os
from dataclasses import dataclass

import cv2
import numpy as np

from hardware.frame import Image

OPEN_TIMEOUT_MS = 5000
READ_TIMEOUT_MS = 5000
FFMPEG_OPTIONS = "rtsp_transport;tcp"
"""A lost UDP packet smears a face. `fflags;nobuffer` would cost a file its first frame, a GIF all of them."""

_MIN_RATE, _MAX_RATE = 1.0, 240.0


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What an opened video says of itself."""

    width: int
    height: int
    frames_per_second: float | None
    """None when the container does not say or says nonsense."""
    frame_count: int | None
    """None for a live stream."""


class VideoReader:
    """One opened video file, stream or device; frames come in order, each as a new array."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    @property
    def format(self) -> VideoFormat:
        """Size, rate and length as far as the container tells."""
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return VideoFormat(
            width=int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            height=int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            frames_per_second=rate if _MIN_RATE <= rate <= _MAX_RATE else None,
            frame_count=int(count) if count > 0 else None,
        )

    def skip(self) -> bool:
        """Step over one frame without converting it; False at the end or when the link broke."""
        return self._capture.grab()

    def picture(self) -> Image | None:
        """Convert the frame stepped onto by `skip`, as BGR; None when it cannot be decoded."""
        ok, image = self._capture.retrieve()
        if not ok or image is None:
            return None
        if image.ndim == 2:
            image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        return np.ascontiguousarray(image[:, :, :3], dtype=np.uint8)

    def close(self) -> None:
        """Release the decoder or device; may be called twice."""
        self._capture.release()


def open_video(path: str) -> VideoReader | None:
    """Open a file through FFmpeg; None when that fails, for whatever reason OpenCV keeps to itself."""
    prepare_video()
    return _opened(cv2.VideoCapture(path, cv2.CAP_FFMPEG))


def open_stream(url: str) -> VideoReader | None:
    """Open a network stream with time-outs; None when that fails.

    One decoding thread: FFmpeg's frame threads hold back one frame each, and a late frame is worth little.
    """
    prepare_video()
    settings = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
        *(cv2.CAP_PROP_N_THREADS, 1),
    ]
    return _opened(cv2.VideoCapture(url, cv2.CAP_FFMPEG, settings))


def open_device(index: int, frames_per_second: float | None) -> VideoReader | None:
    """Open a V4L2 device by number, with the smallest queue it grants; None when there is none."""
    prepare_video()
    capture = cv2.VideoCapture(index, cv2.CAP_V4L2)
    if capture.isOpened():
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if frames_per_second is not None:
            capture.set(cv2.CAP_PROP_FPS, frames_per_second)
    return _opened(capture)


def _opened(capture: cv2.VideoCapture) -> VideoReader | None:
    if capture.isOpened():
        return VideoReader(capture)
    capture.release()
    return None


def prepare_video() -> None:
    """Set what can only be set process-wide; in the environment, what the operator put there stays.

    OpenCV would print a dozen lines on standard error for a camera that is switched off. FFmpeg takes its
    level at the first reader or writer of a process and never again, so this comes before either.
    """
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", FFMPEG_OPTIONS)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
