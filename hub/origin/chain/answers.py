"""What a node's answers mean, taken apart strictly. Pure.

Each function raises `ValueError`, `TypeError` or `LookupError` for what is not shaped as it should be.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.origin.chain.codec import decoded_log, revert_words
from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef
from hub.origin.chain.headers import header_bytes
from hub.origin.chain.node import StateProof
from hub.origin.registry.layout import time_of


def number_of(value: object) -> int:
    """Read a number in hexadecimal."""
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError("not a number")
    return int(value, 16)


def data_of(value: object) -> bytes:
    """Read bytes in hexadecimal."""
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError("not bytes")
    return bytes.fromhex(value[2:])


def digest_of(value: object) -> bytes:
    """Read 32 bytes in hexadecimal."""
    digest = data_of(value)
    if len(digest) != 32:
        raise ValueError("not 32 bytes")
    return digest


def block_of(given: Mapping[str, object]) -> BlockRef:
    """Read which block it is."""
    return BlockRef(
        number_of(given["number"]), digest_of(given["hash"]), time_of(number_of(given["timestamp"]))
    )


def placed_of(log: Mapping[str, Any], address: bytes) -> PlacedEvent | None:
    """Read a log of the registry at an address; None: an event that nobody here needs."""
    if data_of(log["address"]) != address or log.get("removed"):
        raise ValueError("a log of another contract, or of a block that is gone")
    event = decoded_log([digest_of(topic) for topic in log["topics"]], data_of(log["data"]))
    if event is None:
        return None
    # Newer nodes say when the block was made, which spares a question for each block.
    at = None if log.get("blockTimestamp") is None else time_of(number_of(log["blockTimestamp"]))
    return PlacedEvent(number_of(log["blockNumber"]), number_of(log["logIndex"]), event, at)


def proof_of(header: Mapping[str, object], proof: Mapping[str, Any], slots: Sequence[bytes]) -> StateProof:
    """Read a header and the proofs of these slots, in their order."""
    given = proof["storageProof"]
    if len(given) != len(slots):
        raise ValueError("not as many proofs as slots")
    return StateProof(
        header=header_bytes(header),
        account=tuple(data_of(node) for node in proof["accountProof"]),
        slots={
            slot: tuple(data_of(node) for node in one["proof"])
            for slot, one in zip(slots, given, strict=True)
        },
    )


def words_of(fault: object) -> str:
    """Return a node's complaint: the contract's own words where it passes them on."""
    if not isinstance(fault, Mapping):
        return "refused"
    data = fault.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        try:
            said = revert_words(bytes.fromhex(data[2:]))
        except ValueError:
            said = ""
        if said:
            return said
    return str(fault.get("message", "refused"))[:200]
