"""`kechid-edge key | officer | audit | run` as an administrator types them."""

import io
import json
import sqlite3
from pathlib import Path

import pytest

from edge_agent.__main__ import main
from edge_agent.store.edge_store import open_edge_store
from tests.edge_agent.appliance_kit import SETTINGS, Site, running


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "edge.toml"
    path.write_text(SETTINGS.replace('hub_public = "hub.pem"\n', ""))
    return path


def add(config: Path, *more: str) -> int:
    return main(
        ["officer", "add", "guard-9", "--name", "N", "--role", "guard", "--config", str(config), *more]
    )


def test_a_key_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "store.key")
    assert main(["key", "create", path]) == 0
    assert main(["key", "create", path]) == 2
    assert capsys.readouterr().err == f"kechid-edge: key file {path}: File exists\n"


def test_an_officer_is_added_with_a_password_from_a_file(config: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    assert add(config, "--password-file", str(password)) == 0
    with open_edge_store(tmp_path / "data" / "edge.db") as store:
        rows = store.read(lambda c: c.execute("SELECT officer_id, role FROM officer").fetchall())
    assert rows == [("guard-9", "guard")]


def test_an_officer_is_added_with_a_password_from_standard_input(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert add(config) == 0


@pytest.mark.parametrize(
    ("content", "reason"), [("short\n", "8 to 256 characters"), ("", "no password given")]
)
def test_a_bad_password_is_one_line(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, reason: str
) -> None:
    password = tmp_path / "password"
    password.write_text(content)
    assert add(config, "--password-file", str(password)) == 2
    line = capsys.readouterr().err
    assert reason in line
    assert line.count("\n") == 1


def test_a_whole_audit_log_is_confirmed_and_a_broken_row_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(tmp_path).prepare()
    command = ["audit", "verify", "--config", str(site.config), "--json"]
    assert main(command) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["broken_seq"]) == (2, None)
    connection = sqlite3.connect(site.database, isolation_level=None)
    connection.execute("DROP TRIGGER audit_keeps_content")
    connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    connection.close()
    assert main(command) == 1
    assert json.loads(capsys.readouterr().out)["broken_seq"] == 1
    assert main(command[:-1]) == 1
    assert "row 1 is not what was written" in capsys.readouterr().out


def test_the_audit_log_can_be_verified_while_the_edge_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(tmp_path).prepare()
    with running(site) as edge:
        edge.login()
        assert main(["audit", "verify", "--config", str(site.config)]) == 0
    assert "3 rows are whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[device\n", "line 1"),
        (SETTINGS + "[extra]\nx = 1\n", "unknown field `extra`"),
        (SETTINGS, "store.key: No such file"),
    ],
)
def test_a_lane_that_cannot_start_says_why_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    config = tmp_path / "edge.toml"
    config.write_text(text)
    assert main(["run", "--config", str(config)]) == 2
    line = capsys.readouterr().err
    assert reason in line
    assert line.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_camera_that_can_never_work_is_named(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["key", "create", str(config.parent / "store.key")])
    assert main(["run", "--config", str(config)]) == 2
    assert "scripted" in capsys.readouterr().err


def test_verifying_where_no_store_is_makes_none(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", "--config", str(config)]) == 2
    assert "no such file" in capsys.readouterr().err
    assert not (config.parent / "data").exists()
