"""Several templates into one."""

import numpy as np
import pytest

from edge_agent.vision.fusion import WeightedTemplate, face_change, fuse
from models.errors import ContractMismatchError, ModelError
from models.template import EmbeddingContract, Template, comparison_score, unit_template

CONTRACT = EmbeddingContract("net", "0" * 64, "square", "bgr", 16)
AXES = np.eye(16)


def part(
    direction: np.ndarray[tuple[int, ...], np.dtype[np.float64]], quality: float = 50.0
) -> WeightedTemplate:
    return WeightedTemplate(unit_template(direction, CONTRACT), quality)


def test_one_template_is_itself() -> None:
    fused = fuse([part(AXES[0])])
    assert fused.used == 1
    np.testing.assert_allclose(fused.template.vector, AXES[0], atol=1e-6)


def test_quality_weighs() -> None:
    fused = fuse([part(AXES[0], 90.0), part(AXES[0] + AXES[1], 10.0)])
    expected = 90 * AXES[0] + 10 * (AXES[0] + AXES[1]) / np.sqrt(2)
    np.testing.assert_allclose(fused.template.vector, expected / np.linalg.norm(expected), atol=1e-6)


def test_an_outlier_is_left_out() -> None:
    same = [part(AXES[0] + 0.1 * AXES[number]) for number in range(1, 5)]
    fused = fuse([*same, part(-AXES[0])])
    assert fused.used == 4
    np.testing.assert_allclose(fused.template.vector, fuse(same).template.vector, atol=1e-6)


def test_opposites_leave_the_best_sample() -> None:
    fused = fuse([part(AXES[0], 50.0), part(-AXES[0], 50.0)])
    assert (fused.used, float(fused.template.vector[0])) == (1, 1.0)


def test_fusing_noisy_views_comes_nearer_to_the_face() -> None:
    random = np.random.default_rng(5)
    truth = unit_template(AXES[0], CONTRACT)
    views = [part(AXES[0] + 0.15 * random.standard_normal(16)) for _ in range(5)]
    best_single = max(comparison_score(view.template, truth) for view in views)
    assert comparison_score(fuse(views).template, truth) > best_single


def test_templates_of_two_contracts_are_refused() -> None:
    other = EmbeddingContract("other", "1" * 64, "square", "bgr", 16)
    foreign = WeightedTemplate(Template(AXES[0].astype(np.float32), other), 50.0)
    with pytest.raises(ContractMismatchError, match="not comparable"):
        fuse([part(AXES[0]), foreign])


def test_nothing_to_fuse_is_an_error() -> None:
    with pytest.raises(ModelError, match="no templates"):
        fuse([])


def faces(*order: int) -> list[Template]:
    """Templates of drawn-up persons in time, each a little different."""
    random = np.random.default_rng(8)
    return [part(AXES[person] + 0.1 * random.standard_normal(16)).template for person in order]


@pytest.mark.parametrize(
    ("order", "start"),
    [
        ((0,), 0),
        ((0, 0, 0, 0), 0),
        ((0, 1), 0),
        ((0, 0, 0, 1), 0),
        ((0, 1, 1), 1),
        ((0, 0, 0, 1, 1), 3),
        ((0, 0, 1, 0, 0), 0),
        ((0, 1, 2, 3), 0),
    ],
)
def test_a_face_that_takes_a_track_over_is_noticed_once_two_views_agree(
    order: tuple[int, ...], start: int
) -> None:
    assert face_change(faces(*order)) == start
