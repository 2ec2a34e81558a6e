"""Open-set searches and their uncertainty."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.evaluation.open_set import Searches, open_set_point, open_set_searches
from edge_agent.evaluation.protocol import Protocol

NOBODY = np.empty((0, 8), np.float32)


def people(count: int, each: int, spread: float = 0.05) -> tuple[NDArray[np.float32], list[str]]:
    """Vectors of people, each near a direction of their own."""
    random = np.random.default_rng(7)
    centres = random.standard_normal((count, 8))
    vectors = np.repeat(centres, each, axis=0) + spread * random.standard_normal((count * each, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), [f"p{i}" for i in range(count) for _ in range(each)]


def protocol(**keys: object) -> Protocol:
    return Protocol(**({"kind": "identification", "draws": 3} | keys))  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_searches_and_another_one_others() -> None:
    vectors, subjects = people(20, 3)
    once, again, other = (
        open_set_searches(vectors, subjects, NOBODY, protocol(seed=seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(once.own, again.own)
    assert not np.array_equal(once.own_subjects, other.own_subjects)


def test_nobody_is_searched_among_their_own_and_as_a_stranger_in_one_draw() -> None:
    vectors, subjects = people(10, 3)
    searches = open_set_searches(vectors, subjects, NOBODY, protocol(draws=1))
    assert not set(searches.own_subjects.tolist()) & set(searches.stranger_subjects.tolist())
    assert (len(searches.own), len(searches.strangers)) == (5 * 2, 5 * 3)


def test_a_subject_is_as_near_as_its_nearest_reference() -> None:
    vectors = np.eye(8, dtype=np.float32)[[0, 1, 0, 2, 2, 2]]
    searches = open_set_searches(vectors, ["a"] * 3 + ["b"] * 3, NOBODY, protocol(enrol_images=2, draws=8))
    of_a = searches.own[searches.own_subjects == 0]
    assert of_a.size
    assert set(of_a[~np.isnan(of_a)].round(3).tolist()) <= {1.0, 0.0}
    assert (searches.own[searches.own_subjects == 1] == 1.0).all()


@pytest.mark.parametrize(("rank", "is_found"), [(1, False), (2, True)])
def test_a_subject_behind_another_is_found_only_within_the_rank(rank: int, *, is_found: bool) -> None:
    # Either picture of a is nearer to the distractor than to the other; b has one picture and is a stranger.
    vectors = np.zeros((3, 8), np.float32)
    vectors[0, :2], vectors[1, :2], vectors[2, 7] = (0.6, 0.8), (-0.6, 0.8), 1.0
    distractor = np.eye(8, dtype=np.float32)[[1]]
    asked = protocol(subjects=1, rank=rank)
    searches = open_set_searches(vectors, ["a", "a", "b"], distractor, asked)
    assert searches.gallery == 2
    assert (~np.isnan(searches.own)).tolist() == [is_found] * 3


def test_an_enrolment_that_failed_makes_every_probe_of_it_a_miss() -> None:
    vectors, subjects = people(4, 2)
    vectors[::2] = np.nan
    searches = open_set_searches(vectors, subjects, NOBODY, protocol(draws=10))
    assert np.isnan(searches.own).all()
    assert len(searches.own) == 10 * 2


def scored(own: list[float], strangers: list[float], draws: int = 1) -> Searches:
    return Searches(
        np.array(own),
        np.arange(len(own)),
        np.array(strangers),
        np.arange(len(strangers)),
        len(own),
        len(own),
        draws,
    )


def test_the_threshold_lets_through_no_more_strangers_than_asked() -> None:
    random = np.random.default_rng(3)
    searches = scored(list(random.normal(0.5, 0.1, 300)), list(random.normal(0, 0.1, 1000)))
    point = open_set_point(searches, 0.01, np.random.default_rng(1))
    assert point is not None
    assert point.fpir.value == 0.01
    assert point.tpir.value == (searches.own >= point.threshold).mean() == 1 - point.fnir
    low, high = point.bootstrap
    assert 0.9 < low <= point.tpir.value <= high <= 1.0


def test_draws_that_repeat_the_same_pictures_are_no_more_data() -> None:
    strangers = list(np.linspace(0, 0.3, 50)) * 40
    assert open_set_point(scored([0.9] * 400, strangers, draws=40), 0.01, np.random.default_rng(1)) is None
    point = open_set_point(scored([0.9] * 400, strangers, draws=40), 0.1, np.random.default_rng(1))
    assert point is not None
    assert (point.tpir.n, point.fpir.n) == (10, 50)
    assert point.tpir.low < 0.75


def test_the_interval_over_subjects_is_wider_than_over_pictures() -> None:
    # Five subjects, one of whom is always missed: pictures of one person are no independent trials.
    subjects = np.repeat(np.arange(5), 200)
    own = np.where(subjects == 0, np.nan, 0.9)
    strangers = np.linspace(0, 0.3, 100)
    searches = Searches(own, subjects, strangers, np.arange(100), 5, 5, 1)
    point = open_set_point(searches, 0.05, np.random.default_rng(1))
    assert point is not None
    low, high = point.bootstrap
    assert low < point.tpir.low < point.tpir.high < high
