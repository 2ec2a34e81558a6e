"""`kechid-hub declarations check` and `purge`: what they print, and their exit status."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from tests.hub.builders import Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import stored, take
from tests.hub.declarations.wco.documents import DECLARATION, SAMPLES, SCHEMAS, with_text
from tests.resources import needs_shared


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with a good document and a good parcel."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good.xml").write_bytes(DECLARATION)
    (tmp_path / "parcel.JSON").write_text(json.dumps(parcel()), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not looked at", encoding="utf-8")
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any], str]:
    status = main(["declarations", "check", *map(str, words), "--json"])
    done = capsys.readouterr()
    return status, json.loads(done.out), done.err


def test_good_files_of_a_folder_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found, said = checked(capsys, folder)
    assert status == 0
    assert found == {
        "files": 2,
        "valid": 2,
        "round_trip": 2,
        "validated": 0,
        "schemas": None,
        "failures": [],
    }
    assert "file 2 of 2" in said
    assert "not validated against the schema" in said


def test_a_bad_file_is_named_with_pointer_and_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = folder / "bad.xml"
    bad.write_bytes(with_text("<TypeCode>IMA<", "<Colour/><TypeCode>IMA<"))
    status, found, _ = checked(capsys, folder / "parcel.JSON", bad)
    assert (status, found["files"], found["valid"], found["round_trip"]) == (1, 2, 1, 1)
    (failure,) = found["failures"]
    assert failure["file"] == str(bad)
    assert failure["pointer"] == "/colour"
    assert failure["reason"].startswith("line 11: ")
    assert main(["declarations", "check", str(bad)]) == 1
    assert f"{bad}: /colour: line 11: " in capsys.readouterr().out


@pytest.mark.parametrize("words", [("missing.xml",), ("empty",), ("good.xml", "--schemas", "empty")])
def test_wrong_use_is_one_line_and_status_2(
    words: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "good.xml").write_bytes(DECLARATION)
    assert main(["declarations", "check", *words]) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert words[-1] in done.err


@needs_shared
@pytest.mark.shared
def test_the_schemas_are_found_by_the_settings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hub.toml").write_text(f'[declarations]\nwco_schemas = "{SCHEMAS}"\n', encoding="utf-8")
    status, found, said = checked(capsys, folder, "--config", folder / "hub.toml")
    assert (status, found["valid"], found["validated"], found["schemas"]) == (0, 2, 1, str(SCHEMAS))
    assert "not validated" not in said


@needs_shared
@pytest.mark.shared
def test_the_published_samples_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    status, found, _ = checked(capsys, SAMPLES, "--schemas", SCHEMAS)
    counts = [found[name] for name in ("files", "valid", "round_trip", "validated")]
    assert (status, counts) == (1, [571, 517, 522, 523])
    assert len({failure["file"] for failure in found["failures"]}) == 571 - 517


@pytest.fixture
def old(hub_on_each: Hub) -> Hub:
    """Give a hub with two declarations of long ago and one of now."""
    hub_on_each.clock.now = datetime(2016, 5, 4, tzinfo=UTC)
    take(hub_on_each, [parcel(1), parcel(2)])
    hub_on_each.clock.now = datetime.now(UTC)
    take(hub_on_each, [parcel(3)])
    return hub_on_each


def test_a_purge_deletes_what_its_dry_run_said(
    old: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f"[store]\nurl = {json.dumps(old.services.settings.store.url)}\n", encoding="utf-8")
    assert main(["key", "create", "--config", str(file)]) == 0
    capsys.readouterr()
    command = ["declarations", "purge", "--config", str(file)]
    months = [{"month": "2016-05", "declarations": 2, "unfinished": 2}]
    assert main([*command, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"months": months, "is_dry_run": True}
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out == (
        "2016-05: 2 declarations, 2 unfinished\n2 declarations of 1 months would be deleted\n"
    )
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"months": months, "is_dry_run": False}
    assert stored(old) == 1
