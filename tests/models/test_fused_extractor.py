"""Behaviour of several extractors that work as one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from models.errors import ModelError
from models.face import Box, FaceDetection
from models.fused_extractor import FusedExtractor, WeightedExtractor, fused_contract
from models.ports import Chip, Image
from models.template import EmbeddingContract, Template, comparison_score, unit_template
from tests.models.builders import face_at

FACE = face_at(Box(0, 0, 100, 100))
NO_PICTURE = np.zeros((2, 2, 3), np.uint8)


@dataclass(frozen=True)
class ChannelMeans:
    """Gives chips of one colour, reads the mean colour."""

    name: str
    side: int
    colour: tuple[int, int, int]

    @property
    def contract(self) -> EmbeddingContract:
        return EmbeddingContract(self.name, "0" * 64, f"square-{self.side}", "rgb", 3)

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        return np.full((self.side, self.side, 3), self.colour, np.uint8)

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        return [unit_template(chip.mean(axis=(0, 1)), self.contract) for chip in chips]


def fused(one: tuple[int, int, int], other: tuple[int, int, int]) -> FusedExtractor:
    first, second = ChannelMeans("first", 8, one), ChannelMeans("second", 5, other)
    return FusedExtractor([WeightedExtractor(first, 8, 0.6), WeightedExtractor(second, 5, 0.4)])


def test_each_network_sees_its_own_chip_and_nothing_of_the_others() -> None:
    extractor = fused((60, 80, 0), (0, 0, 9))
    (template,) = extractor.extract([extractor.align(NO_PICTURE, FACE)])
    length = np.hypot(0.6, 0.4)
    np.testing.assert_allclose(template.vector, np.array([0.36, 0.48, 0, 0, 0, 0.4]) / length, atol=1e-6)
    assert template.contract == extractor.contract


def test_score_is_the_mean_of_the_single_scores_by_squared_weights() -> None:
    alike, unlike = fused((9, 0, 0), (9, 0, 0)), fused((9, 0, 0), (0, 9, 0))
    (one,) = alike.extract([alike.align(NO_PICTURE, FACE)])
    (other,) = unlike.extract([unlike.align(NO_PICTURE, FACE)])
    assert comparison_score(one, other) == pytest.approx(0.36 / (0.36 + 0.16), abs=1e-6)


def test_strips_of_another_shape_are_refused() -> None:
    with pytest.raises(ModelError, match=r"first\+second wants \(8, 13, 3\) chips, got \(8, 8, 3\)"):
        fused((9, 0, 0), (9, 0, 0)).extract([np.zeros((8, 8, 3), np.uint8)])


def test_no_chips_give_no_templates() -> None:
    assert fused((9, 0, 0), (9, 0, 0)).extract([]) == []


def test_contract_tells_networks_their_order_and_their_weights_apart() -> None:
    one = EmbeddingContract("one", "1" * 64, "omz-128", "bgr", 256)
    other = replace(one, model_id="other", dimension=128)
    contract = fused_contract([one, other], [0.6, 0.4])
    others = [
        fused_contract([other, one], [0.4, 0.6]),
        fused_contract([one, other], [0.5, 0.5]),
        fused_contract([replace(one, sha256="2" * 64), other], [0.6, 0.4]),
    ]
    assert contract.dimension == 384
    assert contract.contract_id not in {each.contract_id for each in others}
    assert contract == fused_contract([one, other], [0.6, 0.4])


@pytest.mark.parametrize("weights", [[0.6], [0.6, 0.0], [0.6, -0.4], [0.6, float("nan")]])
def test_weights_that_mean_nothing_are_refused(weights: list[float]) -> None:
    one = EmbeddingContract("one", "1" * 64, "omz-128", "bgr", 256)
    with pytest.raises(ModelError, match="weight above 0"):
        fused_contract([one, one], weights)
