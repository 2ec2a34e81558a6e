"""Where a webhook may go: public addresses over TLS, or what the settings list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from hub.errors import FieldProblem, InvalidInputError

MAX_URL = 2000
_NAT64 = "64:ff9b::"
"""Well-known prefix (RFC 6052), which carries an IPv4 address in its last four bytes."""


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver's address, taken apart."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query."""
    is_allowed: bool
    """Listed in the settings: may be private and without TLS."""

    @property
    def authority(self) -> str:
        """Host and port as the ``Host`` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def parse_target(url: str, allowed_hosts: Sequence[str]) -> Target:
    """Read a URL; raises `InvalidInputError` for one that no webhook may go to."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise _refusal("not-a-url", "this is no URL") from error
    host = (parts.hostname or "").rstrip(".")
    is_allowed = f"{host}:{port}" in allowed_hosts
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    checks = (
        (len(url) > MAX_URL or not url.isascii() or any(one <= " " for one in url), "not-a-url"),
        (parts.scheme not in {"https", "http"} or not host, "not-a-url"),
        (parts.scheme != "https" and not is_allowed, "not-https"),
        (parts.username is not None or parts.password is not None, "credentials-in-url"),
        (bool(parts.fragment), "fragment-in-url"),
        (not is_allowed and _is_private_literal(host), "private-address"),
    )
    code = next((code for is_bad, code in checks if is_bad), None)
    if code is not None:
        raise _refusal(code, "a webhook goes to a public https address, or to one that the settings list")
    return Target(parts.scheme, host, port, path, is_allowed)


def is_public(text: str) -> bool:
    """Tell whether an address is on the public internet, also when it hides an IPv4 address in IPv6."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    hidden = _hidden(address)
    if hidden is not None:
        return is_public(str(hidden))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _hidden(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address.packed[:12] == ip_address(_NAT64).packed[:12]:
        return IPv4Address(address.packed[12:])
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def _is_private_literal(host: str) -> bool:
    """Addresses written out, also as one number or with leading zeroes, which resolvers take for IPv4."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host.replace(".", "").isdigit() or host.lower().startswith("0x")


def _refusal(code: str, detail: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem("/url", code, detail))
