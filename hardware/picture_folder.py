"""Reads a folder of pictures as if it were a video, in the order of their names."""

from pathlib import Path

from hardware.errors import CameraSourceError
from hardware.frame import Image
from hardware.picture_file import read_picture
from hardware.video_reader import VideoFormat

PICTURE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})


class PictureFolderReader:
    """The same steps as `hardware.video_reader.VideoReader`."""

    def __init__(self, folder: Path) -> None:
        """List the pictures; raises `CameraSourceError` when there are none."""
        self._paths = sorted(path for path in folder.iterdir() if is_picture(path))
        if not self._paths:
            raise CameraSourceError(f"recording {folder}: the folder holds no pictures")
        self._index = -1

    @property
    def format(self) -> VideoFormat:
        """Size of the first picture and the number of pictures; they have no rate of their own."""
        height, width = read_picture(self._paths[0]).shape[:2]
        return VideoFormat(width, height, None, len(self._paths))

    def skip(self) -> bool:
        """Step onto the next picture; False after the last."""
        self._index = min(self._index + 1, len(self._paths))
        return self._index < len(self._paths)

    def picture(self) -> Image:
        """Decode the picture stepped onto; raises `CameraSourceError` when it cannot be decoded."""
        return read_picture(self._paths[self._index])

    def close(self) -> None:
        """Nothing is held open."""


def is_picture(path: Path) -> bool:
    """Whether the name says it is a still picture."""
    return path.suffix.lower() in PICTURE_SUFFIXES
