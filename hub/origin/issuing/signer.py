"""Whoever signs for an authority or sends its transactions (port); what a signature is."""

from typing import NewType, Protocol

from hub.errors import HubError

Signature = NewType("Signature", bytes)
"""65 bytes: r, s in the lower half of the curve's order, v (27 or 28)."""
SIGNATURE_BYTES = 65


class SignerError(HubError):
    """A key cannot be had or does not sign; the message has neither key nor password."""


class AnchorSigner(Protocol):
    """Holds one key of secp256k1 and never gives it away."""

    @property
    def address(self) -> bytes:
        """Return the account of the key, 20 bytes."""
        ...

    def sign(self, digest: bytes) -> Signature:
        """Sign 32 bytes; raises `SignerError`."""
        ...
