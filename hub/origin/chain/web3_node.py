"""One node of the chain over JSON-RPC; the only place of web3.

web3's formatters and middlewares are not used: headers of chains by proof of authority are longer than they
allow (`ExtraDataToPOAMiddleware` cuts them), and a header's hash is made of exactly what the node sent.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import requests

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.answers import block_of, data_of, number_of, placed_of, proof_of, words_of
from hub.origin.chain.calls import RegistryCall
from hub.origin.chain.codec import encoded_call
from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef
from hub.origin.chain.node import Fees, NodeError, Receipt, RefusedError, StateProof
from hub.origin.chain.recursion import kept_recursion_limit

with kept_recursion_limit():
    from web3 import HTTPProvider
    from web3.types import RPCEndpoint

Read = TypeVar("Read")
PIECE_BYTES = 65536
MOST_BYTES = 32 * 2**20
"""Of one answer: 100,000 logs of anchors."""
_LATEST, _FINAL = "latest", "finalized"
_BAD_ANSWER = (ValueError, TypeError, KeyError, LookupError, AttributeError)


class Web3Node:
    """Reads and writes one registry through one node; for several threads."""

    def __init__(self, name: str, url: str, registry: RegistryPlace, timeout_s: float = 5.0) -> None:
        """Nothing is asked yet; the address may hold credentials and is never shown."""
        self._name = name
        self._registry = registry
        self._provider = HTTPProvider(
            url,
            request_kwargs={"timeout": timeout_s},
            session=_BoundedSession(timeout_s),
            exception_retry_configuration=None,
        )

    @property
    def name(self) -> str:
        """Name of the node in the settings."""
        return self._name

    def chain_id(self) -> int:
        """Return the chain's number; raises `NodeError`."""
        return self._read(number_of, self._ask("eth_chainId"))

    def head(self, *, final: bool) -> BlockRef:
        """Return the newest block, or the newest that the chain calls final; raises `NodeError`."""
        return self._read(block_of, self._ask("eth_getBlockByNumber", _FINAL if final else _LATEST, False))

    def block(self, number: int) -> BlockRef:
        """Return the block at a height; raises `NodeError`."""
        found = self._read(block_of, self._ask("eth_getBlockByNumber", hex(number), False))
        if found.number != number:
            raise NodeError(f"{self._name}: asked for block {number}, gave block {found.number}")
        return found

    def events(self, first: int, last: int) -> Sequence[PlacedEvent]:
        """Return what the registry told in these blocks, in order; raises `NodeError`."""
        address = "0x" + self._registry.address.hex()
        wanted = {"address": address, "fromBlock": hex(first), "toBlock": hex(last)}
        logs = self._ask("eth_getLogs", wanted)
        placed = self._read(lambda given: [placed_of(log, self._registry.address) for log in given], logs)
        events = sorted((one for one in placed if one is not None), key=lambda one: (one.block, one.position))
        if any(not first <= one.block <= last for one in events):
            raise NodeError(f"{self._name}: gave events of blocks that nobody asked for")
        return events

    def prove(self, block: BlockRef, slots: Sequence[bytes]) -> StateProof:
        """Return header and proofs of these slots at a block, not yet believed; raises `NodeError`."""
        height, keys = hex(block.number), ["0x" + slot.hex() for slot in slots]
        address = "0x" + self._registry.address.hex()
        header, proof = self._ask_together(
            ("eth_getBlockByNumber", [height, False]), ("eth_getProof", [address, keys, height])
        )
        return self._read(lambda _: proof_of(header, proof, slots), proof)

    def nonce(self, account: bytes) -> int:
        """Return the account's next number, those that wait included; raises `NodeError`."""
        return self._read(number_of, self._ask("eth_getTransactionCount", "0x" + account.hex(), "pending"))

    def fees(self) -> Fees:
        """Suggest twice the present base fee and the node's tip; raises `NodeError`."""
        head = self._ask("eth_getBlockByNumber", _LATEST, False)
        base = self._read(lambda block: number_of(block.get("baseFeePerGas") or "0x0"), head)
        tip = 0 if base == 0 else self._read(number_of, self._ask("eth_maxPriorityFeePerGas"))
        return Fees(most=2 * base + tip, tip=tip)

    def estimate(self, account: bytes, call: RegistryCall) -> int:
        """Return the gas a call would take; raises `RefusedError` when it would fail, `NodeError`."""
        return self._read(number_of, self._ask("eth_estimateGas", self._call(account, call)))

    def encoded(self, call: RegistryCall) -> bytes:
        """Return the call's data; touches no network."""
        return encoded_call(call)

    def send(self, signed: bytes) -> bytes:
        """Send a signed transaction; returns its hash, also when the node had it; raises `NodeError`."""
        digest = keccak256(signed)
        try:
            given = self._read(data_of, self._ask("eth_sendRawTransaction", "0x" + signed.hex()))
        except RefusedError as error:
            if "already known" in str(error) or "already imported" in str(error):
                return digest
            raise
        if given != digest:
            raise NodeError(f"{self._name}: names another transaction than was sent")
        return digest

    def receipt(self, digest: bytes) -> Receipt | None:
        """Return what became of a transaction; None: nothing yet; raises `NodeError`."""
        found = self._ask("eth_getTransactionReceipt", "0x" + digest.hex())
        if found is None:
            return None
        number = self._read(lambda one: number_of(one["blockNumber"]), found)
        block = self.block(number)
        return self._read(
            lambda one: Receipt(block, number_of(one["status"]) == 1, number_of(one["gasUsed"])), found
        )

    def call(self, account: bytes, call: RegistryCall) -> None:
        """Try a call without sending it; raises `RefusedError` with the contract's words, `NodeError`."""
        self._ask("eth_call", self._call(account, call), _LATEST)

    def _call(self, account: bytes, call: RegistryCall) -> dict[str, str]:
        addresses = {"from": "0x" + account.hex(), "to": "0x" + self._registry.address.hex()}
        return {**addresses, "data": "0x" + encoded_call(call).hex()}

    def _ask(self, method: str, *parameters: object) -> Any:
        try:
            answer = self._provider.make_request(RPCEndpoint(method), list(parameters))
        except Exception as error:  # transport, JSON and web3 each have errors of their own
            raise NodeError(f"{self._name}: {method}: {type(error).__name__}") from error
        return self._result(method, answer)

    def _ask_together(self, *asked: tuple[str, list[object]]) -> list[Any]:
        """Ask several things in one round trip."""
        names = [method for method, _ in asked]
        try:
            answers = self._provider.make_batch_request([(RPCEndpoint(one), rest) for one, rest in asked])
        except Exception as error:
            raise NodeError(f"{self._name}: {names[0]}: {type(error).__name__}") from error
        if not isinstance(answers, list) or len(answers) != len(asked):
            raise NodeError(f"{self._name}: {names[0]}: not as many answers as questions")
        return [self._result(name, answer) for name, answer in zip(names, answers, strict=True)]

    def _result(self, method: str, answer: object) -> Any:
        if not isinstance(answer, Mapping):
            raise NodeError(f"{self._name}: {method}: not an answer")
        fault = answer.get("error")
        if fault is not None:
            raise RefusedError(f"{self._name}: {method}: {words_of(fault)}")
        if "result" not in answer:
            raise NodeError(f"{self._name}: {method}: an answer without a result")
        return answer["result"]

    def _read(self, read: Callable[[Any], Read], given: object) -> Read:
        """Take an answer apart; what is not shaped as it should be is no answer."""
        try:
            return read(given)
        except _BAD_ANSWER as error:
            raise NodeError(f"{self._name}: an answer that is none: {type(error).__name__}") from error


class _BoundedSession(requests.Session):
    """Reads no more than `MOST_BYTES` of an answer and waits no longer than the whole time given."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__()
        self._timeout_s = timeout_s

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send, and read the answer piece by piece."""
        ends = time.monotonic() + self._timeout_s
        response = super().send(request, **(options | {"stream": True, "allow_redirects": False}))
        pieces, size = [], 0
        # Whatever has come is taken at once: a node that drips would keep a longer look for ever.
        while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES or time.monotonic() > ends:
                response.close()
                raise requests.exceptions.Timeout("too long an answer")
        response._content = b"".join(pieces)
        return response
