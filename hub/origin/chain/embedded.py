"""A chain of one machine, in a file: for demonstrations, trials and teaching, where no node is run.

The blocks, proofs and contract are real; but whoever has the file can write its history anew, so between
states it proves nothing. Every transaction makes a block, nobody pays for gas, no block is taken back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import rlp
from eth_typing import Address, BlockNumber, Hash32
from eth_utils.exceptions import ValidationError
from rlp.exceptions import RLPException
from trie.constants import BLANK_NODE_HASH
from trie.hexary import HexaryTrie

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.calls import RegistryCall
from hub.origin.chain.chain_file import ChainFile
from hub.origin.chain.codec import decoded_log, encoded_call, revert_words
from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef
from hub.origin.chain.node import Fees, NodeError, Receipt, RefusedError, StateProof
from hub.origin.chain.recursion import kept_recursion_limit
from hub.origin.registry.layout import time_of

with kept_recursion_limit():
    from eth.chains.base import MiningChain
    from eth.exceptions import CanonicalHeadNotFound, HeaderNotFound, TransactionNotFound
    from eth.vm.forks.shanghai import ShanghaiVM
    from eth.vm.spoof import SpoofTransaction

CHAIN_ID = 9441
HEARTBEAT = timedelta(minutes=1)
"""Asked for its newest block, the chain makes an empty one when the last is older; as a real one goes on."""
_GAS = 30_000_000
_GENESIS: Any = {
    "difficulty": 0,
    "gas_limit": _GAS,
    "base_fee_per_gas": 0,
    "extra_data": b"",
    "coinbase": bytes(20),
    "nonce": bytes(8),
}
_SUCCEEDED = b"\x01"
_STORAGE = 2
"""Place of the storage root in an account."""
_CHAIN: type[MiningChain] = MiningChain.configure(vm_configuration=((0, ShanghaiVM),), chain_id=CHAIN_ID)


class EmbeddedNode:
    """Reads and writes one registry on the chain in a file; several processes may, each in its turn."""

    def __init__(self, name: str, path: Path, registry: RegistryPlace, clock: Callable[[], datetime]) -> None:
        """Open the chain, or begin one; raises `NodeError` where the file cannot be one."""
        self._name = name
        self._registry = registry
        self._clock = clock
        self._file = ChainFile(path)
        with self._file.turn(is_writing=True):
            try:
                _CHAIN(self._file)
            except CanonicalHeadNotFound:
                _CHAIN.from_genesis(self._file, _GENESIS | {"timestamp": self._now()}, {})

    @property
    def name(self) -> str:
        """Name of the node in the settings."""
        return self._name

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def chain_id(self) -> int:
        """Return the chain's number."""
        return CHAIN_ID

    def head(self, *, final: bool) -> BlockRef:
        """Return the newest block; it is final. An empty one is made when the last is old."""
        with self._opened() as chain:
            newest = _ref(chain.get_canonical_head())
        return newest if self._clock() - newest.at < HEARTBEAT else self._beat()

    def block(self, number: int) -> BlockRef:
        """Return the block at a height; raises `NodeError`."""
        with self._opened() as chain:
            return _ref(self._header(chain, number))

    def events(self, first: int, last: int) -> Sequence[PlacedEvent]:
        """Return what the registry told in these blocks, in order; raises `NodeError`."""
        with self._opened() as chain:
            newest = chain.get_canonical_head().block_number
            return [
                one for number in range(first, min(last, newest) + 1) for one in self._told(chain, number)
            ]

    def prove(self, block: BlockRef, slots: Sequence[bytes]) -> StateProof:
        """Return header and proofs of these slots at a block; raises `NodeError`."""
        with self._opened() as chain:
            header = self._header(chain, block.number)
            address = keccak256(self._registry.address)
            accounts: Any = HexaryTrie(self._file, header.state_root)
            account = accounts.get(address)
            values: Any = HexaryTrie(
                self._file, rlp.decode(account)[_STORAGE] if account else BLANK_NODE_HASH
            )
            return StateProof(
                header=rlp.encode(header),
                account=_encoded(accounts.get_proof(address)),
                slots={slot: _encoded(values.get_proof(keccak256(slot))) for slot in slots},
            )

    def nonce(self, account: bytes) -> int:
        """Return the account's next number."""
        with self._opened() as chain:
            return int(chain.get_vm().state.get_nonce(Address(account)))

    def fees(self) -> Fees:
        """Suggest to offer nothing."""
        return Fees(0, 0)

    def estimate(self, account: bytes, call: RegistryCall) -> int:
        """Return the gas a call would take; raises `RefusedError` when it would fail."""
        with self._opened() as chain:
            vm = chain.get_vm(chain.header.copy(timestamp=self._next_time(chain)))
            unsigned = vm.create_unsigned_transaction(
                nonce=vm.state.get_nonce(Address(account)),
                gas_price=0,
                gas=_GAS // 2,
                to=Address(self._registry.address),
                value=0,
                data=encoded_call(call),
            )
            tried: Any = SpoofTransaction(unsigned, from_=account)
            done = vm.state.costless_execute_transaction(tried)
        if done.is_error:
            raise RefusedError(f"{self._name}: {revert_words(done.output) or 'refused'}")
        return int(tried.intrinsic_gas + done.get_gas_used())

    def encoded(self, call: RegistryCall) -> bytes:
        """Return the call's data."""
        return encoded_call(call)

    def send(self, signed: bytes) -> bytes:
        """Put a signed transaction into a block; returns its hash, also when it is in one already.

        Raises `RefusedError`.
        """
        digest = keccak256(signed)
        with self._opened(is_writing=True) as chain:
            # Asked within the turn: another process may have sent it while this one waited.
            if _place_of(chain, digest) is not None:
                return digest
            chain.set_header_timestamp(self._next_time(chain))
            try:
                transaction = chain.get_vm().get_transaction_builder().decode(signed)
                chain.apply_transaction(transaction)
            except (ValidationError, RLPException, ValueError, TypeError) as error:
                raise RefusedError(f"{self._name}: {str(error)[:200]}") from error
            chain.mine_block()
        return digest

    def receipt(self, digest: bytes) -> Receipt | None:
        """Return what became of a transaction; None: it was never sent here."""
        with self._opened() as chain:
            place = _place_of(chain, digest)
            if place is None:
                return None
            found = chain.get_transaction_receipt_by_index(*place)
            block = _ref(chain.get_canonical_block_header_by_number(place[0]))
        return Receipt(block, found.state_root == _SUCCEEDED, found.gas_used)

    @contextmanager
    def _opened(self, *, is_writing: bool = False) -> "Iterator[MiningChain]":
        with self._file.turn(is_writing=is_writing):
            yield _CHAIN(self._file)

    def _header(self, chain: MiningChain, number: int) -> Any:
        try:
            return chain.get_canonical_block_header_by_number(BlockNumber(number))
        except (HeaderNotFound, ValidationError) as error:
            raise NodeError(f"{self._name}: no block {number}") from error

    def _told(self, chain: MiningChain, number: int) -> Iterator[PlacedEvent]:
        block = chain.get_block_by_header(self._header(chain, number))
        logs = [log for receipt in block.get_receipts(chain.chaindb) for log in receipt.logs]
        for position, log in enumerate(logs):
            topics = [topic.to_bytes(32) for topic in log.topics]
            event = decoded_log(topics, log.data) if log.address == self._registry.address else None
            if event is not None:
                yield PlacedEvent(number, position, event, time_of(block.header.timestamp))

    def _beat(self) -> BlockRef:
        with self._opened(is_writing=True) as chain:
            chain.set_header_timestamp(self._next_time(chain))
            return _ref(chain.mine_block().header)

    def _next_time(self, chain: MiningChain) -> int:
        return max(self._now(), chain.get_canonical_head().timestamp + 1)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _place_of(chain: MiningChain, digest: bytes) -> tuple[BlockNumber, int] | None:
    try:
        return chain.get_canonical_transaction_index(Hash32(digest))
    except TransactionNotFound:
        return None


def _ref(header: Any) -> BlockRef:
    return BlockRef(header.block_number, header.hash, time_of(header.timestamp))


def _encoded(nodes: Sequence[Any]) -> tuple[bytes, ...]:
    return tuple(bytes(rlp.encode(node)) for node in nodes)
