"""A node over the registry in its virtual machine: takes transactions, mines when it is told to."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import rlp
from eth.vm.message import Message
from eth_typing import Address

from hub.origin.anchoring.keccak import keccak256
from hub.origin.chain.calls import RegistryCall
from hub.origin.chain.codec import encoded_call
from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef
from hub.origin.chain.node import Fees, NodeError, Receipt, RefusedError, StateProof
from hub.origin.issuing.curve import signer_of
from hub.origin.issuing.signer import Signature
from tests.hub.origin.registry.evm import ADDRESS, CHAIN_ID, GAS, RefusedCallError, Registry

GAS_USED = 54_000


class CalledRegistry(Registry):
    """Takes calls as transactions carry them."""

    def take(self, sender: bytes, data: bytes) -> None:
        """Do what the data says; raises `RefusedCallError`."""
        self._run(self._message(sender, data), self._state.computation_class.apply_message)

    def rehearse(self, sender: bytes, data: bytes) -> None:
        """Do so and undo it; raises `RefusedCallError`."""

        def undone(state: Any, message: Message, context: Any) -> Any:
            before = state.snapshot()
            done = state.computation_class.apply_message(state, message, context)
            state.revert(before)
            return done

        self._run(self._message(sender, data), undone)

    def _message(self, sender: bytes, data: bytes) -> Message:
        return Message(
            gas=GAS,
            to=ADDRESS,
            sender=Address(sender),
            value=0,
            data=data,
            code=self._state.get_code(ADDRESS),
        )


class EvmNode:
    """Set its attributes to make it a bad one."""

    name = "evm"

    def __init__(self, registry: CalledRegistry) -> None:
        self.registry = registry
        self.blocks = [BlockRef(0, keccak256(b"0"), datetime.fromtimestamp(registry.now, UTC))]
        self.pool: dict[tuple[bytes, int], tuple[bytes, int]] = {}
        """Hash and most of what waits, by sender and number."""
        self.seen: dict[bytes, tuple[bytes, bytes]] = {}
        """Sender and data, by hash."""
        self.receipts: dict[bytes, Receipt] = {}
        self.nonces: dict[bytes, int] = {}
        self.suggested = Fees(0, 0)
        self.least = 0
        """Transactions that offer less are not mined."""
        self.unsettled = 0
        self.is_down = False
        self.loses = False
        """Says that it took a transaction, and forgets it."""
        self.sent = 0

    def chain_id(self) -> int:
        return CHAIN_ID

    def head(self, *, final: bool) -> BlockRef:
        self._answer()
        return self.blocks[max(0, len(self.blocks) - 1 - (self.unsettled if final else 0))]

    def block(self, number: int) -> BlockRef:
        return self.blocks[number]

    def events(self, first: int, last: int) -> Sequence[PlacedEvent]:
        return ()

    def prove(self, block: BlockRef, slots: Sequence[bytes]) -> StateProof:
        raise NodeError("no proofs")

    def nonce(self, account: bytes) -> int:
        self._answer()
        following = self.nonces.get(account, 0)
        while (account, following) in self.pool:
            following += 1
        return following

    def fees(self) -> Fees:
        self._answer()
        return self.suggested

    def estimate(self, account: bytes, call: RegistryCall) -> int:
        self._answer()
        try:
            self.registry.rehearse(account, self.encoded(call))
        except RefusedCallError as error:
            raise RefusedError(f"execution reverted: {error}") from error
        return GAS_USED

    def encoded(self, call: RegistryCall) -> bytes:
        return encoded_call(call)

    def send(self, signed: bytes) -> bytes:
        self._answer()
        digest, (sender, nonce, most, data) = keccak256(signed), _read(signed)
        self.sent += 1
        if digest in self.receipts or self.loses:
            return digest
        if nonce < self.nonces.get(sender, 0):
            raise RefusedError("nonce too low")
        held = self.pool.get((sender, nonce))
        if held is not None and held[0] != digest and most * 10 < held[1] * 11:
            raise RefusedError("replacement transaction underpriced")
        self.pool[sender, nonce] = (digest, most)
        self.seen[digest] = (sender, data)
        return digest

    def receipt(self, digest: bytes) -> Receipt | None:
        self._answer()
        return self.receipts.get(digest)

    def mine(self) -> None:
        """Put what waits into a block, each account's in the order of their numbers."""
        self.registry.now += 2
        number = len(self.blocks)
        at = datetime.fromtimestamp(self.registry.now, UTC)
        self.blocks.append(BlockRef(number, keccak256(str(number).encode()), at))
        for sender, nonce in sorted(self.pool):
            digest, most = self.pool[sender, nonce]
            if nonce == self.nonces.get(sender, 0) and most >= self.least:
                del self.pool[sender, nonce]
                self.nonces[sender] = nonce + 1
                self.receipts[digest] = Receipt(self.blocks[-1], self._takes(*self.seen[digest]), GAS_USED)

    def overtake(self, account: bytes) -> None:
        """Let another transaction of the account take its next number."""
        nonce = self.nonces.get(account, 0)
        self.pool.pop((account, nonce), None)
        self.nonces[account] = nonce + 1

    def _answer(self) -> None:
        if self.is_down:
            raise NodeError("does not answer")

    def _takes(self, sender: bytes, data: bytes) -> bool:
        try:
            self.registry.take(sender, data)
        except RefusedCallError:
            return False
        return True


def _read(signed: bytes) -> tuple[bytes, int, int, bytes]:
    """Read sender, number, offer and data as a node does."""
    assert signed[0] == 2
    items: list[Any] = rlp.decode(signed[1:])
    assert len(items) == 12
    assert int.from_bytes(items[0]) == CHAIN_ID
    assert items[5] == ADDRESS
    parity, r, s = items[9:]
    signature = Signature(r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes([27 + int.from_bytes(parity)]))
    sender = signer_of(keccak256(b"\x02" + rlp.encode(items[:9])), signature)
    return sender, int.from_bytes(items[1]), int.from_bytes(items[3]), items[7]
