"""A key in plain memory: for tests and chains of one's own, and what an opened keystore is."""

from hub.origin.issuing.curve import account_of, sign_with
from hub.origin.issuing.signer import Signature


class MemorySigner:
    """Signs with a private key that it holds."""

    def __init__(self, secret: bytes) -> None:
        """Take 32 bytes; raises `ValueError` for no key."""
        self._secret = secret
        self.address = account_of(secret)

    def sign(self, digest: bytes) -> Signature:
        """Sign 32 bytes."""
        return sign_with(self._secret, digest)
