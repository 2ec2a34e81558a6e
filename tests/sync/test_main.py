"""The command line says what is the matter in one line and answers in JSON."""

import json
from pathlib import Path

import pytest

from sync.__main__ import main
from tests.sync.checkpoint import DEVICE, Checkpoint
from tests.sync.relay_process import write_settings


def test_status_answers_with_the_queue_per_lane(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint = Checkpoint(tmp_path)
    checkpoint.append(3)
    checkpoint.connection.close()
    assert main(["status", "--config", str(write_settings(tmp_path, 1883)), "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["device_id"], status["queue_depth"]) == (DEVICE, 3)
    assert status["lanes"] == {"alert": 0, "event": 3, "media": 0, "telemetry": 0}
    assert (status["is_connected"], status["last_acknowledged_at"]) == (False, None)


def test_status_in_words_names_queue_and_watchlists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Checkpoint(tmp_path).connection.close()
    assert main(["status", "--config", str(write_settings(tmp_path, 1883))]) == 0
    words = capsys.readouterr().out
    assert "0 (alert 0, event 0, media 0, telemetry 0)" in words
    assert "none received" in words


@pytest.mark.parametrize(
    ("command", "missing", "reason"),
    [
        ("run", "sync.toml", "sync.toml: No such file"),
        ("status", "sync.toml", "sync.toml: No such file"),
        ("status", "edge.db", "edge.db: there is no store yet"),
    ],
)
def test_a_missing_input_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, missing: str, reason: str
) -> None:
    settings = write_settings(tmp_path, 1883)
    (tmp_path / missing).unlink(missing_ok=True)
    assert main([command, "--config", str(settings)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert reason in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("name", ["hub.token", "broker.password", "hub-public.pem"])
def test_run_names_the_secret_it_misses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    settings = write_settings(tmp_path, 1883)
    (tmp_path / name).unlink()
    assert main(["run", "--config", str(settings)]) == 2
    assert f"{name}: No such file" in capsys.readouterr().err


def test_another_devices_store_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Checkpoint(tmp_path).connection.close()
    settings = write_settings(tmp_path, 1883)
    settings.write_text(settings.read_text().replace(DEVICE, "lane-9"))
    assert main(["run", "--config", str(settings)]) == 2
    assert "belongs to device 'lane-1', not to 'lane-9'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run"], ["status", "--config"]])
def test_wrong_usage_is_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: kechid-sync" in capsys.readouterr().err
