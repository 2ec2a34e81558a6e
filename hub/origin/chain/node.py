"""A node of the chain, for reading and for writing (port)."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from hub.errors import HubError
from hub.origin.chain.calls import RegistryCall
from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef


class NodeError(HubError):
    """A node does not answer, answers late, or answers what is no answer; the message has no secrets."""


class RefusedError(NodeError):
    """The contract or the node has refused a transaction; the message says why."""


class StateProof(msgspec.Struct, frozen=True):
    """What a node sends to prove the registry's values at a block (EIP-1186); none of it is believed yet."""

    header: bytes
    """RLP of the block's header."""
    account: tuple[bytes, ...]
    """Nodes of the trie from the state root to the registry's account."""
    slots: dict[bytes, tuple[bytes, ...]]
    """By slot, 32 bytes: nodes of the trie from the storage root."""


class ChainReader(Protocol):
    """Reads one registry through one node; every method raises `NodeError`."""

    @property
    def name(self) -> str:
        """Name of the node in the settings."""
        ...

    def chain_id(self) -> int:
        """Return the chain's number (EIP-155)."""
        ...

    def head(self, *, final: bool) -> BlockRef:
        """Return the newest block, or the newest that the chain calls final."""
        ...

    def block(self, number: int) -> BlockRef:
        """Return the block at a height of the node's present chain."""
        ...

    def events(self, first: int, last: int) -> Sequence[PlacedEvent]:
        """Return what the registry told from one block to another, both included, in order."""
        ...

    def prove(self, block: BlockRef, slots: Sequence[bytes]) -> StateProof:
        """Return a proof of the registry's account and of these of its slots, 32 bytes each."""
        ...


class Fees(msgspec.Struct, frozen=True):
    """What a transaction offers for its gas (EIP-1559), in wei."""

    most: int
    tip: int


class Receipt(msgspec.Struct, frozen=True):
    """What became of a transaction."""

    block: BlockRef
    has_succeeded: bool
    gas_used: int


class ChainWriter(Protocol):
    """Sends transactions to one registry through one node; every method raises `NodeError`."""

    def chain_id(self) -> int:
        """Return the chain's number (EIP-155)."""
        ...

    def nonce(self, account: bytes) -> int:
        """Return the account's next number, those that wait included."""
        ...

    def fees(self) -> Fees:
        """Suggest what to offer now."""
        ...

    def estimate(self, account: bytes, call: RegistryCall) -> int:
        """Return the gas a call would take; raises `RefusedError` when it would fail."""
        ...

    def encoded(self, call: RegistryCall) -> bytes:
        """Return the call's data (ABI); touches no network."""
        ...

    def send(self, signed: bytes) -> bytes:
        """Send a signed transaction; returns its hash; the same one sent again is the same one."""
        ...

    def receipt(self, digest: bytes) -> Receipt | None:
        """Return what became of it; None: nothing yet."""
        ...
