"""Answers by proof, over two nodes of one chain in a file: what is asked again, and what is kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain import proven
from hub.origin.chain.embedded import CHAIN_ID, EmbeddedNode
from hub.origin.chain.facts import BlockRef, ChainUnavailableError, Question, Silence
from hub.origin.chain.node import NodeError, StateProof
from hub.origin.chain.proven import ProvenSource, ProvenTerms
from tests.hub.builders import Clock

REGISTRY = RegistryPlace(CHAIN_ID, b"\xc0" * 20)
QUESTION = Question(REGISTRY, StateCode("GE"), b"\x01" * 32, 0)


class Asked(EmbeddedNode):
    """Counts what it is asked."""

    def __init__(self, name: str, path: Path, clock: Clock) -> None:
        super().__init__(name, path, REGISTRY, clock)
        self.heads = self.proofs = 0
        self.is_down = False

    def head(self, *, final: bool) -> BlockRef:
        self.heads += 1
        if self.is_down:
            raise NodeError("down")
        return super().head(final=final)

    def prove(self, block: BlockRef, slots: Sequence[bytes]) -> StateProof:
        self.proofs += 1
        return super().prove(block, slots)


class Source:
    def __init__(self, path: Path) -> None:
        self.clock = Clock(datetime(2026, 9, 20, tzinfo=UTC))
        self.nodes = [Asked(name, path, self.clock) for name in "ab"]
        terms = ProvenTerms(
            registry=REGISTRY, agree=2, final=True, head_age=timedelta(minutes=5), timeout_s=10.0
        )
        self.source = ProvenSource(self.nodes, terms, self.clock)

    @property
    def heads(self) -> int:
        return sum(node.heads for node in self.nodes)

    @property
    def proofs(self) -> int:
        return sum(node.proofs for node in self.nodes)

    def silence(self) -> Silence:
        with pytest.raises(ChainUnavailableError) as caught:
            self.source.ask(QUESTION)
        return caught.value.silence


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Source]:
    made = Source(tmp_path / "chain.db")
    yield made
    made.source.close()
    for node in made.nodes:
        node.close()


def test_a_refused_proof_is_asked_for_once_more_with_a_new_head(asked: Source) -> None:
    """There is no registry at that address, so no proof leads anywhere: both nodes, twice."""
    assert asked.silence() is Silence.UNPROVEN
    assert (asked.heads, asked.proofs) == (4, 4)
    assert [health.contradictions for health in asked.source.group.health.values()] == [2, 2]


def test_an_outage_is_not_asked_twice(asked: Source) -> None:
    for node in asked.nodes:
        node.is_down = True
    assert asked.silence() is Silence.UNREACHABLE
    assert (asked.heads, asked.proofs) == (2, 0)


def test_an_agreed_block_is_kept_for_a_moment(asked: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proven, "HEAD_KEPT_S", 60.0)
    head = asked.source._agreed_head()
    assert asked.source._agreed_head() == (head[0], True)
    assert asked.heads == 2
    monkeypatch.setattr(proven, "HEAD_KEPT_S", 0.0)
    assert asked.source._agreed_head()[1] is False
    assert asked.heads == 4


def test_how_far_a_node_is_can_be_read(asked: Source) -> None:
    asked.source._agreed_head()
    heights = {name: health.height for name, health in asked.source.group.health.items()}
    assert heights == {"a": 0, "b": 0}


def test_another_registry_is_not_asked_for(asked: Source) -> None:
    elsewhere = msgspec.structs.replace(QUESTION, registry=RegistryPlace(1, REGISTRY.address))
    with pytest.raises(ChainUnavailableError) as caught:
        asked.source.ask(elsewhere)
    assert caught.value.silence is Silence.NOT_CONFIGURED
    assert asked.heads == 0
