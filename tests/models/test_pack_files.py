"""Behaviour of the search for manifests and model files."""

import hashlib
import os
from pathlib import Path

import pytest

from models.errors import ChecksumError, PackError
from models.pack import PackFile
from models.pack_files import (
    BESIDE_CHECKOUT,
    pack_names,
    problems,
    read_pack,
    search_order,
    verified_file,
)
from tests.models.builders import manifest, write

CONTENT = b"weights"
FILE = PackFile("net.onnx", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
PUT_THERE_BY_HAND = {"mobilefacenet_foamliu.dyn.onnx"}
BUILT_IN_PACKS = ["buffalo_l", "dlib-pypi", "intel-0095", "intel-0095+mobilefacenet", "opencv-sface"]


def test_folders_are_searched_explicit_then_variable_then_cache_then_beside() -> None:
    variable = os.pathsep.join(["/one", "/two"])
    order = search_order([Path("/mine")], {"KECHID_MODEL_PATH": variable, "XDG_CACHE_HOME": "/cache"})
    assert order == (*map(Path, ("/mine", "/one", "/two", "/cache/kechid/models")), BESIDE_CHECKOUT)


def test_cache_is_in_the_home_folder_by_default() -> None:
    assert search_order((), {})[0] == Path.home() / ".cache" / "kechid" / "models"


@pytest.mark.parametrize("name", BUILT_IN_PACKS)
def test_every_built_in_manifest_is_valid(name: str) -> None:
    pack = read_pack(name)
    assert pack.name == name
    unpublished = {file.file for p in pack.parts if not p.optional for file in p.files if not file.url}
    assert unpublished <= PUT_THERE_BY_HAND


def test_built_in_packs_are_listed_with_those_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, small__toml=manifest().encode())
    assert pack_names([tmp_path]) == sorted([*BUILT_IN_PACKS, "small"])


@pytest.mark.parametrize("name", ["nothing", "../packs/intel-0095", "", "."])
def test_unknown_pack_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(PackError, match=r"no pack .*there are buffalo_l, dlib-pypi"):
        read_pack(name)


def test_built_in_pack_cannot_be_overlaid(tmp_path: Path) -> None:
    (tmp_path / "intel-0095.toml").write_text(manifest("intel-0095"))
    assert read_pack("intel-0095", [tmp_path]) == read_pack("intel-0095")


def test_manifest_with_another_name_inside_is_refused(tmp_path: Path) -> None:
    write(tmp_path, other__toml=manifest("small").encode())
    with pytest.raises(PackError, match=r"other.toml: says name = 'small'"):
        read_pack("other", [tmp_path])


def test_manifest_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, small__toml=b"\xff\xfe\x00")
    with pytest.raises(PackError, match=r"small.toml: cannot be read"):
        read_pack("small", [tmp_path])


def test_pinned_file_is_found_in_the_first_folder_that_has_it(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b", net__onnx=CONTENT)
    assert verified_file(FILE, [first, second]) == (second / "net.onnx", CONTENT)


def test_missing_file_is_named_with_the_folders(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"net.onnx is missing; looked in .*here"):
        verified_file(FILE, [tmp_path / "here"])


def test_truncated_file_is_refused_with_both_sizes(tmp_path: Path) -> None:
    with pytest.raises(ChecksumError, match=r"net.onnx: 6 bytes, the manifest pins 7"):
        verified_file(FILE, [write(tmp_path, net__onnx=CONTENT[:-1])])


def test_altered_file_is_refused_even_when_a_later_folder_has_the_right_one(tmp_path: Path) -> None:
    wrong, right = write(tmp_path / "a", net__onnx=b"Weights"), write(tmp_path / "b", net__onnx=CONTENT)
    with pytest.raises(ChecksumError, match=r"a/net.onnx: sha256 is"):
        verified_file(FILE, [wrong, right])


def test_publishers_own_checksum_is_checked_too(tmp_path: Path) -> None:
    file = PackFile("net.onnx", FILE.sha256, FILE.size, sha384="0" * 96)
    with pytest.raises(ChecksumError, match="sha384 is"):
        verified_file(file, [write(tmp_path, net__onnx=CONTENT)])


def test_problems_name_every_missing_and_wrong_file(tmp_path: Path) -> None:
    write(tmp_path, small__toml=manifest().encode(), finder__onnx=b"Finder")
    found = {file.file: str(error) for _, file, error in problems(read_pack("small", [tmp_path]), [tmp_path])}
    assert set(found) == {"finder.onnx", "reader.onnx"}
    assert "sha256" in found["finder.onnx"]
    assert "missing" in found["reader.onnx"]


def test_ready_pack_has_no_problems(tmp_path: Path) -> None:
    write(tmp_path, small__toml=manifest().encode(), finder__onnx=b"finder", reader__onnx=b"reader")
    assert list(problems(read_pack("small", [tmp_path]), [tmp_path])) == []
