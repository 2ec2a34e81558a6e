"""A camera that plays a recording: a video, an animated GIF, or a folder of pictures."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hardware.clock import utc_now
from hardware.errors import CameraError, CameraSourceError
from hardware.frame import Frame, Image
from hardware.pace import Pace
from hardware.picture_folder import PictureFolderReader, is_picture
from hardware.video_reader import VideoReader, open_video

FOLDER_RATE = 15.0
"""Frames per second of pictures, which have no clock of their own."""

COMPLETE = 0.95
"""Share of the promised frames that makes a recording whole; containers count only nearly right."""

log = logging.getLogger(__name__)

Reader = VideoReader | PictureFolderReader


class ReplayCamera:
    """Plays a recording once or in a loop; sequence and stream clock run on over the seam of a loop."""

    def __init__(
        self,
        camera_id: str,
        path: Path,
        frames_per_second: float | None = None,
        *,
        is_looping: bool = False,
        is_paced: bool = True,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Thin a faster video out to `frames_per_second`, the rate of a folder; None plays every frame."""
        self._camera_id = camera_id
        self._path = path
        self._wanted_rate = frames_per_second
        self._is_looping = is_looping
        self._is_paced = is_paced
        self._now = now
        self._reader: Reader | None = None

    @property
    def camera_id(self) -> str:
        """The name the site gave it."""
        return self._camera_id

    def open(self) -> None:
        """Open the recording; raises `CameraSourceError` when it holds no frame that can be decoded."""
        self.close()
        self._reader = self._opened()
        file_rate = self._reader.format.frames_per_second or self._wanted_rate or FOLDER_RATE
        rate = min(self._wanted_rate or file_rate, file_rate)
        self._rate, self._step = rate, file_rate / rate
        self._pace = Pace(rate, is_live=self._is_paced)
        self._next, self._position, self._in_round, self._is_over = 0, -1, 0, False

    def read(self) -> Frame | None:
        """Wait for the next frame's time; None at the end of the recording."""
        if self._reader is None:
            raise CameraError(f"camera {self._camera_id} is not open")
        sequence = self._pace.due(self._next)
        image = self._picture_at(int(sequence * self._step + 1e-6))
        if image is None:
            return None
        self._next = sequence + 1
        return Frame(image, self._camera_id, sequence, self._now(), sequence / self._rate)

    def close(self) -> None:
        """Let go of the recording."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _picture_at(self, position: int) -> Image | None:
        """Walk on to a position counted over all rounds; a frame that cannot be decoded is passed over."""
        image: Image | None = None
        while self._position < position or image is None:
            if not self._advance():
                return None
            self._position += 1
            if self._position >= position and self._reader is not None:
                image = self._reader.picture()
        return image

    def _advance(self) -> bool:
        """Step over one frame, starting anew at the end of a looping recording; False at the very end."""
        if self._reader is not None and self._reader.skip():
            self._in_round += 1
            return True
        if not self._is_over:
            self._note_early_end()
        self._is_over = not self._is_looping or self._in_round == 0
        if self._is_over:
            return False
        self.close()
        self._reader, self._in_round = self._opened(), 0
        return self._advance()

    def _note_early_end(self) -> None:
        """Say it when a recording holds less than it promises: it was cut off or is damaged."""
        promised = self._reader.format.frame_count if self._reader is not None else None
        if promised is not None and self._in_round < COMPLETE * promised:
            log.warning(
                "camera %s: recording ended at frame %d of %d", self._camera_id, self._in_round, promised
            )

    def _opened(self) -> Reader:
        if not self._path.exists():
            raise CameraSourceError(f"recording {self._path}: no such file or folder")
        if self._path.is_dir():
            return PictureFolderReader(self._path)
        reader = None if is_picture(self._path) else open_video(str(self._path))
        if reader is None:
            raise CameraSourceError(f"recording {self._path}: not a video that can be decoded")
        return reader
