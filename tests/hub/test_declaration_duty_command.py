"""`kechid-hub declarations duty`: what it prints, and its exit status."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from tests.hub.declarations.duty.tables import write_tables
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.wco.documents import DECLARATION


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "parcel.json"
    path.write_text(json.dumps(parcel(is_personal=True)), encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any]]:
    status = main(["declarations", "duty", *map(str, words), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_duties_of_a_parcel_are_told_line_by_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = told(capsys, file, "--day", "2026-03-14", "--used", "290")
    # 19.90 + 4.20 USD = 40.97 AZN, 17 AZN free: 3.5955 and 4.96179
    assert (status, found["total"], found["day"]) == (0, "8.56", "2026-03-14")
    assert found["limit"]["counted_usd"] == "24.10"
    assert main(["declarations", "duty", str(file), "--day", "2026-03-14", "--used", "290"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "total: amount 8.56, currency AZN, usd 5.04"
    assert any(line.startswith("item 1: duty: percent 15") for line in lines)


def test_a_sites_tables_are_found_by_its_settings(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tables(tmp_path / "tables")
    (tmp_path / "hub.toml").write_text('[declarations]\nduty_tables = "tables"\n', encoding="utf-8")
    status, found = told(capsys, file, "--day", "2026-03-14", "--config", tmp_path / "hub.toml")
    assert status == 0
    assert found["edition"].startswith("tables-")


def test_a_wco_document_is_read_and_what_is_missing_is_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "declaration.xml"
    document.write_bytes(DECLARATION)
    status, found = told(capsys, document, "--day", "2026-03-14")
    assert status == 1
    assert [one["code"] for one in found["problems"]] == ["value-missing"]


@pytest.mark.parametrize("words", [("none.json",), ("parcel.json", "--used", "x"), ("bad.json",)])
def test_wrong_use_is_one_line_and_status_2(
    words: tuple[str, ...],
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(file.parent)
    (file.parent / "bad.json").write_text(json.dumps(parcel(mode="road")), encoding="utf-8")
    assert main(["declarations", "duty", *words]) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
