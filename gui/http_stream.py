"""A response that never ends, over QtNetwork: opened again by itself, with growing pauses."""

import logging
import random

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from gui.reconnection import delay_s

SILENCE_MS = 4000
"""The lane says something every second; a longer silence is a lost connection."""
UNAUTHORISED = 401

_LOG = logging.getLogger(__name__)


class HttpStream(QObject):
    """One endless GET. It has a manager of its own, since Qt allows six connections per manager and host."""

    opened = Signal(str)
    """Content type of a response that begins."""
    received = Signal(bytes)
    lost = Signal(int)
    """HTTP status, 0 without one."""

    def __init__(self, parent: QObject) -> None:
        """Nothing is asked until `start`."""
        super().__init__(parent)
        self._manager = QNetworkAccessManager(self)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._connect)
        self._request: QNetworkRequest | None = None
        self._reply: QNetworkReply | None = None
        self._is_open = False
        self._attempt = 0

    def start(self, request: QNetworkRequest) -> None:
        """Ask for the stream; whatever ran before ends."""
        self.stop()
        request.setTransferTimeout(SILENCE_MS)
        request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, False)
        self._request = request
        self._attempt = 0
        self._connect()

    def set_header(self, name: bytes, value: bytes) -> None:
        """Set a header of the attempts to come."""
        if self._request is not None:
            self._request.setRawHeader(name, value)

    def stop(self) -> None:
        """End the stream silently."""
        self._timer.stop()
        self._request = None
        self._drop()

    def restart(self) -> None:
        """Give up on what the server sends now and ask anew after a pause."""
        self._drop()
        self._retry(0)

    def _connect(self) -> None:
        """Send the request once."""
        if self._request is None:
            return
        self._is_open = False
        self._reply = self._manager.get(self._request)
        self._reply.readyRead.connect(self._read)
        self._reply.finished.connect(self._finish)

    def _read(self) -> None:
        """Pass bytes on; an error's body is none of the stream."""
        reply = self._reply
        if reply is None or self._status(reply) != 200:
            return
        if not self._is_open:
            self._is_open, self._attempt = True, 0
            self.opened.emit(str(reply.header(QNetworkRequest.KnownHeaders.ContentTypeHeader) or ""))
        self.received.emit(reply.readAll().data())

    def _finish(self) -> None:
        """Any end is a loss; try again unless the session is over."""
        reply = self._reply
        if reply is None:
            return
        status = self._status(reply)
        _LOG.info("stream ended: status %d, %s", status, reply.error().name)
        self._drop()
        self._retry(status)

    def _retry(self, status: int) -> None:
        """Tell the loss and set the timer."""
        self.lost.emit(status)
        if self._request is not None and status != UNAUTHORISED:
            self._attempt += 1
            self._timer.start(round(1000 * delay_s(self._attempt, random.random())))  # noqa: S311

    def _drop(self) -> None:
        """Let go of the reply without hearing of its end."""
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.readyRead.disconnect(self._read)
            reply.finished.disconnect(self._finish)
            reply.abort()
            reply.deleteLater()

    @staticmethod
    def _status(reply: QNetworkReply) -> int:
        """Return the HTTP status, 0 before there is one."""
        value = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        return value if isinstance(value, int) else 0
