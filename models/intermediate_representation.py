"""Pure: turns an OpenVINO intermediate representation (IR version 11) into an ONNX network.

Only the operations of Intel's small convolutional networks are known. Two of them are written so that
onnxruntime keeps its blocked layout from end to end: scalar PReLU slopes become LeakyRelu, and what weighs
the channels of a picture is enlarged to its size first. The results are the same to the last bit.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.errors import ModelError

OPSET = 13
IR_VERSION = 8
_ELEMENT_TYPES = {"f16": np.float16, "f32": np.float32}
_Port = tuple[str, str]  # (layer id, port id)


@dataclass(slots=True)
class _Graph:
    """What has been converted so far: the tensor behind each output port, constants, nodes."""

    weights: bytes
    tensors: dict[_Port, str]
    constants: dict[str, NDArray[np.float32]]
    nodes: list[onnx.NodeProto]

    def node(self, operation: str, inputs: list[str], output: str, **attributes: object) -> None:
        """Append one operation."""
        self.nodes.append(helper.make_node(operation, inputs, [output], **attributes))


def to_onnx(topology: bytes, weights: bytes) -> bytes:
    """Convert one network with one picture input and one feature output, of the batch it was written for.

    Raises `ModelError` naming the layer that is not understood.
    """
    network = _parse(topology)
    edges = {(e.attrib["to-layer"], e.attrib["to-port"]): _source(e) for e in network.iterfind("edges/edge")}
    graph = _Graph(weights, {}, {}, [])
    ends: list[tuple[ET.Element, str]] = []
    picture: list[str] = []
    for layer in network.iterfind("layers/layer"):
        inputs = [graph.tensors[edges[layer.attrib["id"], port]] for port in _ports(layer, "input")]
        if layer.attrib["type"] == "Parameter":
            picture = _attribute(layer, "shape").split(",")
            graph.tensors[layer.attrib["id"], _ports(layer, "output")[0]] = "picture"
        elif layer.attrib["type"] == "Result":
            ends.append((layer, inputs[0]))
        else:
            _convert(graph, layer, inputs)
    if len(ends) != 1 or not picture:
        raise ModelError(
            f"network has {len(ends)} outputs and {'an' if picture else 'no'} input: want one each"
        )
    return _serialise(graph, [int(side) for side in picture], ends[0])


def _parse(topology: bytes) -> ET.Element:
    try:
        network = ET.fromstring(topology)  # noqa: S314  its checksum was verified
    except ET.ParseError as error:
        raise ModelError(f"network description is not XML: {error}") from error
    if network.attrib.get("version") != "11":
        raise ModelError(f"network description has IR version {network.attrib.get('version')}, want 11")
    return network


def _source(edge: ET.Element) -> _Port:
    return edge.attrib["from-layer"], edge.attrib["from-port"]


def _ports(layer: ET.Element, side: str) -> list[str]:
    return [port.attrib["id"] for port in layer.iterfind(f"{side}/port")]


def _dimensions(layer: ET.Element, side: str, port: int = 1) -> list[int]:
    return [int(dim.text or 0) for dim in layer.iterfind(f"{side}/port[{port}]/dim")]


def _attribute(layer: ET.Element, name: str) -> str:
    data = layer.find("data")
    if data is None or name not in data.attrib:
        raise ModelError(f"layer {layer.attrib['name']} ({layer.attrib['type']}) has no {name}")
    return data.attrib[name]


def _integers(layer: ET.Element, name: str) -> list[int]:
    return [int(part) for part in _attribute(layer, name).split(",") if part.strip()]


def _convert(graph: _Graph, layer: ET.Element, inputs: list[str]) -> None:
    converter = _CONVERTERS.get(layer.attrib["type"])
    if converter is None:
        raise ModelError(f"layer {layer.attrib['name']} is a {layer.attrib['type']}, which is not known here")
    output = f"layer_{layer.attrib['id']}"
    graph.tensors[layer.attrib["id"], _ports(layer, "output")[0]] = converter(graph, layer, inputs, output)


def _constant(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
    kind = _attribute(layer, "element_type")
    if kind not in _ELEMENT_TYPES:
        raise ModelError(f"layer {layer.attrib['name']} holds {kind} numbers, which are not known here")
    start, size = int(_attribute(layer, "offset")), int(_attribute(layer, "size"))
    shape = _integers(layer, "shape")
    values = np.frombuffer(graph.weights[start : start + size], _ELEMENT_TYPES[kind])
    if values.size != int(np.prod(shape)):
        raise ModelError(f"layer {layer.attrib['name']}: weights end early, want {shape} at byte {start}")
    graph.constants[output] = values.reshape(shape).astype(np.float32)
    return output


def _conversion(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
    if inputs[0] not in graph.constants:
        raise ModelError(f"layer {layer.attrib['name']} converts numbers on the way, which is not known here")
    return inputs[0]  # constants are widened to float32 when they are read


def _convolution(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
    weights, groups = graph.constants[inputs[1]], 1
    if layer.attrib["type"] == "GroupConvolution":
        groups = weights.shape[0]
        graph.constants[inputs[1]] = weights.reshape(-1, *weights.shape[2:])
    graph.node(
        "Conv",
        inputs,
        output,
        group=groups,
        strides=_integers(layer, "strides"),
        dilations=_integers(layer, "dilations"),
        pads=_integers(layer, "pads_begin") + _integers(layer, "pads_end"),
    )
    return output


def _slope(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
    slopes = graph.constants[inputs[1]]
    if slopes.size == 1:
        graph.node("LeakyRelu", inputs[:1], output, alpha=float(slopes.ravel()[0]))
        return output
    graph.constants[inputs[1]] = slopes.reshape(-1, 1, 1)
    graph.node("PRelu", inputs, output)
    return output


def _pool(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
    if _integers(layer, "kernel") != _dimensions(layer, "input")[2:]:
        raise ModelError(f"layer {layer.attrib['name']} pools in parts, which is not known here")
    graph.node("GlobalAveragePool", inputs, output)
    return output


def _element_wise(operation: str) -> "_Converter":
    def convert(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
        graph.node(operation, inputs, output)
        return output

    return convert


def _product(graph: _Graph, layer: ET.Element, inputs: list[str], output: str) -> str:
    shapes = [_dimensions(layer, "input", port) for port in (1, 2)]
    for index, (own, other) in enumerate(zip(shapes, reversed(shapes), strict=True)):
        if own[2:] == [1, 1] and len(own) == len(other) == 4 and inputs[index] not in graph.constants:
            inputs = [
                *inputs[:index],
                _enlarged(graph, inputs[index], other[2:], output),
                *inputs[index + 1 :],
            ]
    graph.node("Mul", inputs, output)
    return output


def _enlarged(graph: _Graph, pixel: str, size: list[int], output: str) -> str:
    """Repeat one pixel over a whole picture: broadcasting would leave the blocked layout, this does not."""
    if size == [1, 1]:
        return pixel
    scales, enlarged = f"{output}_scales", f"{output}_enlarged"
    graph.constants[scales] = np.array([1, 1, *size], np.float32)
    how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    graph.node("Resize", [pixel, "", scales], enlarged, mode="nearest", **how)
    return enlarged


_Converter = Callable[[_Graph, ET.Element, list[str], str], str]
_CONVERTERS: Mapping[str, _Converter] = {
    "Const": _constant,
    "Convert": _conversion,
    "Convolution": _convolution,
    "GroupConvolution": _convolution,
    "PReLU": _slope,
    "AvgPool": _pool,
    "Add": _element_wise("Add"),
    "Multiply": _product,
    "Sigmoid": _element_wise("Sigmoid"),
}


def _serialise(graph: _Graph, picture: list[int], end: tuple[ET.Element, str]) -> bytes:
    layer, tensor = end
    features = int(np.prod(_dimensions(layer, "input")[1:]))
    graph.node("Flatten", [tensor], "features", axis=1)
    used = {name for node in graph.nodes for name in node.input}
    body = helper.make_graph(
        graph.nodes,
        "converted",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, picture)],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [picture[0], features])],
        [numpy_helper.from_array(value, name) for name, value in graph.constants.items() if name in used],
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    return bytes(model.SerializeToString())
