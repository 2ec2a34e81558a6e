"""What the server knows of a TCP connection and the application does not: its address, its certificate."""

import asyncio
import ssl
from hashlib import sha256

from uvicorn.protocols.http.h11_impl import H11Protocol

from hub.machines.certificates import LISTENER_KEY, PEER_KEY


class KnownConnection(H11Protocol):
    """Leaves both in the state of each request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take them down once per connection."""
        # The dictionary is the server's own until now, shared by every connection.
        self.app_state = self.app_state | connection_facts(transport)
        super().connection_made(transport)


def connection_facts(transport: asyncio.BaseTransport) -> dict[str, str | None]:
    """Peer's address, and SHA-256 of its certificate, which the TLS layer has verified."""
    tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls is not None else None
    peer = transport.get_extra_info("peername")
    return {
        LISTENER_KEY: sha256(der).hexdigest() if der else None,
        PEER_KEY: str(peer[0]) if peer else "",
    }
