"""`kechid-hub carrier`."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from tests.hub.test_machine_commands import config

__all__ = ("config",)
ADD = [
    "carrier",
    "add",
    "swift",
    "--name",
    "Swift",
    "--country",
    "AZ",
    "--transport",
    "air",
    "--contact",
    "desk",
]


def said(capsys: pytest.CaptureFixture[str], config: str, *words: str) -> Any:
    capsys.readouterr()
    assert main([*words, "--json", "--config", config]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_carrier_is_added_suspended_resumed_and_given_a_quota(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, config, "client", "add", "swift", "--title", "Swift", "--scope", "declare")
    assert said(capsys, config, *ADD, "--quota", "500", "--sandbox")["carrier"]["is_sandbox"] is True
    said(capsys, config, "carrier", "suspend", "swift", "--reason", "no contract")
    (found,) = said(capsys, config, "carrier", "list")["carriers"]
    assert (found["daily_quota"], found["suspended_reason"]) == (500, "no contract")
    said(capsys, config, "carrier", "resume", "swift")
    said(capsys, config, "carrier", "quota", "swift", "--none")
    (found,) = said(capsys, config, "carrier", "list")["carriers"]
    assert (found["daily_quota"], found["suspended_at"]) == (None, None)


def test_a_client_that_may_not_declare_is_no_carrier(
    config: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said(capsys, config, "client", "add", "swift", "--title", "Swift", "--scope", "view-devices")
    assert main([*ADD, "--config", config]) == 2
    assert "has not the scope declare" in capsys.readouterr().err


def test_a_carrier_gets_an_account_at_the_broker_until_it_is_suspended(
    config: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said(capsys, config, "client", "add", "swift", "--title", "Swift", "--scope", "declare")
    said(capsys, config, *ADD)
    files = ("--passwords", str(tmp_path / "passwords"), "--access", str(tmp_path / "access"))
    first = said(capsys, config, "carrier", "broker-account", "swift")
    assert first["username"] == "carrier@swift"
    assert said(capsys, config, "carrier", "broker-files", *files) == {"carriers": 1, "is_changed": True}
    written = (tmp_path / "passwords").read_text(encoding="utf-8")
    assert written.startswith("carrier@swift:$7$")
    assert first["password"] not in written
    assert said(capsys, config, "carrier", "broker-account", "swift")["password"] != first["password"]
    said(capsys, config, "carrier", "broker-files", *files)
    assert (tmp_path / "passwords").read_text(encoding="utf-8") != written
    said(capsys, config, "carrier", "suspend", "swift", "--reason", "no contract")
    assert said(capsys, config, "carrier", "broker-files", *files) == {"carriers": 0, "is_changed": True}
    said(capsys, config, "carrier", "resume", "swift")
    said(capsys, config, "carrier", "broker-account", "swift", "--withdraw")
    assert said(capsys, config, "carrier", "broker-files", *files) == {"carriers": 0, "is_changed": False}
    assert "carrier@" not in (tmp_path / "access").read_text(encoding="utf-8")
