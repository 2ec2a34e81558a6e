"""Keys and signatures of webhooks (Standard Webhooks 1.0: symmetric ``v1``, asymmetric ``v1a``). Pure."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins
PUBLIC_PREFIX = "whpk_"
KEY_BYTES = 32


class SignatureScheme(StrEnum):
    """How a receiver's messages are signed."""

    SYMMETRIC = "v1"
    """HMAC-SHA256 with a secret that the receiver has too."""
    ASYMMETRIC = "v1a"
    """Ed25519 (RFC 8032): only the hub can sign, everybody may have the public key."""


def secret_text(secret: bytes) -> str:
    """Write a secret as receivers' libraries read it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def public_key_text(private_key: bytes) -> str:
    """Write the public key of a private one of 32 bytes as receivers' libraries read it."""
    public = Ed25519PrivateKey.from_private_bytes(private_key).public_key()
    return PUBLIC_PREFIX + base64.b64encode(public.public_bytes_raw()).decode()


def signed_headers(
    scheme: SignatureScheme, keys: Sequence[bytes], message_id: str, at: datetime, body: bytes
) -> Mapping[str, str]:
    """Headers of a delivery: one signature per key over id, seconds and body, a full stop between."""
    seconds = int(at.timestamp())
    content = b".".join((message_id.encode(), str(seconds).encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(scheme, key, content) for key in keys),
    }


def _signature(scheme: SignatureScheme, key: bytes, content: bytes) -> str:
    if scheme is SignatureScheme.SYMMETRIC:
        made = hmac.digest(key, content, sha256)
    else:
        made = Ed25519PrivateKey.from_private_bytes(key).sign(content)
    return f"{scheme},{base64.b64encode(made).decode()}"
