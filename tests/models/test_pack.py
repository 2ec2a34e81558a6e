"""Behaviour of manifest parsing."""

import pytest

from models.errors import LicenceError, PackError
from models.pack import parse_pack, require_licence
from tests.models.builders import file_table, manifest


def test_manifest_becomes_a_pack() -> None:
    pack = parse_pack(manifest(), "small.toml")
    extraction = pack.part("extraction")
    assert extraction is not None
    assert extraction.contract.model_id == "reader"
    assert extraction.contract.sha256 == extraction.files[-1].sha256
    assert pack.size == len(b"finder") + len(b"reader")
    assert pack.score_calibration.fmr(0.5) == pytest.approx(1e-2)
    assert pack.part("attack-detection") is None


@pytest.mark.parametrize(
    ("wrong", "right", "named"),
    [
        ('name = "small"', "name = ", r"at line 1"),
        ('summary = "for tests"', "summary = 3", r"Expected `str`, got `int` - at `\$.summary`"),
        ('summary = "for tests"', 'sumary = "for tests"', r"unknown field `sumary`"),
        ('summary = "for tests"', "", r"missing required field `summary`"),
        ("size = 6", "size = 0", r"size 0 is not positive - at `\$.parts\[0\].files\[0\]`"),
        ("size = 6", 'size = "6"', r"Expected `int`, got `str`"),
        ('sha256 = "', 'sha256 = "x', r"is not 64 hex digits"),
        ('file = "finder.onnx"', 'file = "../finder.onnx"', r"not a path below the model folder"),
        ('file = "finder.onnx"', 'file = "/finder.onnx"', r"not a path below the model folder"),
        ('task = "detection"', 'task = "dancing"', r"Invalid enum value 'dancing'"),
        ('task = "detection"', 'task = "detection"\noptional = true', r"no part for detection"),
        ("dimension = 3", "dimension = 0", r"dimension 0 is not positive"),
        ("[0.8, 1e-3]", "[0.8, 1e-1]", r"do not fall"),
        ("size = 112", 'colour_order = "grey"', r"Invalid enum value 'grey'"),
        ('"arcface-112"', '"dlib-chip-150"', "'dlib-chip-150' needs dlib-five-point landmarks"),
    ],
)
def test_mistake_is_named_with_the_file_and_the_key(wrong: str, right: str, named: str) -> None:
    text = manifest().replace(wrong, right, 1)
    assert text != manifest()
    with pytest.raises(PackError, match=rf"^small.toml: .*{named}"):
        parse_pack(text, "small.toml")


@pytest.mark.parametrize(
    "point",
    ["threshold = 1.5", "n = 0", "bpcer = 0.5", "bpcer_interval = [0.2, 0.1]"],
)
def test_operating_point_that_cannot_have_been_measured_is_refused(point: str) -> None:
    right = {"threshold": "0.3", "bpcer": "0.01", "bpcer_interval": "[0.0, 0.02]", "n": "500"}
    key, _, value = point.partition(" = ")
    rows = "\n".join(f"{name} = {number}" for name, number in (right | {key: value}).items())
    table = f'[parts.operating_point]\nbasis = "made up"\n{rows}\n[parts.output]'
    with pytest.raises(PackError, match=r"no operating point - at `\$.parts\[0\].operating_point`"):
        parse_pack(manifest().replace("[parts.output]", table, 1), "small.toml")


def test_weight_of_nothing_is_refused() -> None:
    text = manifest().replace('model_id = "reader"', 'model_id = "reader"\nweight = 0.0')
    with pytest.raises(PackError, match=r"weight 0.0 is not above 0 - at `\$.parts\[1\]`"):
        parse_pack(text, "small.toml")


def test_part_without_files_is_refused() -> None:
    text = manifest().replace(file_table("finder.onnx", b"finder"), "")
    text = text.replace('task = "detection"', 'task = "detection"\nfiles = []')
    with pytest.raises(PackError, match=r"no file - at `\$.parts\[0\].files`"):
        parse_pack(text, "small.toml")


def test_pack_without_extraction_is_refused() -> None:
    text = manifest().replace('task = "extraction"', 'task = "attack-detection"')
    with pytest.raises(PackError, match="no part for extraction"):
        parse_pack(text, "small.toml")


def test_noncommercial_pack_needs_acknowledgement() -> None:
    pack = parse_pack(manifest(head="noncommercial = true"), "small.toml")
    with pytest.raises(LicenceError, match=r"small is for non-commercial use only .*example.org"):
        require_licence(pack, accept_noncommercial=False)
    require_licence(pack, accept_noncommercial=True)


def test_commercial_pack_needs_none() -> None:
    require_licence(parse_pack(manifest(), "small.toml"), accept_noncommercial=False)
