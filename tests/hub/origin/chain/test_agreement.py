"""What several nodes agree on, by states where those are known."""

import pytest

from hub.origin.chain.agreement import agreed, common_height, common_heights

STATES = {"a": "GE", "b": "GE", "c": "UA"}


@pytest.mark.parametrize(
    ("said", "states", "agree", "expected"),
    [
        ({"a": 1, "b": 1}, {}, 2, 1),
        ({"a": 1, "b": 2}, {}, 2, None),
        ({"a": 1, "b": 2, "c": 2}, {}, 2, 2),
        ({"a": 1, "b": 1, "c": 2, "d": 2}, {}, 2, None),
        ({"a": 1, "b": 1}, STATES, 2, None),
        ({"a": 1, "c": 1}, STATES, 2, 1),
        ({"a": 1}, {}, 1, 1),
        ({}, {}, 1, None),
    ],
)
def test_agreement(said: dict[str, int], states: dict[str, str], agree: int, expected: int | None) -> None:
    assert agreed(said, states, agree) == expected


@pytest.mark.parametrize(
    ("heads", "states", "agree", "expected"),
    [
        ({"a": 9, "b": 7, "c": 5}, {}, 2, 7),
        ({"a": 9, "b": 7, "c": 5}, STATES, 2, 5),
        ({"a": 9, "b": 7, "c": 5}, {}, 3, 5),
        ({"a": 9}, {}, 2, None),
        ({"a": 9, "b": 7}, STATES, 2, None),
    ],
)
def test_the_common_height_is_the_highest_that_enough_nodes_have(
    heads: dict[str, int], states: dict[str, str], agree: int, expected: int | None
) -> None:
    assert common_height(heads, states, agree) == expected


def test_lower_heights_follow_for_when_only_a_liar_has_the_highest() -> None:
    assert list(common_heights({"a": 9, "b": 7, "c": 7, "d": 5}, {}, 2)) == [7, 5]
    assert list(common_heights({"a": 9}, {}, 2)) == []
