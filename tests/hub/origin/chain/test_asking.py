"""Several nodes asked at once: the late are left behind, the bad are asked last."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event

import pytest

from hub.origin.chain.asking import MOST_LATE, NodeGroup
from hub.origin.chain.fake_chain import FakeChain, FakeNode
from hub.origin.chain.node import ChainReader, NodeError


@pytest.fixture
def nodes() -> list[FakeNode]:
    chain = FakeChain(datetime(2026, 9, 20, tzinfo=UTC))
    return [FakeNode(chain, name) for name in "abc"]


@pytest.fixture
def group(nodes: list[FakeNode]) -> Iterator[NodeGroup]:
    made = NodeGroup(nodes, timeout_s=0.2)
    yield made
    made.close()


def chain_id(node: ChainReader) -> int:
    return node.chain_id()


def fail() -> None:
    raise NodeError("down")


def order(group: NodeGroup) -> list[str]:
    return [node.name for node in group.by_health()]


def test_who_fails_is_missing_and_asked_last(group: NodeGroup, nodes: list[FakeNode]) -> None:
    nodes[0].before_answer = fail
    assert set(group.ask_all(chain_id)) == {"b", "c"}
    assert group.faults() == {"a": "down"}
    assert order(group) == ["b", "c", "a"]
    group.ask_all(chain_id)
    assert group.health["a"].failures == 2


def test_who_answers_again_is_as_good_as_before(group: NodeGroup, nodes: list[FakeNode]) -> None:
    nodes[0].before_answer = fail
    group.ask_all(chain_id)
    nodes[0].before_answer = lambda: None
    assert set(group.ask_all(chain_id)) == {"a", "b", "c"}
    assert group.faults() == {}
    assert order(group) == ["a", "b", "c"]
    assert group.health["a"].took_s is not None


def test_nobody_waits_for_the_late(group: NodeGroup, nodes: list[FakeNode]) -> None:
    go_on = Event()
    nodes[0].before_answer = lambda: fail() if go_on.wait(10) else None
    try:
        assert set(group.ask_all(chain_id)) == {"b", "c"}
        assert group.faults() == {"a": "a: late"}
        assert set(group.ask_all(chain_id)) == {"b", "c"}
    finally:
        go_on.set()


def test_who_leaves_many_questions_open_is_given_no_more(group: NodeGroup, nodes: list[FakeNode]) -> None:
    go_on, asked = Event(), list[int]()

    def dawdle() -> None:
        asked.append(1)
        go_on.wait(10)

    nodes[0].before_answer = dawdle
    try:
        for _ in range(MOST_LATE + 3):
            assert set(group.ask_all(chain_id)) == {"b", "c"}
        assert len(asked) == MOST_LATE
        with pytest.raises(NodeError, match="late"):
            group.ask_one(chain_id, "a")
    finally:
        go_on.set()
    group.close()
    assert set(group.ask_all(chain_id)) == {"a", "b", "c"}


def test_one_alone_is_asked_within_the_same_time(group: NodeGroup, nodes: list[FakeNode]) -> None:
    assert group.ask_one(chain_id, "b") == nodes[1].chain.chain_id
    go_on = Event()
    nodes[1].before_answer = lambda: fail() if go_on.wait(10) else None
    try:
        with pytest.raises(NodeError, match="late"):
            group.ask_one(chain_id, "b")
    finally:
        go_on.set()


def test_a_contradiction_is_not_forgotten_with_the_next_answer(group: NodeGroup) -> None:
    group.contradicted("a", "names another block")
    assert group.faults() == {"a": "names another block"}
    group.ask_all(chain_id)
    assert group.faults() == {}
    assert order(group) == ["b", "c", "a"]


def test_some_alone_can_be_asked(group: NodeGroup, nodes: list[FakeNode]) -> None:
    nodes[0].before_answer = fail
    assert set(group.ask_all(chain_id, among={"b"})) == {"b"}
    assert group.faults() == {}


def test_what_is_no_fault_of_a_node_is_not_hidden(group: NodeGroup) -> None:
    def broken(_: ChainReader) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        group.ask_all(broken)
