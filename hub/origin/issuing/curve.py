"""Keys and signatures of secp256k1 as Ethereum has them (SEC 1, EIP-2). Pure."""

from coincurve import PrivateKey, PublicKey

from hub.origin.anchoring.keccak import keccak256
from hub.origin.issuing.signer import SIGNATURE_BYTES, Signature

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KEY_BYTES = 32
_V = 27


def address_of(point: bytes) -> bytes:
    """Return the account of a public key, a point of 65 or 33 bytes; raises `ValueError` for no point."""
    return keccak256(PublicKey(point).format(compressed=False)[1:])[-20:]


def account_of(secret: bytes) -> bytes:
    """Return the account of a private key; raises `ValueError` for none."""
    return address_of(PrivateKey(secret).public_key.format())


def sign_with(secret: bytes, digest: bytes) -> Signature:
    """Sign 32 bytes; the same digest always gives the same signature (RFC 6979)."""
    signed = PrivateKey(secret).sign_recoverable(digest, hasher=None)
    return Signature(signed[:64] + bytes([signed[64] + _V]))


def signer_of(digest: bytes, signature: bytes) -> bytes:
    """Return the account that signed; raises `ValueError` when nobody can have."""
    if len(signature) != SIGNATURE_BYTES or signature[64] not in (_V, _V + 1):
        raise ValueError("a signature has 65 bytes, the last 27 or 28")
    plain = signature[:64] + bytes([signature[64] - _V])
    return address_of(PublicKey.from_signature_and_message(plain, digest, hasher=None).format())


def completed(digest: bytes, plain: bytes, address: bytes) -> Signature:
    """Make r and s, 64 bytes as a token gives them, one that counts: s low, v found by trying.

    Raises `ValueError` when the account did not sign this.
    """
    second = int.from_bytes(plain[32:])
    low = min(second, ORDER - second).to_bytes(32)
    for v in (_V, _V + 1):
        whole = Signature(plain[:32] + low + bytes([v]))
        if _is_by(address, digest, whole):
            return whole
    raise ValueError("another key has signed this")


def _is_by(address: bytes, digest: bytes, signature: Signature) -> bool:
    try:
        return signer_of(digest, signature) == address
    except ValueError:
        return False
