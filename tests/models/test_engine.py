"""Behaviour of loading packs."""

import logging
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from models import pack_files
from models.engine import CPU, best_available_pack, load_engine
from models.errors import ChecksumError, LicenceError, ModelError, PackError
from models.pack_files import read_pack, search_order
from tests.models.builders import channel_means, file_table, manifest, write
from tests.models.packs_here import needs_dlib, needs_intel

YUNET_HEADS = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend a machine without any model file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KECHID_MODEL_PATH", raising=False)
    monkeypatch.setattr(pack_files, "BESIDE_CHECKOUT", tmp_path / "shared")
    return tmp_path


def small_pack(folder: Path, *, head: str = "", more: str = "") -> Path:
    """Write a loadable pack of networks of a few numbers."""
    finder, reader = channel_means("side", YUNET_HEADS), channel_means(112)
    text = manifest(
        detection=file_table("finder.onnx", finder), extraction=file_table("reader.onnx", reader), head=head
    )
    text = text.replace("[calibration]", f"{more}[calibration]")
    return write(folder, small__toml=text.encode(), finder__onnx=finder, reader__onnx=reader)


def optional_attack(content: bytes) -> str:
    head = (
        '[[parts]]\ntask = "attack-detection"\nnetwork = "minifasnet"\nmodel_id = "looker"\noptional = true\n'
    )
    head += 'licence = "CC0-1.0"\nlicence_url = ""\n[parts.input]\nsize = 80\n'
    return head + '[parts.output]\nlayout = "classes"\n' + file_table("2.7_looker.onnx", content)


def test_pack_of_a_folder_loads_and_extracts(nowhere: Path) -> None:
    engine = load_engine("small", search_path=[small_pack(nowhere / "packs")])
    (template,) = engine.extractor.extract([np.full((112, 112, 3), (3, 0, 4), np.uint8)])
    np.testing.assert_allclose(template.vector, [0.6, 0, 0.8], atol=1e-6)
    assert (engine.pack, engine.provider, engine.degradations) == ("small", "CPUExecutionProvider", ())
    assert engine.attack_detector is None
    assert engine.calibration.score_at_fmr(1e-3) == pytest.approx(0.8)


def test_missing_optional_part_is_a_degradation(nowhere: Path) -> None:
    folder = small_pack(nowhere / "packs", more=optional_attack(b"looker"))
    engine = load_engine("small", search_path=[folder])
    assert engine.attack_detector is None
    assert engine.degradations == ("attack-detection-missing",)


def test_optional_part_that_is_here_is_loaded(nowhere: Path) -> None:
    network = channel_means(80)
    folder = small_pack(nowhere / "packs", more=optional_attack(network))
    (folder / "2.7_looker.onnx").write_bytes(network)
    engine = load_engine("small", search_path=[folder])
    assert engine.attack_detector is not None
    assert engine.degradations == ()


def test_altered_optional_file_is_refused_not_left_out(nowhere: Path) -> None:
    folder = small_pack(nowhere / "packs", more=optional_attack(b"looker"))
    (folder / "2.7_looker.onnx").write_bytes(b"Looker")
    with pytest.raises(ChecksumError, match=r"2.7_looker.onnx: sha256"):
        load_engine("small", search_path=[folder])


def test_assumed_calibration_is_a_degradation(nowhere: Path) -> None:
    folder = small_pack(nowhere / "packs")
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(text.replace("[calibration]", "[calibration]\nmeasured = false"))
    assert load_engine("small", search_path=[folder]).degradations == ("calibration-assumed",)


def test_two_extractions_are_fused_under_a_contract_of_their_own(nowhere: Path) -> None:
    folder = small_pack(nowhere / "packs")
    text = (folder / "small.toml").read_text()
    start, end = text.rindex("[[parts]]\ntask"), text.index("[calibration]")
    second = text[start:end].replace('model_id = "reader"', 'model_id = "second"\nweight = 0.5')
    (folder / "small.toml").write_text(text[:end] + second + text[end:])
    engine = load_engine("small", search_path=[folder])
    chip = np.full((112, 224, 3), (3, 0, 4), np.uint8)
    (template,) = engine.extractor.extract([chip])
    assert template.contract.model_id == "reader+second"
    assert read_pack("small", [folder]).contract == engine.extractor.contract
    np.testing.assert_allclose(template.vector, np.array([1.2, 0, 1.6, 0.6, 0, 0.8]) / np.sqrt(5), atol=1e-6)


