"""Requests to the lane API over QtNetwork: every call returns at once, every answer comes as a call-back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec
from PySide6.QtCore import QByteArray, QObject, QUrl
from PySide6.QtNetwork import (
    QNetworkAccessManager,
    QNetworkReply,
    QNetworkRequest,
    QSsl,
    QSslCertificate,
    QSslConfiguration,
)

from gui.errors import TerminalError
from gui.settings import LaneSettings
from sync.lane_messages import Problem

TIMEOUT_MS = 8000


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; status 0 means that no answer came at all."""

    status: int
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the lane did as asked."""
        return 200 <= self.status < 300

    @property
    def is_final(self) -> bool:
        """Whether asking again would change nothing: refused, and neither a lost session nor a busy lane."""
        return 400 <= self.status < 500 and self.status not in {401, 408, 425, 429}

    def problem(self) -> str:
        """Return the lane's own words about a refusal, else an empty text."""
        try:
            problem = msgspec.json.decode(self.body, type=Problem)
        except msgspec.DecodeError:
            return ""
        return problem.detail or problem.title


Then = Callable[[Reply], None]


class LaneApiClient(QObject):
    """Knows the address, the certificate authority and the session's token."""

    def __init__(self, lane: LaneSettings, parent: QObject | None = None) -> None:
        """Raise `TerminalError` when the authority's file holds no certificate."""
        super().__init__(parent)
        self._url = lane.url
        self._tls = _tls(lane.ca)
        self._manager = QNetworkAccessManager(self)
        self.token: str | None = None

    def request(self, path: str) -> QNetworkRequest:
        """Return an authorised request; redirects are not followed, the token stays with this lane."""
        request = QNetworkRequest(QUrl(self._url + path))
        request.setSslConfiguration(self._tls)
        request.setTransferTimeout(TIMEOUT_MS)
        request.setAttribute(
            QNetworkRequest.Attribute.RedirectPolicyAttribute,
            QNetworkRequest.RedirectPolicy.ManualRedirectPolicy,
        )
        if self.token is not None:
            request.setRawHeader(b"Authorization", f"Bearer {self.token}".encode())
        return request

    def get(self, path: str, then: Then) -> None:
        """Ask for `path`."""
        self._when_done(self._manager.get(self.request(path)), then)

    def post(self, path: str, body: msgspec.Struct, then: Then) -> None:
        """Send a message as JSON to `path`."""
        request = self.request(path)
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        self._when_done(self._manager.post(request, QByteArray(msgspec.json.encode(body))), then)

    def _when_done(self, reply: QNetworkReply, then: Then) -> None:
        """Call back once and let the reply go."""

        def finish() -> None:
            status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
            answer = Reply(status if isinstance(status, int) else 0, bytes(reply.readAll().data()))
            reply.deleteLater()
            then(answer)

        reply.finished.connect(finish)


def path_of(*parts: str) -> str:
    """Return a path below ``/v1`` with every part made safe."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def _tls(ca: str | None) -> QSslConfiguration:
    """Trust the lane's own authority and nobody else when one is given."""
    configuration = QSslConfiguration.defaultConfiguration()
    configuration.setProtocol(QSsl.SslProtocol.TlsV1_2OrLater)
    if ca is not None:
        certificates = QSslCertificate.fromData(_read(ca), QSsl.EncodingFormat.Pem)
        if not certificates:
            raise TerminalError(f"lane.ca {ca}: holds no PEM certificate")
        configuration.setCaCertificates(certificates)
    return configuration


def _read(ca: str) -> bytes:
    """Read the authority's file."""
    try:
        return Path(ca).read_bytes()
    except OSError as error:
        raise TerminalError(f"lane.ca {ca}: {error.strerror}") from error
