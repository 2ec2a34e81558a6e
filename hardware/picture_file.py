"""Reads one still picture."""

from pathlib import Path

import cv2
import numpy as np

from hardware.errors import CameraSourceError
from hardware.frame import Image


def read_picture(path: Path) -> Image:
    """Decode a picture as BGR; raises `CameraSourceError` naming the file and what is wrong with it."""
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise CameraSourceError(f"picture {path}: {error.strerror}") from error
    try:
        image = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    except cv2.error as error:  # OpenCV refuses to unpack a picture of a thousand million pixels
        raise CameraSourceError(f"picture {path}: too large to be decoded") from error
    if image is None:
        raise CameraSourceError(f"picture {path}: not a picture that can be decoded")
    return np.asarray(image, np.uint8)
