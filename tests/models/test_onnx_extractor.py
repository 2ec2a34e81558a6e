"""Behaviour of the onnxruntime extractor."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import ModelError
from models.onnx_extractor import OnnxExtractor
from models.session import Session
from models.template import EmbeddingContract
from tests.models.builders import channel_means


def extractor(colour_order: str = "bgr", *, mean: float = 0.0, scale: float = 1.0) -> OnnxExtractor:
    contract = EmbeddingContract("means", "0" * 64, "arcface-112", colour_order, 3)
    return OnnxExtractor(Session(channel_means(112), "means"), contract, mean=mean, scale=scale)


def chip(blue: int, green: int, red: int) -> NDArray[np.uint8]:
    return np.full((112, 112, 3), (blue, green, red), np.uint8)


def test_features_become_a_unit_vector() -> None:
    (template,) = extractor().extract([chip(60, 80, 0)])
    np.testing.assert_allclose(template.vector, [0.6, 0.8, 0.0], atol=1e-6)


def test_colours_are_turned_round_for_a_network_that_wants_rgb() -> None:
    (template,) = extractor("rgb").extract([chip(60, 80, 0)])
    np.testing.assert_allclose(template.vector, [0.0, 0.8, 0.6], atol=1e-6)


def test_mean_and_scale_are_applied() -> None:
    (template,) = extractor(mean=50, scale=0.5).extract([chip(80, 90, 50)])
    np.testing.assert_allclose(template.vector, [0.6, 0.8, 0.0], atol=1e-6)


def test_templates_come_in_the_chips_order() -> None:
    first, second = extractor().extract([chip(9, 0, 0), chip(0, 0, 9)])
    assert (first.vector[0], second.vector[2]) == (1.0, 1.0)


def test_no_chips_give_no_templates() -> None:
    assert extractor().extract([]) == []


def test_chip_of_another_size_is_refused() -> None:
    with pytest.raises(ModelError, match="means wants chips of 112 pixels"):
        extractor().extract([np.zeros((128, 128, 3), np.uint8)])


def test_black_chip_has_no_template() -> None:
    with pytest.raises(ModelError, match="no template"):
        extractor().extract([chip(0, 0, 0)])
