"""A certificate of 25 salted fields verified from what is kept on site, beside one bare question to a node.

The bare question (eth_call of one value) is answered without any proof. The verdict by proof from two nodes,
two anvil processes with the same blocks, stands in the notes: with the agreed block kept for a second, and
with the nodes asked for it anew each time.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import statements
from hub.origin.chain import proven
from hub.origin.chain.facts import FactSource
from hub.origin.chain.node import ChainReader
from hub.origin.chain.proven import ProvenSource, ProvenTerms
from hub.origin.snapshot.indexer import Indexer, IndexTerms
from hub.origin.snapshot.source import SnapshotSource
from hub.origin.snapshot.store import SnapshotStore
from hub.origin.verifying.verifying import Verifier
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.benchmarks.origin_chain import (
    BATCH,
    NO_ANVIL,
    NOW,
    PRESENTED,
    Player,
    document_of_batch,
    is_installed,
    terms_of,
    two_nodes,
)
from tests.hub.origin.ethereum import Anvil

NAME = "origin_verify"
N = 300
BATCHES = keccak256(b"batches(bytes32)")[:4]


def run(n: int = N) -> Measurement:
    """Give medians in milliseconds."""
    if not is_installed():
        return not_measured(NAME, "ms", NO_ANVIL)
    with two_nodes(_play) as (chain, document), tempfile.TemporaryDirectory() as folder:
        nodes = [node.node(document.registry, name) for name, node in zip("ab", chain, strict=True)]
        source = _snapshot(Path(folder) / "snapshot.db", document.registry, nodes)
        bare = _bare_question(chain[0], document)
        ours, reference = interleaved(_verify(source, document), bare, n)
        source.close()
        online, anew = _by_proof(nodes, document, bare, n)
    fields = len(statements(document.certificate))
    notes = (
        f"{fields} fields, a batch of {BATCH}, without a line; by proof from two anvil nodes"
        f" {online * 1e3:.1f} ms, asking them for the block anew {anew * 1e3:.1f} ms; the reference is"
        " eth_call of one value"
    )
    return Measurement(NAME, "ms", n, ours * 1e3, reference * 1e3, notes)


def _play(player: Player) -> AnchoredCertificate:
    registry = player.registry()
    document = document_of_batch(registry)
    player.anchor(registry, document.root, BATCH)
    player.step(lambda node: node.mine())
    return document


def _snapshot(path: Path, registry: RegistryPlace, nodes: Sequence[ChainReader]) -> SnapshotSource:
    store = SnapshotStore(path, registry)
    indexer = Indexer(store, nodes, IndexTerms(chain_id=registry.chain_id, agree=2, final=False))
    indexer.catch_up()
    indexer.close()
    store.close()
    return SnapshotSource(path, registry)


def _verify(source: FactSource, document: AnchoredCertificate) -> Callable[[], None]:
    verifier = Verifier([source], terms_of(document.registry))

    def verify() -> None:
        found = verifier.verify(document, PRESENTED)
        assert found.verdict is OriginVerdict.VALID, found.reasons

    return verify


def _bare_question(node: Anvil, document: AnchoredCertificate) -> Callable[[], None]:
    call = {"to": "0x" + document.registry.address.hex(), "data": "0x" + (BATCHES + document.batch).hex()}

    def ask() -> None:
        assert int(node.ask("eth_call", call, "latest"), 16) > 0

    return ask


def _by_proof(
    nodes: Sequence[ChainReader], document: AnchoredCertificate, bare: Callable[[], None], n: int
) -> tuple[float, float]:
    """Give the medians with the agreed block kept, and asked for anew each time."""
    terms = ProvenTerms(
        registry=document.registry, agree=2, final=False, head_age=timedelta(hours=1), timeout_s=5.0
    )
    source = ProvenSource(nodes, terms, lambda: NOW)
    verify = _verify(source, document)
    kept, _ = interleaved(verify, bare, n)
    with _head_not_kept():
        anew, _ = interleaved(verify, bare, n)
    source.close()
    return kept, anew


@contextmanager
def _head_not_kept() -> Iterator[None]:
    before = proven.HEAD_KEPT_S
    proven.HEAD_KEPT_S = 0.0
    try:
        yield
    finally:
        proven.HEAD_KEPT_S = before
