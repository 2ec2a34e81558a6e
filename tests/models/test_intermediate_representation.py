"""Behaviour of the conversion from Intel's format."""

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from models.errors import ModelError
from models.intermediate_representation import to_onnx
from models.pack_files import read_pack, search_order, verified_file
from models.session import Session
from tests.models.packs_here import needs_intel
from tests.resources import SHARED, needs_shared

SHAPE = (1, 2, 4, 4)


Sizes = tuple[int, ...]


def dims_of(sizes: Sizes) -> str:
    return "".join(f"<dim>{size}</dim>" for size in sizes)


class Network:
    """Writes a description layer by layer, each fed by those before it."""

    def __init__(self) -> None:
        self.weights = b""
        self._layers: list[str] = []
        self._edges: list[str] = []

    def layer(self, kind: str, feeds: list[int], sizes: Sizes, last_input: Sizes = (), /, **data: str) -> int:
        """Append a layer and give its id; its inputs have its own sizes unless the last has others."""
        own = len(self._layers)
        dims = dims_of(sizes)
        fed = [dims] * len(feeds)
        if last_input:
            fed[-1] = dims_of(last_input)
        inputs = "".join(f'<port id="{port}">{each}</port>' for port, each in enumerate(fed))
        head = f'id="{own}" name="L{own}" type="{kind}"'
        attributes = " ".join(f'{key}="{value}"' for key, value in data.items())
        output = "" if kind == "Result" else f'<output><port id="9">{dims}</port></output>'
        self._layers.append(f"<layer {head}><data {attributes}/><input>{inputs}</input>{output}</layer>")
        for port, source in enumerate(feeds):
            self._edges.append(
                f'<edge from-layer="{source}" from-port="9" to-layer="{own}" to-port="{port}"/>'
            )
        return own

    def constant(self, values: NDArray[np.floating], kind: str = "f16") -> int:
        """Append a constant as Intel's compressed files hold it: halves and their conversion."""
        content = values.astype({"f16": np.float16, "f32": np.float32}[kind]).tobytes()
        shape = ", ".join(map(str, values.shape))
        place = {"offset": str(len(self.weights)), "size": str(len(content))}
        self.weights += content
        held = self.layer("Const", [], values.shape, element_type=kind, shape=shape, **place)
        return self.layer("Convert", [held], values.shape, destination_type="f32")

    def picture(self) -> int:
        """Append the input."""
        return self.layer("Parameter", [], SHAPE, shape=",".join(map(str, SHAPE)))

    def text(self, version: str = "11") -> bytes:
        """Write the whole description."""
        layers, edges = "".join(self._layers), "".join(self._edges)
        return f'<net version="{version}"><layers>{layers}</layers><edges>{edges}</edges></net>'.encode()


def run(network: Network, end: int, shape: tuple[int, ...] = SHAPE) -> NDArray[np.float32]:
    network.layer("Result", [end], shape)
    session = Session(to_onnx(network.text(), network.weights), "converted")
    return session.run(PICTURE)[0]


PICTURE = np.random.default_rng(2).normal(0, 5, SHAPE).astype(np.float32)
WINDOW = {"strides": "1, 1", "dilations": "1, 1", "pads_begin": "1, 1", "pads_end": "1, 1"}


@pytest.mark.parametrize(("kind", "operation"), [("Add", np.add), ("Multiply", np.multiply)])
def test_element_wise_layers_compute_the_same(kind: str, operation: np.ufunc) -> None:
    network, factors = Network(), np.array([2.0, -0.5]).reshape(1, 2, 1, 1)
    end = network.layer(kind, [network.picture(), network.constant(factors)], SHAPE)
    np.testing.assert_allclose(run(network, end), operation(PICTURE, factors).reshape(1, -1), rtol=1e-6)


@pytest.mark.parametrize("slopes", [np.array([0.25]), np.array([0.25, -0.5])], ids=["scalar", "per channel"])
def test_slopes_apply_below_zero(slopes: NDArray[np.floating]) -> None:
    network = Network()
    end = network.layer("PReLU", [network.picture(), network.constant(slopes)], SHAPE)
    expected = np.where(PICTURE < 0, PICTURE * slopes.reshape(-1, 1, 1), PICTURE)
    np.testing.assert_allclose(run(network, end), expected.reshape(1, -1), rtol=1e-6)


