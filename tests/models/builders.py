"""Small networks and packs to test with."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.face import Box, FaceDetection

FIVE_POINTS = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)


def face_at(box: Box, points: NDArray[np.float32] = FIVE_POINTS) -> FaceDetection:
    return FaceDetection(box, points, 0.9)


def channel_means(side: int | str, outputs: Sequence[str] = ("features",)) -> bytes:
    """Make a network whose features are the mean of each colour channel."""
    nodes = [helper.make_node("GlobalAveragePool", ["picture"], ["pooled"])]
    nodes += [helper.make_node("Flatten", ["pooled"], [name], axis=1) for name in outputs]
    return _serialised(nodes, side, outputs, [])


def softmax_of_means(side: int) -> bytes:
    """Make a network with three classes: the softmax of a tenth of the channel means."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["picture"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"], axis=1),
        helper.make_node("Mul", ["flat", "tenth"], ["scaled"]),
        helper.make_node("Softmax", ["scaled"], ["classes"], axis=1),
    ]
    return _serialised(nodes, side, ("classes",), [numpy_helper.from_array(np.float32(0.1), "tenth")])


def _serialised(
    nodes: list[onnx.NodeProto], side: int | str, outputs: Sequence[str], constants: list[onnx.TensorProto]
) -> bytes:
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["batch", 3, side, side])
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in outputs]
    graph = helper.make_graph(nodes, "small", [picture], ends, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(model.SerializeToString())


def file_table(name: str, content: bytes, **more: str) -> str:
    """Write one ``[[parts.files]]`` table that pins this content."""
    extra = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    digest = hashlib.sha256(content).hexdigest()
    return f'[[parts.files]]\nfile = "{name}"\nsha256 = "{digest}"\nsize = {len(content)}\n{extra}'


def manifest(name: str = "small", detection: str = "", extraction: str = "", head: str = "") -> str:
    """Write a whole manifest around the given file tables."""
    licence = 'licence = "CC0-1.0"\nlicence_url = "https://example.org/licence"\n'
    return (
        f'name = "{name}"\nsummary = "for tests"\n{head}\n'
        f'[[parts]]\ntask = "detection"\nnetwork = "yunet"\nmodel_id = "finder"\n{licence}'
        f'[parts.output]\nlayout = "five-point"\n'
        f"{detection or file_table('finder.onnx', b'finder')}"
        f'[[parts]]\ntask = "extraction"\nnetwork = "onnx"\nmodel_id = "reader"\n{licence}'
        f'[parts.input]\nalignment = "arcface-112"\nsize = 112\n'
        f'[parts.output]\nlayout = "features"\ndimension = 3\n'
        f"{extraction or file_table('reader.onnx', b'reader')}"
        '[calibration]\nbasis = "made up"\npoints = [[0.5, 1e-2], [0.8, 1e-3]]\n'
    )


def write(folder: Path, **files: bytes) -> Path:
    """Put files into a folder; an underscore pair in a name stands for its dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder
