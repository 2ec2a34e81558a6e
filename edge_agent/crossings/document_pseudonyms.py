"""Pure: what is kept of a travel document that is counted: a keyed hash nobody can turn back."""

import hashlib
import hmac

from hardware.travel_document import TravelDocument

KEY_BYTES = 32
PSEUDONYM_BYTES = 16


def identity_of(document: TravelDocument) -> bytes | None:
    """Join issuing state, number and date of birth; None for a zone with a fault or without one of them."""
    birth = document.birth
    if not document.is_sound or not document.number or birth is None:
        return None
    parts = (document.issuing_state, document.number, f"{birth.year}-{birth.month}-{birth.day}")
    return "|".join(parts).encode()


def pseudonym_of(key: bytes, identity: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104) of the identity, first 16 bytes.

    Document numbers are few enough to try them all, so without the key a plain hash would hide nothing;
    once the key is destroyed nobody can try.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a pseudonym key has {KEY_BYTES} bytes, this one {len(key)}")
    return hmac.new(key, identity, hashlib.sha256).digest()[:PSEUDONYM_BYTES]
