"""What is kept on site is what the chain proves: the same answers for the same block, event by event."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.calls import AnchorBatch, DrawDown, ListAuthority, SetStatus
from hub.origin.chain.facts import ChainFacts, Question, Role, Status
from hub.origin.chain.proven import ProvenSource, ProvenTerms
from hub.origin.registry.layout import time_of
from hub.origin.snapshot.indexer import Indexer, IndexTerms
from hub.origin.snapshot.source import SnapshotSource
from hub.origin.snapshot.store import SnapshotStore
from tests.hub.origin.certificate.samples import anchored
from tests.hub.origin.ethereum import CUSTOMS, GE, GEORGIA, ISSUER, Anvil, anvil, needs_anvil

pytestmark = needs_anvil
COUNT = 8
STEPS = 25


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    with anvil() as node:
        yield node


class Author:
    """Does random things that the registry allows, with one batch of eight and others of made-up roots."""

    def __init__(self, chain: Anvil, registry: RegistryPlace, rng: random.Random) -> None:
        self._chain = chain
        self._registry = registry
        self._rng = rng
        self._statuses = [Status.GOOD] * COUNT
        self._used: dict[tuple[int, int], int] = {}
        self.ones: list[AnchoredCertificate] = [anchored(COUNT, place, registry)[0] for place in range(COUNT)]
        self.roots = [self.ones[0].root]
        self._call_issuer(AnchorBatch(self.roots[0], COUNT))

    def step(self) -> None:
        """Do one thing."""
        self._rng.choice((self._anchor, self._change, self._draw, self._list))()

    def _call_issuer(self, call: AnchorBatch | SetStatus) -> None:
        self._chain.call(self._registry, ISSUER, call)

    def _anchor(self) -> None:
        self.roots.append(self._rng.randbytes(32))
        self._call_issuer(AnchorBatch(self.roots[-1], self._rng.randrange(1, 2**20)))

    def _change(self) -> None:
        place = self._rng.randrange(COUNT)
        before = self._statuses[place]
        wanted = self._rng.choice([one for one in Status if one is not before])
        if before is not Status.REVOKED:
            self._statuses[place] = wanted
            self._call_issuer(SetStatus(self.roots[0], place, wanted, self._rng.choice((1, 2**256 - 1)), b""))

    def _draw(self) -> None:
        place, line = self._rng.randrange(COUNT), self._rng.choice((1, 2))
        used, parts = self._used.get((place, line), 0), self._rng.randrange(1, 10**8)
        if self._statuses[place] is Status.GOOD:
            one = self.ones[place]
            call = DrawDown(GE, one.root, one.digest, place, one.proof, line, used, parts, bytes(32))
            self._chain.call(self._registry, CUSTOMS, call)
            self._used[place, line] = used + parts

    def _list(self) -> None:
        begins = time_of(self._chain.now - self._rng.randrange(1, 9999))
        ends = time_of(self._chain.now + self._rng.choice((10**7, 10**12)))
        self._chain.call(self._registry, GEORGIA, ListAuthority(ISSUER, Role.ISSUER, begins, ends))


def bare(facts: ChainFacts) -> ChainFacts:
    """Leave away what only one of the two sources can know."""
    return msgspec.structs.replace(facts, provenance="", reason_code=0, evidence={})


@pytest.mark.parametrize("seed", range(3))
def test_snapshot_and_proof_say_the_same(chain: Anvil, tmp_path: Path, seed: int) -> None:
    registry = chain.consortium()
    author = Author(chain, registry, random.Random(seed))
    for _ in range(STEPS):
        author.step()
    nodes = [chain.node(registry, name) for name in "ab"]
    store = SnapshotStore(tmp_path / "snapshot.db", registry)
    indexer = Indexer(store, nodes, IndexTerms(chain_id=registry.chain_id, agree=2, final=False))
    indexer.catch_up()
    terms = ProvenTerms(registry=registry, agree=2, final=False, head_age=timedelta(days=9999), timeout_s=5.0)
    proven = ProvenSource(nodes, terms, lambda: datetime.now(UTC))
    kept = SnapshotSource(tmp_path / "snapshot.db", registry)
    asked = [Question(registry, GE, author.roots[0], place, (1, 2)) for place in range(COUNT)]
    asked += [Question(registry, GE, root, 0) for root in (*author.roots[1:], bytes(31) + b"\x01")]
    for question in asked:
        assert bare(kept.ask(question)) == bare(proven.ask(question))
    for one in (proven, kept, indexer, store):
        one.close()
