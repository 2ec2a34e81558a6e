"""Posts to a receiver: its name is resolved once, and only an address that was checked is called."""

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Timer

from hub.errors import HubError
from hub.webhooks.targets import Target, is_public

Resolve = Callable[[str, int], Sequence[str]]


class DeliveryError(HubError):
    """A receiver cannot be reached, may not be called, or said no."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Look a name up; raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def checked_addresses(target: Target, resolve: Resolve = resolve) -> Sequence[str]:
    """Return every address of the receiver; raises `DeliveryError` when one of them may not be called."""
    try:
        found = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise DeliveryError("its name cannot be resolved") from error
    if not found or not (target.is_allowed or all(map(is_public, found))):
        raise DeliveryError("its address is not public")
    return found


def post(
    target: Target, addresses: Sequence[str], body: bytes, headers: Mapping[str, str], link: "Link"
) -> int:
    """Post to the first address that answers; returns the HTTP status, redirects included.

    Raises `DeliveryError`.
    """
    for number, address in enumerate(addresses, start=1):
        try:
            return _post_to(address, target, body, headers, link)
        except (OSError, http.client.HTTPException) as error:
            if number == len(addresses):
                raise DeliveryError(f"no answer: {type(error).__name__}") from error
    raise DeliveryError("it has no address")


class Link:
    """How receivers are connected to."""

    def __init__(self, timeout_s: float, ca: Path | None) -> None:
        self.timeout_s = timeout_s
        self._trusted = ssl.create_default_context(cafile=ca)

    def open(self, address: str, target: Target) -> socket.socket:
        """Connect to a checked address; TLS asks for the receiver's own name. Raises `OSError`."""
        plain = socket.create_connection((address, target.port), self.timeout_s)
        if target.scheme != "https":
            return plain
        try:
            return self._trusted.wrap_socket(plain, server_hostname=target.host)
        except OSError:
            plain.close()
            raise


def _post_to(address: str, target: Target, body: bytes, headers: Mapping[str, str], link: Link) -> int:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = link.open(address, target)
    # The socket's own limit begins anew with every byte that trickles in.
    timer = Timer(2 * link.timeout_s, _cut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target.path, body, {"Host": target.authority, **headers})
        return connection.getresponse().status
    finally:
        timer.cancel()
        connection.close()


def _cut(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It has ended meanwhile.
        return
