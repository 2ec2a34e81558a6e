"""The registry in a virtual machine of its own: no blocks, no keys, thousands of calls a second."""

from collections.abc import Callable
from typing import Any

from eth_abi.abi import decode, encode
from eth_typing import Address

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.recursion import kept_recursion_limit
from hub.origin.registry.artifact import artifact

with kept_recursion_limit():
    from eth.chains.base import MiningChain
    from eth.constants import CREATE_CONTRACT_ADDRESS
    from eth.db.atomic import AtomicDB
    from eth.vm.forks.shanghai import ShanghaiVM
    from eth.vm.message import Message
    from eth.vm.transaction_context import BaseTransactionContext

CHAIN_ID = 9441
BEGIN = 1_790_000_000
GAS = 10_000_000
ADDRESS = Address(b"\xc0" * 20)
_GENESIS: Any = {
    "difficulty": 0,
    "gas_limit": GAS,
    "timestamp": BEGIN,
    "extra_data": b"",
    "coinbase": bytes(20),
    "nonce": bytes(8),
}


class RefusedCallError(Exception):
    """The contract has refused; the message is its own."""


class Registry:
    """One contract; the time is what the test says."""

    def __init__(self, governors: dict[bytes, bytes]) -> None:
        """Deploy it for these states and their governors."""
        chain_class = MiningChain.configure(vm_configuration=((0, ShanghaiVM),), chain_id=CHAIN_ID)
        self._state: Any = chain_class.from_genesis(AtomicDB(), _GENESIS, {}).get_vm().state
        self.now = BEGIN
        self.place = RegistryPlace(CHAIN_ID, ADDRESS)
        built = artifact()
        self._functions = {one["name"]: one for one in built.abi if one["type"] == "function"}
        arguments = encode(["bytes2[]", "address[]"], [list(governors), list(governors.values())])
        message = Message(
            gas=GAS,
            to=CREATE_CONTRACT_ADDRESS,
            sender=Address(b"\x01" * 20),
            value=0,
            data=b"",
            code=built.bytecode + arguments,
            create_address=ADDRESS,
        )
        self._run(message, self._state.computation_class.apply_create_message)

    def call(self, sender: bytes, name: str, *arguments: object) -> Any:
        """Call a function as somebody; raises `RefusedCallError` and then nothing has changed."""
        function = self._functions[name]
        types = [one["type"] for one in function["inputs"]]
        selector = keccak256(f"{name}({','.join(types)})".encode())[:4]
        message = Message(
            gas=GAS,
            to=ADDRESS,
            sender=Address(sender),
            value=0,
            data=selector + encode(types, arguments),
            code=self._state.get_code(ADDRESS),
        )
        output = self._run(message, self._state.computation_class.apply_message)
        results = decode([one["type"] for one in function["outputs"]], output)
        return results[0] if results else None

    def storage(self, slot: bytes) -> int:
        """Read a slot as a proof would."""
        return int(self._state.get_storage(ADDRESS, int.from_bytes(slot)))

    @property
    def code(self) -> bytes:
        """What stands at the address."""
        return bytes(self._state.get_code(ADDRESS))

    def _run(self, message: Message, apply: Callable[..., Any]) -> bytes:
        self._state.execution_context._timestamp = self.now
        self._state.lock_changes()
        computation = apply(self._state, message, BaseTransactionContext(gas_price=0, origin=message.sender))
        if computation.is_error:
            raise RefusedCallError(_words(computation.output))
        return bytes(computation.output)


def _words(output: bytes) -> str:
    return str(decode(["string"], output[4:])[0]) if len(output) > 4 else ""
