"""Opens a node by its address: one that is asked over HTTP, or the chain in a file of this machine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.node import NodeError
from hub.origin.settings import IN_A_FILE

if TYPE_CHECKING:
    from hub.origin.chain.embedded import EmbeddedNode
    from hub.origin.chain.web3_node import Web3Node


def open_node(name: str, url: str, registry: RegistryPlace, timeout_s: float) -> "Web3Node | EmbeddedNode":
    """Open a node; over HTTP nothing is asked yet. Raises `NodeError` for a file that is no chain."""
    # Each brings libraries along that take a second to load.
    if url.startswith(IN_A_FILE):
        from hub.origin.chain.embedded import EmbeddedNode

        try:
            return EmbeddedNode(name, Path(url.removeprefix(IN_A_FILE)), registry, lambda: datetime.now(UTC))
        except NodeError as error:
            raise NodeError(f"{name}: {error}") from error
    from hub.origin.chain.web3_node import Web3Node

    return Web3Node(name, url, registry, timeout_s)