def test_scalar_slopes_avoid_the_slow_operator() -> None:
    network = Network()
    end = network.layer("PReLU", [network.picture(), network.constant(np.array([0.25]))], SHAPE)
    network.layer("Result", [end], SHAPE)
    converted = to_onnx(network.text(), network.weights)
    assert b"LeakyRelu" in converted
    assert b"PRelu" not in converted


def test_pooling_averages_each_channel() -> None:
    network = Network()
    end = network.layer("AvgPool", [network.picture()], SHAPE, kernel="4, 4")
    np.testing.assert_allclose(
        run(network, end, (1, 2, 1, 1)), PICTURE.mean(axis=(2, 3)), rtol=1e-4, atol=1e-5
    )


def test_convolution_sums_the_neighbourhood() -> None:
    network = Network()
    weights = network.constant(np.ones((1, 2, 3, 3)))
    end = network.layer("Convolution", [network.picture(), weights], SHAPE, **WINDOW)
    result = run(network, end, (1, 1, 4, 4)).reshape(4, 4)
    assert result[1, 1] == pytest.approx(PICTURE[0, :, :3, :3].sum(), rel=1e-4)


def test_grouped_convolution_keeps_channels_apart() -> None:
    network = Network()
    weights = network.constant(np.array([1.0, 3.0]).reshape(2, 1, 1, 1, 1), "f32")
    window = WINDOW | {"pads_begin": "0, 0", "pads_end": "0, 0"}
    end = network.layer("GroupConvolution", [network.picture(), weights], SHAPE, **window)
    expected = PICTURE * np.array([1.0, 3.0]).reshape(2, 1, 1)
    np.testing.assert_allclose(run(network, end), expected.reshape(1, -1), rtol=1e-5)


def test_weights_of_channels_apply_to_whole_pictures() -> None:
    network = Network()
    picture = network.picture()
    weights = network.layer("AvgPool", [picture], SHAPE, kernel="4, 4")
    end = network.layer("Multiply", [picture, weights], SHAPE, (1, 2, 1, 1))
    expected = PICTURE * PICTURE.mean(axis=(2, 3), keepdims=True)
    np.testing.assert_allclose(run(network, end), expected.reshape(1, -1), rtol=1e-4, atol=1e-4)


def broken(kind: str) -> tuple[bytes, bytes]:
    network = Network()
    picture = network.picture()
    if kind == "layer":
        network.layer("LSTMCell", [picture], SHAPE)
    elif kind == "pool":
        network.layer("AvgPool", [picture], SHAPE, kernel="2, 2")
    elif kind == "attribute":
        network.layer("Convolution", [picture, network.constant(np.ones((1, 2, 1, 1)))], SHAPE)
    elif kind == "weights":
        network.constant(np.ones(7))
        return network.text(), network.weights[:-2]
    elif kind == "numbers":
        network.layer("Const", [], (1,), element_type="i64", shape="1", offset="0", size="8")
    elif kind == "conversion":
        network.layer("Convert", [picture], SHAPE)
    elif kind == "version":
        return network.text("10"), b""
    return (b"<net" if kind == "xml" else network.text()), network.weights


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("layer", "L1 is a LSTMCell"),
        ("pool", "L1 pools in parts"),
        ("attribute", r"L3 \(Convolution\) has no strides"),
        ("weights", r"L1: weights end early"),
        ("numbers", "L1 holds i64 numbers"),
        ("conversion", "L1 converts numbers on the way"),
        ("version", "IR version 10, want 11"),
        ("xml", "is not XML"),
        ("nothing", "0 outputs"),
    ],
)
def test_what_is_not_understood_is_named(kind: str, named: str) -> None:
    with pytest.raises(ModelError, match=named):
        to_onnx(*broken(kind))


@needs_shared
@needs_intel
def test_intels_network_computes_what_an_independent_conversion_computes() -> None:
    part = read_pack("intel-0095").part("extraction")
    assert part is not None
    topology, weights = (verified_file(file, search_order())[1] for file in part.files)
    ours = Session(to_onnx(topology, weights), "ours")
    reference = onnxruntime.InferenceSession(
        str(SHARED / "models" / "face-reidentification-retail-0095.fp32.onnx"),
        providers=["CPUExecutionProvider"],
    )
    for chip in np.random.default_rng(3).uniform(0, 255, (4, 1, 3, 128, 128)).astype(np.float32):
        np.testing.assert_array_equal(ours.run(chip)[0], reference.run(None, {"input": chip})[0])
