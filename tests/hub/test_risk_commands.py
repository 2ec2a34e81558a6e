"""`kechid-hub risk profiles`: a profile's whole way on the command line, by two officers."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from tests.hub.api.test_risk_profiles import wanted

PASSWORD = "a long password"
OWN = ("heavy-parcels", "1")


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Make keys, store, two customs officers and a file of each kind."""
    (tmp_path / "hub.toml").write_text("", encoding="utf-8")
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "profile.json").write_text(json.dumps(wanted()), encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(wanted(channel="burn")), encoding="utf-8")
    people = [
        ["user", "add", name, "--name", name, "--role", "customs-officer", "--password-file", "password"]
        for name in ("samir", "aysel")
    ]
    for words in (["key", "create"], ["migrate"], *people):
        told = [str(tmp_path / word) if word == "password" else word for word in words]
        assert main([*told, "--config", str(tmp_path / "hub.toml")]) == 0
    capsys.readouterr()
    return tmp_path


def run(folder: Path, *words: str, officer: str = "") -> int:
    who = ["--as", officer, "--password-file", str(folder / "password")] if officer else []
    return main(["risk", "profiles", *words, *who, "--config", str(folder / "hub.toml"), "--json"])


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_profile_is_drafted_tested_activated_by_another_and_retired(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "draft", str(folder / "profile.json"), officer="samir") == 0
    assert said(capsys)["profile"]["state"] == "draft"
    period = ("--first", "2026-03-01", "--last", "2026-03-14")
    assert run(folder, "test", *OWN, *period, officer="samir") == 0
    assert (tested := said(capsys)["back_test"])["tested"] == 0
    assert tested["extra_inspections_a_day"] == 0
    assert run(folder, "activate", *OWN, officer="samir") == 2
    assert "another officer" in capsys.readouterr().err
    assert run(folder, "activate", *OWN, officer="aysel") == 0
    assert said(capsys)["profile"]["activated_by"] == "aysel"
    assert run(folder, "retire", OWN[0], officer="aysel") == 0
    capsys.readouterr()
    assert run(folder, "list") == 0
    assert [one["state"] for one in said(capsys)["profiles"]] == ["retired"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("draft", "bad.json"), "bad.json: /channel: "),
        (("draft", "none.json"), "none.json: No such file"),
        (("test", *OWN, "--first", "2026-03-14", "--last", "2026-03-14"), "no profile 'heavy-parcels 1'"),
        (("test", *OWN, "--first", "2026-03-14", "--last", "2026-03-01"), "/first: "),
        (("activate", "heavy-parcels", "0"), "/version: "),
        (("retire", "heavy-parcels"), "no active profile"),
    ],
)
def test_bad_input_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str
) -> None:
    told = [str(folder / word) if word.endswith(".json") else word for word in words]
    assert run(folder, *told, officer="samir") == 2
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1
