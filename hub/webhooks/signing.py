"""Secrets and signatures of webhooks (Standard Webhooks 1.0, symmetric ``v1``). Pure."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES = 32


def secret_text(secret: bytes) -> str:
    """Write a secret as receivers' libraries read it."""
    return PREFIX + base64.b64encode(secret).decode()


def signed_headers(secret: bytes, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """Headers of a delivery: HMAC-SHA256 over id, seconds and body, a full stop between."""
    seconds = int(at.timestamp())
    content = b".".join((message_id.encode(), str(seconds).encode(), body))
    signature = base64.b64encode(hmac.digest(secret, content, sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
