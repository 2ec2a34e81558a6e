"""Behaviour of ``kechid-models``."""

import json
from pathlib import Path

import pytest

from models import pack_files
from models.__main__ import main
from tests.models.builders import file_table, manifest, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with one small, complete pack on a machine without other files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KECHID_MODEL_PATH", raising=False)
    monkeypatch.setattr(pack_files, "BESIDE_CHECKOUT", tmp_path / "shared")
    return write(
        tmp_path / "packs", small__toml=manifest().encode(), finder__onnx=b"finder", reader__onnx=b"reader"
    )


def test_list_tells_which_packs_are_ready(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--packs", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    ready = {pack["name"]: pack["ready"] for pack in report["packs"]}
    assert ready == {
        "buffalo_l": False,
        "dlib-pypi": False,
        "intel-0095": False,
        "intel-0095+mobilefacenet": False,
        "opencv-sface": False,
        "small": True,
    }
    assert report["search_order"][0] == str(folder)


def test_list_for_people_names_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--packs", str(folder)]) == 0
    text = capsys.readouterr().out
    assert "small                    ready" in text
    assert "yunet_s_dynamic.onnx is missing" in text
    assert "optional: 2.7_80x80_MiniFASNetV2.onnx is missing" in text


def test_verify_succeeds_on_a_sound_pack(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--packs", str(folder), "small"]) == 0
    assert "small                    ready" in capsys.readouterr().out


def test_verify_fails_on_a_damaged_pack_and_names_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "reader.onnx").write_bytes(b"Reader")
    assert main(["verify", "--json", "--packs", str(folder), "small"]) == 1
    (pack,) = json.loads(capsys.readouterr().out)["packs"]
    assert "reader.onnx: sha256" in pack["problems"][0]


def test_verify_without_any_pack_is_bad_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 2
    assert "no pack is ready" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verify", "fetch"])
def test_unknown_pack_is_one_clear_line(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "nothing"]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert answer.err.splitlines() == [
        "kechid-models: no pack 'nothing'; there are buffalo_l, dlib-pypi, intel-0095, "
        "intel-0095+mobilefacenet, opencv-sface"
    ]


def test_fetch_of_a_complete_pack_does_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "small", "--packs", str(folder), "--json"]) == 0
    answer = capsys.readouterr()
    (pack,) = json.loads(answer.out)["packs"]
    assert pack["fetched"] == []
    assert answer.err == ""


def test_fetch_refuses_an_unacknowledged_licence_before_it_asks_anyone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "buffalo_l"]) == 2
    assert "--accept-noncommercial" in capsys.readouterr().err


def test_fetch_that_fails_says_so_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://127.0.0.1:1/finder.onnx"
    text = manifest("away", detection=file_table("away.onnx", b"away", url=url))
    (folder / "away.toml").write_text(text)
    assert main(["fetch", "away", "--quiet", "--packs", str(folder)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kechid-models: {url}: cannot be fetched into")


def test_malformed_manifest_is_named_with_file_and_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.toml").write_text('name = "odd"\nsummary = \n')
    assert main(["list", "--packs", str(folder)]) == 2
    assert "odd.toml: Invalid value (at line 2" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["fetch"]])
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage: kechid-models" in capsys.readouterr().err
