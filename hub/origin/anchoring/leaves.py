"""What a certificate is on the chain: bound to chain, registry, state and place. Pure.

    leaf  = keccak(0x00 | chain id, 32 bytes | registry, 20 | state, 2 | place, 4 | document digest, 32)
    batch = keccak(state, 2 | root, 32)
    line  = keccak(batch, 32 | place, 32 | line, 32)

A certificate of a test chain is none on the real one, and nobody can anchor another state's root as its own.
"""

import msgspec

from hub.origin.anchoring.keccak import keccak256
from hub.origin.certificate.certificate import StateCode

ADDRESS_BYTES = 20
_LEAF = b"\x00"


class RegistryPlace(msgspec.Struct, frozen=True):
    """Which registry on which chain."""

    chain_id: int
    address: bytes
    """20 bytes."""

    def __post_init__(self) -> None:
        if len(self.address) != ADDRESS_BYTES or not 0 < self.chain_id < 2**64:
            raise ValueError(f"no registry at {self.address.hex()} of chain {self.chain_id}")


def leaf_digest(registry: RegistryPlace, state: StateCode, index: int, digest: bytes) -> bytes:
    """Return the leaf of a certificate at its place in its batch."""
    parts = (
        _LEAF,
        registry.chain_id.to_bytes(32),
        registry.address,
        state.encode("ascii"),
        index.to_bytes(4),
        digest,
    )
    return keccak256(b"".join(parts))


def batch_key(state: StateCode, root: bytes) -> bytes:
    """Return what the registry keeps a batch under."""
    return keccak256(state.encode("ascii") + root)


def line_key(batch: bytes, index: int, line: int) -> bytes:
    """Return what the registry keeps the use of one line of a certificate under; lines count from 1."""
    return keccak256(batch + index.to_bytes(32) + line.to_bytes(32))
