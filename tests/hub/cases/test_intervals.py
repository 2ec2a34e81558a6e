"""Intervals and agreement against published values."""

import pytest

from hub.cases.intervals import Share, agreement_of, poisson_interval


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share_has_wilsons_interval(count: int, total: int, low: float, high: float) -> None:
    assert Share(count, total).interval == pytest.approx((low, high), abs=5e-5)


def test_few_cases_give_no_share() -> None:
    assert (Share(9, 9).value, Share(9, 9).interval, Share(9, 10).value) == (None, None, 0.9)


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3)])
def test_more_than_all_is_no_share(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        Share(count, total)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # Garwood (1936), as in the usual tables; 500 from the chi-squared distribution.
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (10, 4.795, 18.390),
        (100, 81.364, 121.627),
        (500, 457.13, 545.81),
    ],
)
def test_a_count_has_its_poisson_interval(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), rel=2e-4, abs=1e-3)


def test_kappa_takes_away_what_chance_gives() -> None:
    # Two readers of 50 proposals: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no; kappa 0.4.
    table = {
        ("same", "same"): 20,
        ("same", "not-same"): 5,
        ("not-same", "same"): 10,
        ("not-same", "not-same"): 15,
    }
    found = agreement_of(table)
    assert (found.pairs, found.agreed) == (50, 35)
    assert found.kappa == pytest.approx(0.4)


@pytest.mark.parametrize("table", [{("same", "same"): 9}, {("same", "same"): 40}])
def test_without_enough_or_differing_answers_there_is_no_kappa(table: dict[tuple[str, str], int]) -> None:
    assert agreement_of(table).kappa is None
