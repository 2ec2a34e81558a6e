"""A tree of certificates whose places count: a leaf cannot pose as a node, nor stand at another place. Pure.

Leaves are made by `hub.origin.anchoring.leaves`, which binds each to its place. Their number is filled up to
a power of two with `EMPTY`, which nobody has a certificate for; so the count on the chain says little of how
many were issued.
"""

from collections.abc import Sequence

from hub.origin.anchoring.keccak import keccak256

MOST_LEAVES = 2**20
EMPTY = bytes(32)
_NODE = b"\x01"


def node_digest(left: bytes, right: bytes) -> bytes:
    """Return the digest of two neighbours: keccak(0x01 | left | right)."""
    return keccak256(_NODE + left + right)


def depth_of(count: int) -> int:
    """Return how many steps a tree of so many places has from leaf to root; raises `ValueError`."""
    if not 1 <= count <= MOST_LEAVES:
        raise ValueError(f"a batch has 1 to {MOST_LEAVES} certificates, not {count}")
    return (count - 1).bit_length()


class MerkleTree:
    """All levels of a tree, from the leaves to the root."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Build it; raises `ValueError` for none, too many, or a leaf that has not 32 bytes."""
        if any(len(leaf) != 32 for leaf in leaves):
            raise ValueError("a leaf has 32 bytes")
        level = [*leaves, *[EMPTY] * (2 ** depth_of(len(leaves)) - len(leaves))]
        self._levels = [level]
        while len(level) > 1:
            level = [node_digest(level[place], level[place + 1]) for place in range(0, len(level), 2)]
            self._levels.append(level)

    @property
    def count(self) -> int:
        """Places, a power of two."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """32 bytes."""
        return self._levels[-1][0]

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Return the neighbours on the way up from a place; raises `IndexError`."""
        if not 0 <= index < self.count:
            raise IndexError(f"the tree has no place {index}")
        return tuple(level[(index >> step) ^ 1] for step, level in enumerate(self._levels[:-1]))


def root_of(leaf: bytes, index: int, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf at a place leads to."""
    digest = leaf
    for step, neighbour in enumerate(proof):
        is_right = (index >> step) & 1
        digest = node_digest(neighbour, digest) if is_right else node_digest(digest, neighbour)
    return digest
