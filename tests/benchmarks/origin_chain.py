"""A registry on two nodes for the benchmarks: both play the same blocks, so they agree on each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TypeVar

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace, leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.canonical import document_digest
from hub.origin.chain.calls import AnchorBatch, ListAuthority
from hub.origin.chain.facts import Role
from hub.origin.registry.layout import time_of
from hub.origin.verifying.judging import FormRules, Presentation, Terms
from tests.hub.origin.certificate.samples import certificate, key_of
from tests.hub.origin.ethereum import CHAIN_ID, GE, GEORGIA, ISSUER, PROGRAM, Anvil, anvil

BEGINS = 1_790_000_000
"""The day after the samples' own."""
NOW = time_of(BEGINS + 60)
PRESENTED = Presentation(NOW)
BATCH = 1_000
NO_ANVIL = "no anvil: make setup installs it where npm is"
RULES = FormRules(valid_months=12, anchored_within=timedelta(days=3), retrospective="retrospective")
Done = TypeVar("Done")


def is_installed() -> bool:
    """Say whether there is a node to run."""
    return PROGRAM.is_file()


def terms_of(registry: RegistryPlace) -> Terms:
    """Give what certificates are judged by."""
    return Terms(
        registry=registry, forms={"ct-1": RULES}, stale_after=timedelta(days=1), settling=timedelta(days=1)
    )


@contextmanager
def two_nodes(play: Callable[["Player"], Done]) -> Iterator[tuple[list[Anvil], Done]]:
    """Run two nodes that have played the same."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(anvil(CHAIN_ID, "--timestamp", str(BEGINS))) for _ in range(2)]
        played = [play(Player(node)) for node in nodes]
        hashes = {str(node.ask("eth_getBlockByNumber", "latest", False)["hash"]) for node in nodes}
        assert len(hashes) == 1, "the nodes have different chains"
        yield nodes, played[0]


class Player:
    """Makes blocks whose times are its own, so that another node can make the same."""

    def __init__(self, node: Anvil) -> None:
        self._node = node
        self._time = BEGINS

    def step(self, work: Callable[[Anvil], Done]) -> Done:
        """Do what makes one block."""
        self._time += 1
        self._node.set_time(self._time)
        return work(self._node)

    def registry(self) -> RegistryPlace:
        """Deploy a registry with one issuer."""
        place = self.step(Anvil.deploy)
        ends = time_of(BEGINS + 10**8)
        self.step(
            lambda node: node.call(
                place, GEORGIA, ListAuthority(ISSUER, Role.ISSUER, time_of(BEGINS - 100), ends)
            )
        )
        return place

    def anchor(self, place: RegistryPlace, root: bytes, count: int) -> None:
        """Anchor a batch."""
        self.step(lambda node: node.call(place, ISSUER, AnchorBatch(root, count)))


def document_of_batch(registry: RegistryPlace) -> AnchoredCertificate:
    """Give one of a batch of a thousand; it states 25 fields."""
    one = certificate()
    one = msgspec.structs.replace(
        one, fields={path: value for path, value in one.fields.items() if path != "items.1.marks"}
    )
    key, place = key_of(1), 417
    leaves = [bytes([1 + number % 200]) * 32 for number in range(BATCH)]
    leaves[place] = leaf_digest(registry, GE, place, document_digest(one, key))
    proof = MerkleTree(leaves).proof(place)
    return AnchoredCertificate(certificate=one, key=key, registry=registry, index=place, proof=proof)
