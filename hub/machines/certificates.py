"""Which certificate a request came with: from our own TLS listener, or named by a trusted proxy.

Our listener has verified the chain; so has the proxy, which must drop the header that strangers send.
"""

import base64
import binascii
import re
import ssl
from hashlib import sha256
from urllib.parse import unquote

from starlette.requests import Request

from hub.settings_tree import ApiSettings

LISTENER_KEY = "client_certificate_sha256"
PEER_KEY = "peer"
"""Where the server leaves certificate and address of the connection, in the scope's state."""
_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}")


def certificate_of(request: Request, api: ApiSettings) -> str | None:
    """SHA-256 in hexadecimal of the verified client certificate; None when there is none."""
    state = request.scope.get("state", {})
    if state.get(LISTENER_KEY) is not None:
        return str(state[LISTENER_KEY])
    if not api.client_certificate_header or _peer(request) not in api.trusted_proxies:
        return None
    return read_header(request.headers.get(api.client_certificate_header, ""))


def read_header(value: str) -> str | None:
    """Read a proxy's header: fingerprint in hexadecimal, ``:base64:`` (RFC 9440) or URL-escaped PEM."""
    text = value.strip()
    if _FINGERPRINT.fullmatch(text):
        return text.replace(":", "").lower()
    try:
        if text.startswith(":") and text.endswith(":") and len(text) > 2:
            der = base64.b64decode(text[1:-1], validate=True)
        elif text.startswith("-----BEGIN"):
            der = ssl.PEM_cert_to_DER_cert(unquote(text))
        else:
            return None
    except (binascii.Error, ValueError):
        return None
    return sha256(der).hexdigest()


def _peer(request: Request) -> str:
    """Address of the TCP connection itself, not the one that a proxy speaks of."""
    state = request.scope.get("state", {})
    if PEER_KEY in state:
        return str(state[PEER_KEY])
    return request.client.host if request.client else ""
