"""What the server knows of a TCP connection and the application does not: its address, its certificate."""

import asyncio
import ssl
from hashlib import sha256

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.machines.certificates import LISTENER_KEY, PEER_KEY

MOST_HEAD_BYTES = 64 << 10
"""Of a request's line and headers, and of what else stands between pieces of its body, but for one read."""


class KnownConnection(HttpToolsProtocol):
    """Leaves both in the state of each request's scope, and takes no head without end."""

    _unfinished = 0
    """Bytes since a head or a piece of a body was complete: the parser keeps them and has no limit."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take them down once per connection."""
        # The dictionary is the server's own until now, shared by every connection.
        self.app_state = self.app_state | connection_facts(transport)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Read on; end the connection whose head is too long."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")

    def on_headers_complete(self) -> None:
        """Begin to count anew."""
        self._unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Begin to count anew."""
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Begin to count anew."""
        self._unfinished = 0
        super().on_message_complete()


def connection_facts(transport: asyncio.BaseTransport) -> dict[str, str | None]:
    """Peer's address, and SHA-256 of its certificate, which the TLS layer has verified."""
    tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls is not None else None
    peer = transport.get_extra_info("peername")
    return {
        LISTENER_KEY: sha256(der).hexdigest() if der else None,
        PEER_KEY: str(peer[0]) if peer else "",
    }
