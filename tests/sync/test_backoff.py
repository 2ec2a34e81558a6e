"""Retries come ever later, never all at once."""

import pytest

from sync.backoff import delay_s


@pytest.mark.parametrize(
    ("attempt", "chance", "expected"),
    [(0, 0.0, 0.25), (0, 1.0, 0.5), (1, 1.0, 1.0), (4, 0.0, 4.0), (7, 1.0, 60.0), (10_000, 1.0, 60.0)],
)
def test_the_wait_doubles_up_to_its_ceiling(attempt: int, chance: float, expected: float) -> None:
    assert delay_s(attempt, chance) == expected
