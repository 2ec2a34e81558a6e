"""What an authority signs to anchor a batch: typed data of the registry (EIP-712). Pure.

The contract recovers the account from the same digest (`hub/origin/registry/registry.vy`); chain and registry
are in it, so a signature for a test chain anchors nothing on the real one.
"""

from datetime import datetime

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace

_DOMAIN = keccak256(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_NAME, _VERSION = keccak256(b"Kechid Origin Registry"), keccak256(b"1")
_ANCHOR = keccak256(b"Anchor(bytes32 root,uint256 count,uint256 deadline)")


def anchor_digest(registry: RegistryPlace, root: bytes, count: int, deadline: datetime) -> bytes:
    """Return the 32 bytes to sign; the deadline counts in whole seconds."""
    seconds = int(deadline.timestamp())
    anchor = keccak256(_ANCHOR + root + count.to_bytes(32) + seconds.to_bytes(32))
    return keccak256(b"\x19\x01" + _domain(registry) + anchor)


def _domain(registry: RegistryPlace) -> bytes:
    place = registry.chain_id.to_bytes(32) + registry.address.rjust(32, b"\0")
    return keccak256(_DOMAIN + _NAME + _VERSION + place)
