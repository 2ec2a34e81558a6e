"""Signed statements by which a client proves itself (RFC 7523, ``private_key_jwt``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

ALGORITHMS = ("ES256", "ES384", "PS256", "RS256", "Ed25519")
LONGEST_LIFE = timedelta(minutes=10)
LEEWAY = timedelta(seconds=60)
"""For clocks that differ."""
MAX_JTI = 255


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a good assertion says."""

    client_id: str
    jti: str
    expires_at: datetime


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str | list[str]
    exp: float
    jti: str
    nbf: float | None = None
    iat: float | None = None


def claimed_client(text: str) -> str | None:
    """Say whose assertion it claims to be, before anything is checked; None when it is none."""
    try:
        payload = extract_compact(text.encode()).payload
        return msgspec.json.decode(payload, type=_Claims).sub
    except (JoseError, msgspec.MsgspecError, ValueError):
        return None


def check_assertion(
    text: str, keys: Mapping[str, Any], *, audiences: frozenset[str], now: datetime
) -> Assertion | str:
    """Verify signature and claims; the reason in a few words when it does not hold."""
    try:
        jwt.decode(text, KeySet.import_key_set({"keys": list(keys["keys"])}), algorithms=ALGORITHMS)
        claims = msgspec.json.decode(extract_compact(text.encode()).payload, type=_Claims)
        expires_at = datetime.fromtimestamp(claims.exp, UTC)
    except (JoseError, msgspec.MsgspecError, ValueError, OverflowError, OSError):
        return "the assertion is not signed by a key of this client"
    reason = _fault(claims, expires_at, audiences, now)
    return reason if reason is not None else Assertion(claims.sub, claims.jti, expires_at)


def _fault(claims: _Claims, expires_at: datetime, audiences: frozenset[str], now: datetime) -> str | None:
    named = {claims.aud} if isinstance(claims.aud, str) else set(claims.aud)
    latest = (now + LEEWAY).timestamp()
    checks = (
        (claims.iss != claims.sub, "iss and sub differ"),
        (not named & audiences, "aud is not this hub"),
        (expires_at <= now - LEEWAY, "the assertion has expired"),
        (expires_at > now + LONGEST_LIFE + LEEWAY, "the assertion lives longer than ten minutes"),
        (claims.nbf is not None and claims.nbf > latest, "the assertion is not valid yet"),
        (claims.iat is not None and claims.iat > latest, "the assertion is from the future"),
        (not 0 < len(claims.jti) <= MAX_JTI, "jti is missing or too long"),
    )
    return next((reason for is_bad, reason in checks if is_bad), None)
