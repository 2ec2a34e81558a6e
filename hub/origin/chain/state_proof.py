"""Believes a node's values only as far as they follow from a block's hash. Pure.

header → state root → the registry's account → its code is the one that was reviewed → its slots, each present
or proven absent. Source: the Ethereum yellow paper, appendix D (Merkle Patricia trie), and EIP-1186.
"""

from collections.abc import Iterable, Sequence

import msgspec
import rlp
from rlp.exceptions import DecodingError

from hub.origin.anchoring.keccak import keccak256
from hub.origin.chain.headers import STATE_ROOT, is_header_of, read_header
from hub.origin.chain.node import StateProof

_BRANCH, _SHORT = 17, 2
_EMPTY_TRIE = keccak256(rlp.encode(b""))
_ACCOUNT_PARTS = 4
_STORAGE_ROOT, _CODE = 2, 3
_DIGEST = 32
Node = bytes | list["Node"]
Path = tuple[int, ...]
"""Half bytes that are still to walk."""


class _Place(msgspec.Struct, frozen=True):
    node: Node
    """Or the hash of one."""
    path: Path


class ProofError(ValueError):
    """A proof does not lead where it should; the message says where it breaks."""


def proven_slots(
    proof: StateProof, block_digest: bytes, address: bytes, runtime_digest: bytes, slots: Iterable[bytes]
) -> dict[bytes, int]:
    """Return the values of the slots at a block; raises `ProofError`.

    `address` is the registry's, `runtime_digest` is of the code that has to stand there.
    """
    try:
        if not is_header_of(proof.header, block_digest):
            raise ProofError("the header is of another block")
        root = read_header(proof.header)[STATE_ROOT]
        account = _decoded(trie_value(root, keccak256(address), proof.account))
        storage_root = _storage_root(account, runtime_digest)
        return {slot: _number(trie_value(storage_root, keccak256(slot), proof.slots[slot])) for slot in slots}
    except KeyError as error:
        raise ProofError("a slot without a proof") from error
    except DecodingError as error:
        raise ProofError("a value that is not encoded as it has to be") from error
    except ProofError:
        raise
    except (ValueError, TypeError) as error:
        raise ProofError(str(error)) from error


def trie_value(root: bytes, key: bytes, proof: Sequence[bytes]) -> bytes:
    """Return what a trie has under a key, empty where the proof shows that it has nothing.

    Raises `ProofError` when a node is missing, does not follow from the one before, or is left over.
    """
    if root == _EMPTY_TRIE and not proof:
        return b""
    place: _Place | bytes = _Place(root, _nibbles(key))
    for encoded in proof:
        if isinstance(place, bytes):
            raise ProofError("nodes are left over")
        if keccak256(encoded) != place.node:
            raise ProofError("a node does not follow from the one before")
        place = _walk(rlp.decode(encoded), place.path)
    if isinstance(place, bytes):
        return place
    raise ProofError("the proof ends too early")


def _walk(node: Node, path: Path) -> "_Place | bytes":
    """Walk a node and what is set into it, to a value or to the hash of the next node."""
    place: _Place | bytes = _Place(node, path)
    while isinstance(place, _Place):
        place = _step(place.node, place.path)
        if isinstance(place, _Place) and isinstance(place.node, bytes) and len(place.node) == _DIGEST:
            return place
    return place


def _step(node: Node, path: Path) -> "_Place | bytes":
    """Take one step down; every step but to an empty node makes the path shorter or ends it."""
    if node == b"":
        return b""
    if isinstance(node, list) and len(node) == _BRANCH:
        return _Place(node[path[0]], path[1:]) if path else _bytes(node[_BRANCH - 1])
    if not isinstance(node, list) or len(node) != _SHORT:
        raise ProofError("not a node of a trie")
    steps, is_leaf = _steps(_bytes(node[0]))
    if is_leaf:
        return _bytes(node[1]) if steps == path else b""
    if not steps:
        raise ProofError("a path without an end")
    return _Place(node[1], path[len(steps) :]) if path[: len(steps)] == steps else b""


def _steps(compact: bytes) -> tuple[Path, bool]:
    """Read a path in its compact form: the steps, and whether it is a leaf's."""
    nibbles = _nibbles(compact)
    if not nibbles or nibbles[0] > 3:
        raise ProofError("not a path")
    is_odd = nibbles[0] & 1
    if not is_odd and nibbles[1] != 0:
        raise ProofError("not a path")
    return nibbles[1 if is_odd else 2 :], nibbles[0] >= 2


def _nibbles(data: bytes) -> Path:
    return tuple(half for byte in data for half in (byte >> 4, byte & 15))


def _bytes(node: Node) -> bytes:
    if not isinstance(node, bytes):
        raise ProofError("a list where a value has to be")
    return node


def _decoded(account: bytes) -> list[bytes]:
    if not account:
        raise ProofError("there is no such account")
    parts = rlp.decode(account)
    if not isinstance(parts, list) or len(parts) != _ACCOUNT_PARTS:
        raise ProofError("not an account")
    return [_bytes(part) for part in parts]


def _storage_root(account: Sequence[bytes], runtime_digest: bytes) -> bytes:
    if account[_CODE] != runtime_digest:
        raise ProofError("another contract stands at the registry's address")
    return account[_STORAGE_ROOT]


def _number(value: bytes) -> int:
    if not value:
        return 0
    number = rlp.decode(value)
    # Nodes for development keep a nought that was only read; others leave it out.
    if not isinstance(number, bytes) or len(number) > _DIGEST or number[:1] == b"\0":
        raise ProofError("not the number of a slot")
    return int.from_bytes(number)
