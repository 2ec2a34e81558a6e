"""Draws that nobody outside can foresee and the hub can repeat. Pure."""

import hmac
from hashlib import sha256

from hub.declarations.assessing.deciding import Chance

_BITS = 53
"""As many as a float between 0 and 1 tells apart."""


def draws_of(secret: bytes, declaration_id: str, version: int) -> Chance:
    """Draw for one version of a declaration: by name from 0 up to 1, the same name the same each time."""

    def draw(name: str) -> float:
        words = f"kechid/draw/{declaration_id}/{version}/{name}".encode()
        digest = hmac.new(secret, words, sha256).digest()
        return (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / (1 << _BITS)

    return draw
