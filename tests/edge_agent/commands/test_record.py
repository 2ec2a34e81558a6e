"""`kechid-edge record | redecide | explain` as an installer types them."""

import json
from pathlib import Path

import pytest

from edge_agent.__main__ import main
from edge_agent.alerts.evidence import create_key_file
from edge_agent.commands import record as command_record
from edge_agent.gallery.folder import add_to_gallery
from edge_agent.gallery.port import GalleryEntry
from models.fakes import FAKE_CONTRACT, fake_engine
from tests.edge_agent.appliance_kit import SETTINGS
from tests.edge_agent.commands.test_replay import write_pictures
from tests.edge_agent.passages import Walk, template_of
from tests.edge_agent.shell_builders import new_alert, opened_store

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prepare pictures, a gallery and a key in a folder."""
    monkeypatch.setattr(command_record, "load_chosen_engine", lambda _arguments: fake_engine())
    write_pictures(tmp_path / "pictures", [Walk(1), Walk(7, top=200)], 20)
    gallery(tmp_path / "gallery", {"a": 1, "b": 2})
    create_key_file(tmp_path / "store.key")
    return tmp_path


def gallery(folder: Path, subjects: dict[str, int]) -> None:
    entries = [GalleryEntry(name, f"{name}-0", template_of(face)) for name, face in subjects.items()]
    add_to_gallery(folder, FAKE_CONTRACT, entries)


def record(site: Path, *more: str) -> int:
    named = {"--gallery": "gallery", "--key": "store.key", "--out": "passage"}
    options = [word for option, name in named.items() for word in (option, str(site / name))]
    return main(["record", str(site / "pictures"), *options, "--reason", "drawn people", *more])


def redecide(site: Path, *more: str) -> int:
    return main(["redecide", str(site / "passage"), "--key", str(site / "store.key"), *more])


def test_a_passage_is_recorded_and_decided_anew(site: Path, capsys: Captured) -> None:
    assert record(site, "--json") == 0
    recorded = json.loads(capsys.readouterr().out)
    assert (recorded["frames"], len(recorded["alerts"])) == (20, 1)
    assert (site / "passage").stat().st_mode & 0o777 == 0o600
    assert redecide(site, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["is_equal"] is True
    assert result["reason"] == "drawn people"
    assert [alert["alert_id"] for alert in result["alerts"]] == recorded["alerts"]


def test_a_what_if_is_a_table(site: Path, capsys: Captured) -> None:
    record(site)
    gallery(site / "other", {"z": 7})
    capsys.readouterr()
    assert redecide(site, "--gallery", str(site / "other")) == 0
    out = capsys.readouterr().out
    assert "every decision is the recorded one" in out
    assert "alerts: 1 gained, 1 lost, 0 changed, 0 same" in out


def test_a_what_if_is_an_object(site: Path, capsys: Captured) -> None:
    record(site)
    capsys.readouterr()
    assert redecide(site, "--set", "thresholds.match=1.01", "--set", "thresholds.review=1.01", "--json") == 0
    assert [c["change"] for c in json.loads(capsys.readouterr().out)["changes"]] == ["lost"]


def test_an_alert_of_a_passage_is_explained(site: Path, capsys: Captured) -> None:
    record(site, "--json")
    [alert_id] = json.loads(capsys.readouterr().out)["alerts"]
    assert redecide(site, "--explain", alert_id) == 0
    assert "margin and evidence suffice" in capsys.readouterr().out
    assert redecide(site, "--explain", alert_id, "--json") == 0
    assert json.loads(capsys.readouterr().out)["searches"][0]["effect"] == "raised"


def test_a_looser_gate_needs_faces_that_were_extracted(site: Path, capsys: Captured) -> None:
    (site / "pictures").rename(site / "sharp")
    write_pictures(site / "pictures", [Walk(1, blur=25)], 20)
    record(site)
    capsys.readouterr()
    assert redecide(site, "--set", "matching.quality.min_sharpness=0") == 2
    assert capsys.readouterr().err.startswith("kechid-edge: not recorded: template of face 0 in frame")
    (site / "passage").unlink()
    record(site, "--every-face")
    assert redecide(site, "--set", "matching.quality.min_sharpness=0") == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--out", "{site}/pictures"), "File exists"),
        (("--gallery", "{site}/nowhere"), "no such folder"),
        (("--key", "{site}/nowhere"), "No such file or directory"),
        (("--max-frames", "0"), "--max-frames must be at least 1"),
    ],
)
def test_a_recording_that_cannot_be_made_is_one_line(
    site: Path, capsys: Captured, arguments: tuple[str, ...], reason: str
) -> None:
    assert record(site, *(word.format(site=site) for word in arguments)) == 2
    line = capsys.readouterr().err
    assert reason in line
    assert line.count("\n") == 1
    assert not (site / "passage").exists()


def test_a_missing_recording_is_one_line(site: Path, capsys: Captured) -> None:
    assert redecide(site) == 2
    assert capsys.readouterr().err == f"kechid-edge: recording {site}/passage: No such file or directory\n"


def test_half_a_recording_is_not_left_behind(
    site: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_agent.recording.recorder.MOST_REFERENCES", 1)
    assert record(site) == 2
    assert "the lists have 2 references, at most 1 can be held" in capsys.readouterr().err
    assert not (site / "passage").exists()


def test_a_stored_alert_is_explained_and_that_is_audited(tmp_path: Path, capsys: Captured) -> None:
    config = tmp_path / "edge.toml"
    config.write_text(SETTINGS)
    create_key_file(tmp_path / "store.key")
    key = bytes.fromhex((tmp_path / "store.key").read_text())
    with opened_store(tmp_path / "data", key) as opened:
        opened.alerts.raise_alert(new_alert())
    assert main(["explain", "alert-1", "--config", str(config)]) == 0
    assert "score 0.710, 0.200 above the second subject" in capsys.readouterr().out
    assert main(["explain", "alert-1", "--config", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["alert"]["comparison_score"] == 0.71
    assert main(["explain", "alert-9", "--config", str(config)]) == 2
    assert capsys.readouterr().err == "kechid-edge: there is no alert alert-9\n"
    with opened_store(tmp_path / "data", key) as opened:
        actions = opened.store.read(lambda c: c.execute("SELECT action, subject FROM audit").fetchall())
    assert actions == [("alert-explained", "alert-1")] * 2


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, capsys: Captured) -> None:
    config = tmp_path / "edge.toml"
    config.write_text(SETTINGS)
    assert main(["explain", "alert-1", "--config", str(config)]) == 2
    assert "no such file" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
