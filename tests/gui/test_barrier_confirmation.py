import pytest

from gui.barrier_confirmation import BarrierConfirmation


@pytest.mark.parametrize(
    ("presses", "opened"),
    [
        ([0.0], [False]),
        ([0.0, 1.0], [False, True]),
        ([0.0, 0.1], [False, False]),
        ([0.0, 0.1, 1.0], [False, False, True]),
        ([0.0, 0.2, 0.4, 0.6, 0.8], [False] * 5),
        ([0.0, 5.0], [False, False]),
        ([0.0, 5.0, 6.0], [False, False, True]),
        ([0.0, 1.0, 2.0], [False, True, False]),
    ],
)
def test_only_a_second_deliberate_press_opens(presses: list[float], opened: list[bool]) -> None:
    state, results = BarrierConfirmation(), []
    for moment in presses:
        state, is_confirmed = state.press(moment)
        results.append(is_confirmed)
    assert results == opened


def test_it_asks_only_for_a_while() -> None:
    state, _ = BarrierConfirmation().press(0.0)
    assert state.is_asking(3.9)
    assert not state.is_asking(4.1)
    assert not BarrierConfirmation().is_asking(0.0)
