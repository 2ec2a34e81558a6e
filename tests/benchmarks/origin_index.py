"""Catching up with a chain: batches a second into the snapshot, beside asking one node for the bare logs.

Both nodes tell every span and have to tell it alike; both stand in for two states. The reference is
eth_getLogs of the same blocks and nothing done with the answer.
"""

import tempfile
from itertools import count
from pathlib import Path

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.snapshot.indexer import Indexer, IndexTerms
from hub.origin.snapshot.store import SnapshotStore
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.benchmarks.origin_chain import NO_ANVIL, Player, is_installed, two_nodes
from tests.hub.origin.ethereum import CHAIN_ID

NAME = "origin_index"
BATCHES = 1_000
N = 7


def run(batches: int = BATCHES, n: int = N) -> Measurement:
    """Give batches a second."""
    if not is_installed():
        return not_measured(NAME, "batches/s", NO_ANVIL)

    def play(player: Player) -> RegistryPlace:
        registry = player.registry()
        for number in range(batches):
            player.anchor(registry, (number + 1).to_bytes(32), 64)
        return registry

    with two_nodes(play) as (chain, registry), tempfile.TemporaryDirectory() as folder:
        nodes = [node.node(registry, name) for name, node in zip("ab", chain, strict=True)]
        wanted = {"address": "0x" + registry.address.hex(), "fromBlock": "0x0", "toBlock": "latest"}
        turns = count()

        def index() -> None:
            store = SnapshotStore(Path(folder) / f"{next(turns)}.db", registry)
            indexer = Indexer(store, nodes, IndexTerms(chain_id=CHAIN_ID, agree=2, final=False))
            assert indexer.catch_up().block >= batches
            indexer.close()
            store.close()

        ours, bare = interleaved(index, lambda: chain[0].ask("eth_getLogs", wanted), n)
    notes = f"{batches} batches, a block each, from two anvil nodes; the reference is eth_getLogs of one"
    return Measurement(NAME, "batches/s", n, batches / ours, batches / bare, notes)
