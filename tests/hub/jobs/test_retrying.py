"""When a failed job is tried again."""

from datetime import timedelta

import pytest

from hub.jobs.retrying import RetryPolicy, next_attempt
from tests.hub.builders import NOW

POLICY = RetryPolicy(attempts=4, first_wait=timedelta(seconds=8), longest_wait=timedelta(seconds=20))


@pytest.mark.parametrize(
    ("failed", "chance", "seconds"), [(1, 0.0, 4), (1, 0.5, 6), (2, 0.0, 8), (3, 0.0, 10), (3, 0.5, 15)]
)
def test_waits_double_up_to_the_longest_and_half_of_one_is_chance(
    failed: int, chance: float, seconds: int
) -> None:
    assert next_attempt(POLICY, failed, chance, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("failed", [4, 5])
def test_the_last_attempt_is_followed_by_none(failed: int) -> None:
    assert next_attempt(POLICY, failed, 0.0, NOW) is None


def test_a_job_is_tried_at_least_once() -> None:
    with pytest.raises(ValueError, match="0 attempts"):
        RetryPolicy(attempts=0)
