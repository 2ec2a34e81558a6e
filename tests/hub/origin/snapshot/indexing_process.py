"""``python -m tests.hub.origin.snapshot.indexing_process FILE SEED``: indexes a chain in memory."""

import random
import sys
from pathlib import Path

from hub.origin.chain.fake_chain import FakeChain, FakeNode
from hub.origin.snapshot.indexer import Indexer, IndexTerms, Progress
from hub.origin.snapshot.store import SnapshotStore
from tests.hub.origin.snapshot.told import BEGINS, REGISTRY, RandomTeller

BLOCKS = 600


def chain_of(seed: int) -> FakeChain:
    """Make the same chain for the same seed."""
    chain, teller = FakeChain(BEGINS), RandomTeller(random.Random(seed))
    for _ in range(BLOCKS):
        chain.mine(*teller.events(chain))
    return chain


def tell(progress: Progress) -> None:
    """Say how far it is."""
    sys.stdout.write(f"{progress.block}\n")
    sys.stdout.flush()


def main() -> None:
    """Say a line after every span."""
    path, seed = Path(sys.argv[1]), int(sys.argv[2])
    node = FakeNode(chain_of(seed), "a")
    node.longest_span = 2
    store = SnapshotStore(path, REGISTRY)
    indexer = Indexer(store, [node], IndexTerms(chain_id=9441, agree=1, final=False))
    indexer.catch_up(tell)
    indexer.close()
    store.close()


if __name__ == "__main__":
    main()