def running_on(monkeypatch: pytest.MonkeyPatch, *asked_for: str) -> None:
    """Pretend an onnxruntime that has these providers and falls back to the processor."""
    available = [*asked_for, "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: available)
    opened = onnxruntime.InferenceSession
    monkeypatch.setattr(
        "onnxruntime.InferenceSession",
        lambda network, options, providers: opened(network, options, providers=["CPUExecutionProvider"]),
    )


@pytest.mark.parametrize("task", ["detection", "extraction", "attack-detection"])
def test_part_that_fell_back_to_another_provider_is_a_degradation(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    network = channel_means(80)
    folder = small_pack(nowhere / "packs", more=optional_attack(network))
    (folder / "2.7_looker.onnx").write_bytes(network)
    running_on(monkeypatch, "FastExecutionProvider")
    engine = load_engine("small", search_path=[folder], providers={task: "FastExecutionProvider"})
    assert engine.degradations == ("running-on-CPUExecutionProvider",)
    assert [model for model, _ in engine.runs_on] == ["finder", "reader", "looker"]
    assert {actual for _, actual in engine.runs_on} == {"CPUExecutionProvider"}


def test_settings_beat_the_manifest_and_the_manifest_beats_the_default(nowhere: Path) -> None:
    folder = small_pack(nowhere / "packs")
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(
        text.replace('model_id = "reader"', 'model_id = "reader"\nprovider = "Manifests"')
    )
    with pytest.raises(ModelError, match="reader: no provider 'Manifests'"):
        load_engine("small", search_path=[folder])
    with pytest.raises(ModelError, match="reader: no provider 'Settings'"):
        load_engine("small", search_path=[folder], providers={"extraction": "Settings"})
    assert load_engine("small", search_path=[folder], providers={"extraction": CPU}).degradations == ()


def test_provider_for_an_unknown_task_is_refused(nowhere: Path) -> None:
    with pytest.raises(ModelError, match="provider for 'dancing': there is no such task, only detection"):
        load_engine("small", search_path=[small_pack(nowhere)], providers={"dancing": CPU})


def test_attack_hint_has_the_manifests_threshold(nowhere: Path) -> None:
    network = channel_means(80)
    point = "[parts.operating_point]\nthreshold = 0.3\nbpcer = 0.01\nbpcer_interval = [0.0, 0.02]\n"
    more = optional_attack(network).replace(
        "[parts.output]", point + 'n = 500\nbasis = "made up"\n[parts.output]'
    )
    folder = small_pack(nowhere / "packs", more=more)
    assert load_engine("small", search_path=[folder]).attack_hint_threshold is None
    (folder / "2.7_looker.onnx").write_bytes(network)
    assert load_engine("small", search_path=[folder]).attack_hint_threshold == 0.3


def test_unknown_adapter_is_named_with_those_there_are(nowhere: Path) -> None:
    folder = small_pack(nowhere / "packs")
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(text.replace('network = "onnx"', 'network = "magic"'))
    with pytest.raises(PackError, match=r"no adapter 'magic' for extraction; there are openvino-ir, onnx"):
        load_engine("small", search_path=[folder])


def test_absent_provider_is_named(nowhere: Path) -> None:
    with pytest.raises(ModelError, match="no provider 'NoSuchProvider'"):
        load_engine("small", search_path=[small_pack(nowhere)], provider="NoSuchProvider")


def test_noncommercial_pack_is_refused_until_acknowledged(nowhere: Path) -> None:
    with pytest.raises(LicenceError, match="buffalo_l is for non-commercial use only"):
        load_engine("buffalo_l")
    with pytest.raises(PackError, match=r"det_10g.onnx is missing"):
        load_engine("buffalo_l", accept_noncommercial=True)


@pytest.mark.parametrize("pack", ["intel-0095", "dlib-pypi", "opencv-sface"])
def test_pack_without_its_files_is_refused_by_the_file(nowhere: Path, pack: str) -> None:
    with pytest.raises(PackError, match=r"is missing; looked in .*shared"):
        load_engine(pack)


def test_without_any_pack_everything_missing_is_named(nowhere: Path) -> None:
    with pytest.raises(
        PackError, match=r"intel-0095: yunet_s_dynamic.onnx is missing.*dlib-pypi: dlib/shape"
    ):
        best_available_pack()


def test_damaged_better_pack_is_passed_over_with_a_warning(
    nowhere: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(nowhere / "shared", yunet_s_dynamic__onnx=b"damaged")
    with caplog.at_level(logging.WARNING), pytest.raises(PackError, match="no pack is ready"):
        best_available_pack()
    assert "intel-0095 is passed over" in caplog.text


@needs_intel
def test_default_pack_is_the_best_when_it_is_here() -> None:
    assert best_available_pack() == "intel-0095"


@needs_dlib
def test_fallback_is_the_best_when_only_it_is_here(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    part = read_pack("dlib-pypi").part("extraction")
    assert part is not None
    folder = next(folder for folder in search_order() if (folder / part.files[0].file).is_file())
    (nowhere / "only").mkdir()
    (nowhere / "only" / "dlib").symlink_to(folder / "dlib")
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "cache"))
    monkeypatch.setattr(pack_files, "BESIDE_CHECKOUT", nowhere / "shared")
    assert best_available_pack([nowhere / "only"]) == "dlib-pypi"
