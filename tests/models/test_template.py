"""Behaviour of templates and their contract."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import ContractMismatchError, ModelError
from models.template import EmbeddingContract, Template, comparison_score, unit_template

CONTRACT = EmbeddingContract("reader", "a" * 64, "arcface-112", "rgb", 3)


def test_score_of_equal_faces_is_one() -> None:
    template = unit_template(np.array([3.0, 0.0, 4.0]), CONTRACT)
    assert comparison_score(template, template) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTRACT, model_id="writer"),
        replace(CONTRACT, sha256="b" * 64),
        replace(CONTRACT, alignment="omz-128"),
        replace(CONTRACT, colour_order="bgr"),
    ],
    ids=["model", "weights", "alignment", "colours"],
)
def test_templates_of_two_contracts_are_an_error_not_a_score(other: EmbeddingContract) -> None:
    vector = np.array([1.0, 0.0, 0.0], np.float32)
    with pytest.raises(ContractMismatchError, match="not comparable"):
        comparison_score(Template(vector, CONTRACT), Template(vector, other))


def test_contract_id_changes_with_the_contract() -> None:
    ids = {
        CONTRACT.contract_id,
        replace(CONTRACT, dimension=4).contract_id,
        replace(CONTRACT, sha256="b" * 64).contract_id,
    }
    assert {len(value) for value in ids} == {16}
    assert len(ids) == 3


@pytest.mark.parametrize("features", [np.zeros(3), np.array([np.nan, 1, 1]), np.array([np.inf, 1, 1])])
def test_features_without_length_give_no_template(features: NDArray[np.floating]) -> None:
    with pytest.raises(ModelError, match="no template"):
        unit_template(features, CONTRACT)


@pytest.mark.parametrize(
    "vector",
    [np.ones(3, np.float32), np.array([1, 0], np.float32), np.array([1.0, 0, 0])],
    ids=["length", "dimension", "type"],
)
def test_vector_outside_the_contract_is_refused(vector: NDArray[np.floating]) -> None:
    with pytest.raises(ModelError, match="template of reader"):
        Template(vector, CONTRACT)


@pytest.mark.parametrize(
    ("change", "named"), [({"dimension": 0}, "dimension 0"), ({"colour_order": "grey"}, "'grey'")]
)
def test_nonsense_contract_is_refused(change: dict[str, int], named: str) -> None:
    with pytest.raises(ModelError, match=named):
        replace(CONTRACT, **change)  # type: ignore[arg-type]
