"""Behaviour of onnxruntime sessions."""

import numpy as np
import pytest

from models.errors import ModelError
from models.session import CPU, Session
from tests.models.builders import channel_means


def test_network_runs_on_the_provider_that_was_asked_for() -> None:
    session = Session(channel_means(4), "means")
    (features,) = session.run(np.full((2, 3, 4, 4), 7, np.float32))
    assert session.provider == CPU
    assert session.output_names == ("features",)
    np.testing.assert_array_equal(features, np.full((2, 3), 7))


def test_absent_provider_is_named_with_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"means: no provider 'NoSuchProvider'.*CPUExecutionProvider"):
        Session(channel_means(4), "means", "NoSuchProvider")


@pytest.mark.parametrize("content", [b"", b"no network at all"])
def test_content_that_is_no_network_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(ModelError, match=r"^broken: onnxruntime refuses"):
        Session(content, "broken")
