"""A real node of Ethereum for the tests: anvil on a free port of this machine, stopped when it is left."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.calls import ListAuthority, RegistryCall
from hub.origin.chain.codec import deployment, encoded_call
from hub.origin.chain.facts import Role
from hub.origin.chain.web3_node import Web3Node
from hub.origin.registry.layout import time_of

CHAIN_ID = 9441
PROGRAM = Path(__file__).resolve().parents[2] / "node" / "node_modules" / ".bin" / "anvil"
DEADLINE_S = 20.0
GE, AZ, UA = StateCode("GE"), StateCode("AZ"), StateCode("UA")
ACCOUNTS = tuple(
    bytes.fromhex(one)
    for one in (
        "f39fd6e51aad88f6f4ce6ab8827279cfffb92266",
        "70997970c51812dc3a010c7d01b50e0d17dc79c8",
        "3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
        "90f79bf6eb2c4f870365e785982e1f101e93b906",
        "15d34aaf54267db7d7c367839aaf71a00a2c6a65",
        "9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
    )
)
"""Anvil's own, which it signs for; their keys are in its manual."""
GEORGIA, AZERBAIJAN, UKRAINE, ISSUER, CUSTOMS, RELAYER = ACCOUNTS
GOVERNORS: Mapping[StateCode, bytes] = {GE: GEORGIA, AZ: AZERBAIJAN, UA: UKRAINE}

needs_anvil = pytest.mark.skipif(
    not PROGRAM.is_file(), reason="no anvil: make setup installs it where npm is"
)


class Anvil:
    """One node; everything is mined at once."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._client = httpx.Client(timeout=DEADLINE_S, trust_env=False)

    def ask(self, method: str, *parameters: object) -> Any:
        """Ask the node; raises `AssertionError` with its complaint."""
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        answer = self._client.post(self.url, json=question).json()
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def send(self, account: bytes, data: bytes, to: bytes = b"") -> dict[str, Any]:
        """Send a transaction as one of `ACCOUNTS` and return its receipt."""
        transaction = {"from": "0x" + account.hex(), "data": "0x" + data.hex()}
        if to:
            transaction["to"] = "0x" + to.hex()
        receipt = self._receipt(self.ask("eth_sendTransaction", transaction))
        assert receipt["status"] == "0x1"
        return receipt

    def _receipt(self, digest: str) -> dict[str, Any]:
        """Return what became of a transaction; it is mined a moment after it was taken."""
        ends = time.monotonic() + DEADLINE_S
        while (found := self.ask("eth_getTransactionReceipt", digest)) is None:
            assert time.monotonic() < ends, "not mined"
            time.sleep(0.002)
        return dict(found)

    def call(self, registry: RegistryPlace, account: bytes, call: RegistryCall) -> int:
        """Make a call of the registry and return the gas it took."""
        return int(self.send(account, encoded_call(call), registry.address)["gasUsed"], 16)

    def deploy(self, governors: Mapping[StateCode, bytes] = GOVERNORS) -> RegistryPlace:
        """Deploy a registry."""
        receipt = self.send(RELAYER, deployment(governors))
        return RegistryPlace(self.chain_id, bytes.fromhex(receipt["contractAddress"][2:]))

    def consortium(self) -> RegistryPlace:
        """Deploy a registry whose Georgian issuer and Azerbaijani customs are listed for ten years."""
        registry = self.deploy()
        begins, ends = time_of(self.now - 3600), time_of(self.now + 10 * 365 * 86400)
        self.call(registry, GEORGIA, ListAuthority(ISSUER, Role.ISSUER, begins, ends))
        self.call(registry, AZERBAIJAN, ListAuthority(CUSTOMS, Role.CUSTOMS, begins, ends))
        return registry

    def node(self, registry: RegistryPlace, name: str = "anvil", timeout_s: float = 5.0) -> Web3Node:
        """Give the node as the product sees it."""
        return Web3Node(name, self.url, registry, timeout_s)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @property
    def chain_id(self) -> int:
        """The chain's number."""
        return int(self.ask("eth_chainId"), 16)

    @property
    def now(self) -> int:
        """Time of the newest block, in seconds since 1970."""
        return int(self.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def mine(self, count: int = 1) -> None:
        """Add empty blocks."""
        self.ask("anvil_mine", hex(count))

    def reorg(self, depth: int) -> None:
        """Take blocks back; as many others, empty ones, come in their places."""
        self.ask("anvil_reorg", depth, [])

    def set_time(self, seconds: int) -> None:
        """Give the next block this time."""
        self.ask("evm_setNextBlockTimestamp", seconds)


@contextmanager
def anvil(chain_id: int = CHAIN_ID, *options: str) -> Iterator[Anvil]:
    """Run a node until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(PROGRAM),
        "--silent",
        "--port",
        str(port),
        "--hardfork",
        "prague",
        "--chain-id",
        str(chain_id),
    ]
    process = subprocess.Popen(
        [*command, "--slots-in-an-epoch", "1", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    node = Anvil(port)
    try:
        _await(node, process)
        yield node
    finally:
        node.close()
        process.terminate()
        process.wait(DEADLINE_S)


def _await(node: Anvil, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + DEADLINE_S
    while True:
        try:
            node.ask("eth_chainId")
        except httpx.TransportError:
            assert process.poll() is None, "anvil has ended"
            assert time.monotonic() < ends, "anvil does not answer"
            time.sleep(0.02)
        else:
            return
