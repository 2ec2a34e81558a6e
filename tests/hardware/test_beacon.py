import pytest

from hardware.beacon import DARK, MATCH, REVIEW, BeaconColour, BeaconPattern, BeaconSignal


@pytest.mark.parametrize(
    ("signal", "lit"),
    [
        (DARK, [False, False, False, False]),
        (BeaconSignal(BeaconColour.RED, BeaconPattern.STEADY), [True, True, True, True]),
        (REVIEW, [True, True, False, False]),
        (MATCH, [True, False, True, False]),
    ],
)
def test_patterns_tell_signals_apart_without_colour(signal: BeaconSignal, lit: list[bool]) -> None:
    assert [signal.is_lit(seconds) for seconds in (0.0, 0.2, 0.7, 0.9)] == lit
