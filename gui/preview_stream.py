"""The live picture of one camera with the tracks on it."""

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkRequest

from gui.http_stream import HttpStream
from gui.mjpeg_parser import MjpegError, MjpegParser, boundary_of

_LOG = logging.getLogger(__name__)


class PreviewStream(QObject):
    """GET /v1/preview/{camera}; when the window is slow only the newest picture counts."""

    part_received = Signal(object)
    """A `PreviewPart`."""

    def __init__(self, camera_id: str, parent: QObject) -> None:
        """Nothing is asked until `start`."""
        super().__init__(parent)
        self.camera_id = camera_id
        self._stream = HttpStream(self)
        self._parser: MjpegParser | None = None
        self._stream.opened.connect(self._on_opened)
        self._stream.received.connect(self._on_received)

    def start(self, request: QNetworkRequest) -> None:
        """Follow the camera."""
        self._stream.start(request)

    def stop(self) -> None:
        """End silently."""
        self._stream.stop()

    def _on_opened(self, content_type: str) -> None:
        """Learn where one picture ends and the next begins."""
        try:
            self._parser = MjpegParser(boundary_of(content_type))
        except MjpegError as error:
            self._give_up(error)

    def _on_received(self, chunk: bytes) -> None:
        """Give out the newest complete picture."""
        if self._parser is None:
            return
        try:
            parts = self._parser.feed(chunk)
        except MjpegError as error:
            self._give_up(error)
            return
        if parts:
            self.part_received.emit(parts[-1])

    def _give_up(self, error: MjpegError) -> None:
        """Ask for the stream anew."""
        _LOG.error("preview of %s: %s", self.camera_id, error)
        self._parser = None
        self._stream.restart()
