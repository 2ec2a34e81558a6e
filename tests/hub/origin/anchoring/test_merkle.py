"""The tree of a batch: every place leads to the root, and no other place does."""

import pytest
from hypothesis import given
from hypothesis.strategies import binary, integers, lists

from hub.origin.anchoring.keccak import keccak256
from hub.origin.anchoring.merkle import EMPTY, MOST_LEAVES, MerkleTree, depth_of, root_of


def test_keccak_is_the_one_of_ethereum() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@given(lists(binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True))
def test_every_leaf_leads_to_the_root_from_its_place(leaves: list[bytes]) -> None:
    tree = MerkleTree(leaves)
    for index, leaf in enumerate(leaves):
        assert root_of(leaf, index, tree.proof(index)) == tree.root


@given(
    lists(binary(min_size=32, max_size=32).filter(any), min_size=2, max_size=40, unique=True),
    integers(0),
    integers(0),
)
def test_a_leaf_leads_nowhere_from_another_place(leaves: list[bytes], one: int, other: int) -> None:
    tree, index, place = MerkleTree(leaves), one % len(leaves), other % len(leaves)
    if index != place:
        assert root_of(leaves[index], place, tree.proof(index)) != tree.root
        assert root_of(leaves[index], place, tree.proof(place)) != tree.root


@pytest.mark.parametrize(
    ("count", "places", "depth"), [(1, 1, 0), (2, 2, 1), (3, 4, 2), (4, 4, 2), (5, 8, 3)]
)
def test_places_are_filled_up_to_a_power_of_two(count: int, places: int, depth: int) -> None:
    tree = MerkleTree([bytes([number]) * 32 for number in range(1, count + 1)])
    assert (tree.count, len(tree.proof(0)), depth_of(count)) == (places, depth, depth)
    for empty in range(count, places):
        assert root_of(EMPTY, empty, tree.proof(empty)) == tree.root


@pytest.mark.parametrize("count", [0, MOST_LEAVES + 1])
def test_no_batch_is_empty_or_too_large(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 1048576"):
        depth_of(count)


def test_a_leaf_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MerkleTree([b"short"])


@pytest.mark.parametrize("index", [-1, 4])
def test_a_place_outside_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError):
        MerkleTree([bytes(32)] * 3).proof(index)
