"""Behaviour of the InsightFace adapters, on a stand-in for the package's networks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import ModelError
from models.face import Box
from models.insightface_faces import ArcFaceExtractor, ScrfdDetector, open_network
from models.template import EmbeddingContract
from tests.models.builders import FIVE_POINTS, channel_means, face_at

CONTRACT = EmbeddingContract("w600k", "0" * 64, "arcface-112", "rgb", 4)
IMAGE = np.zeros((200, 300, 3), np.uint8)


class FakeNetwork:
    """Answers as insightface's networks do and remembers how it was prepared."""

    def __init__(self, rows: list[list[float]] | None = None) -> None:
        self.prepared: dict[str, Any] = {}
        self._rows = rows or []

    def prepare(self, context: int, **options: object) -> None:
        self.prepared = options

    def detect(self, image: Any, *, input_size: tuple[int, int]) -> tuple[Any, Any]:
        points = np.stack([FIVE_POINTS] * len(self._rows)) if self._rows else np.zeros((0, 5, 2))
        return np.array(self._rows, np.float32).reshape(-1, 5), points

    def get_feat(self, chip: Any) -> Any:
        return np.array([[3.0, 0.0, 4.0, 0.0]], np.float32)


def test_detections_keep_box_landmarks_and_score_best_first() -> None:
    network = FakeNetwork([[10, 20, 40, 80, 0.6], [100, 50, 150, 120, 0.9]])
    best, second = ScrfdDetector(network, 640, 0.5).detect(IMAGE)
    assert [best.score, second.score] == pytest.approx([0.9, 0.6])
    assert (second.box.x, second.box.y, second.box.width, second.box.height) == (10, 20, 30, 60)
    np.testing.assert_array_equal(best.landmarks, FIVE_POINTS)
    assert network.prepared == {"input_size": (640, 640), "det_thresh": 0.5}


def test_no_detections_are_an_answer() -> None:
    assert ScrfdDetector(FakeNetwork(), 640, 0.5).detect(IMAGE) == []


def test_features_become_templates_of_the_manifests_contract() -> None:
    extractor = ArcFaceExtractor(FakeNetwork(), CONTRACT)
    (template,) = extractor.extract([extractor.align(IMAGE, face_at(Box(20, 20, 60, 80)))])
    np.testing.assert_allclose(template.vector, [0.6, 0, 0.8, 0], atol=1e-6)
    assert template.contract == extractor.contract == CONTRACT


def test_chip_of_another_size_is_refused() -> None:
    with pytest.raises(ModelError, match="w600k wants chips of 112 pixels"):
        ArcFaceExtractor(FakeNetwork(), CONTRACT).extract([np.zeros((96, 96, 3), np.uint8)])


def test_network_is_opened_by_its_task_with_the_manifests_numbers(tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def opener(path: str, **options: Any) -> str:
        asked.update(options, path=path)
        return "network"

    opened = open_network(
        tmp_path / "det.onnx", "detection", "CPUExecutionProvider", (127.5, 1 / 128), opener
    )
    assert opened == "network"
    assert asked["path"] == str(tmp_path / "det.onnx")
    assert asked["model_task"] == "detection"
    assert asked["model_metadata"] == {"preprocessing": {"mean": 127.5, "std": 128.0}}
    assert asked["providers"] == ["CPUExecutionProvider"]
    assert asked["sess_options"].intra_op_num_threads == 1


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"det.onnx: insightface cannot open it for detection"):
        open_network(tmp_path / "det.onnx", "detection", "CPUExecutionProvider", (127.5, 1 / 128))


def test_package_runs_a_network_with_the_manifests_preprocessing(tmp_path: Path) -> None:
    path = tmp_path / "reader.onnx"
    path.write_bytes(channel_means(112))
    network = open_network(path, "recognition", "CPUExecutionProvider", (100.0, 0.5))
    contract = EmbeddingContract("means", "0" * 64, "arcface-112", "rgb", 3)
    chip = np.full((112, 112, 3), (100, 106, 108), np.uint8)
    (template,) = ArcFaceExtractor(network, contract).extract([chip])
    # red, green, blue: (108 - 100) / 2, (106 - 100) / 2, 0, at unit length
    np.testing.assert_allclose(template.vector, [0.8, 0.6, 0.0], atol=1e-6)
