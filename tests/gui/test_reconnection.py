import pytest

from gui.reconnection import LONGEST_S, delay_s


@pytest.mark.parametrize(
    ("attempt", "pause"), [(0, 0.5), (1, 0.5), (2, 1.0), (4, 4.0), (5, 8.0), (10**6, 8.0)]
)
def test_pauses_double_up_to_a_limit(attempt: int, pause: float) -> None:
    assert delay_s(attempt, 1.0) == pause


def test_chance_spreads_terminals_but_never_below_three_quarters() -> None:
    assert delay_s(9, 0.0) == 0.75 * LONGEST_S
