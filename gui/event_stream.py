"""The lane's events, resumed after the last one seen."""

import logging

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkRequest

from gui.http_stream import UNAUTHORISED, HttpStream
from gui.sse_parser import ServerEvent, SseError, SseParser
from sync.lane_messages import AlertView, LaneState

_LOG = logging.getLogger(__name__)
_ALERT = msgspec.json.Decoder(AlertView)
_STATE = msgspec.json.Decoder(LaneState)


class EventStream(QObject):
    """GET /v1/events, for as long as the session lasts."""

    opened = Signal()
    lost = Signal()
    session_ended = Signal()
    alert_received = Signal(object)
    """An `AlertView`."""
    state_received = Signal(object)
    """A `LaneState`."""

    def __init__(self, parent: QObject) -> None:
        """Nothing is asked until `start`."""
        super().__init__(parent)
        self._stream = HttpStream(self)
        self._parser = SseParser()
        self._stream.opened.connect(self._on_opened)
        self._stream.received.connect(self._on_received)
        self._stream.lost.connect(self._on_lost)

    def start(self, request: QNetworkRequest) -> None:
        """Follow the events; a new session hears everything that is still open."""
        self._parser = SseParser()
        request.setRawHeader(b"Accept", b"text/event-stream")
        self._stream.start(request)

    def stop(self) -> None:
        """End silently."""
        self._stream.stop()

    def _on_opened(self, _content_type: str) -> None:
        """Begin a fresh parse that remembers where the last one stopped."""
        self._parser = SseParser(self._parser.last_event_id)
        self.opened.emit()

    def _on_received(self, chunk: bytes) -> None:
        """Give out what has become complete."""
        try:
            events = self._parser.feed(chunk)
        except SseError as error:
            _LOG.error("event stream: %s", error)
            self._stream.restart()
            return
        for event in events:
            self._give_out(event)

    def _give_out(self, event: ServerEvent) -> None:
        """Decode one event; one that cannot be read is logged and passed over."""
        try:
            if event.name == "alert":
                self.alert_received.emit(_ALERT.decode(event.data))
            elif event.name == "state":
                self.state_received.emit(_STATE.decode(event.data))
        except msgspec.DecodeError as error:
            _LOG.error("event %s %s: %s", event.name, event.event_id, type(error).__name__)

    def _on_lost(self, status: int) -> None:
        """Resume after the last event next time."""
        last_id = self._parser.last_event_id
        if last_id:
            self._stream.set_header(b"Last-Event-ID", last_id.encode())
        (self.session_ended if status == UNAUTHORISED else self.lost).emit()
