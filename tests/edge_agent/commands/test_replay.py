"""Recordings through the pipeline."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest

from edge_agent.__main__ import main
from edge_agent.commands import replay as replay_command
from edge_agent.commands import search as search_command
from edge_agent.commands.replay import replay, source_of, summed
from edge_agent.errors import EdgeError
from hardware.fakes import FakeCamera
from models.fakes import fake_engine
from tests.edge_agent.passages import Walk, passage, watchlist_of
from tests.edge_agent.photos import photo

WATCHLIST = watchlist_of({"a": [1], "b": [2]})


def write_pictures(folder: Path, walks: list[Walk], frames: int) -> Path:
    folder.mkdir()
    for frame in passage(walks, frames):
        cv2.imwrite(str(folder / f"{frame.sequence:04d}.png"), frame.image)
    return folder


def test_an_alert_tells_in_which_frames_its_subject_was_in_view() -> None:
    camera = FakeCamera(list(passage([Walk(1, first=5, last=24), Walk(7, top=200)], 50)))
    replayed = replay(camera, "clip", fake_engine(), WATCHLIST)
    [alert] = replayed.alerts.values()
    assert (alert.subject_id, alert.outcome) == ("a", "match")
    assert (alert.first_frame, alert.last_frame, alert.raised_frame) == (5, 24, 7)
    assert (replayed.counters.frames, replayed.counters.tracks) == (50, 2)


def test_a_subject_that_comes_back_is_in_view_to_the_last_frame() -> None:
    walks = [Walk(1, last=14), Walk(1, first=40, last=47)]
    replayed = replay(FakeCamera(list(passage(walks, 60))), "clip", fake_engine(), WATCHLIST)
    [alert] = replayed.alerts.values()
    assert (alert.first_frame, alert.last_frame) == (0, 47)


def test_gaps_in_the_sequence_are_dropped_frames() -> None:
    frames = [frame for frame in passage([Walk(1)], 30) if frame.sequence not in {0, 7, 8}]
    assert replay(FakeCamera(frames), "clip", fake_engine(), WATCHLIST).dropped == 3


def test_a_recording_without_a_frame_is_no_silent_pass() -> None:
    with pytest.raises(EdgeError, match=r"recording cut\.mp4: not one frame of it can be decoded"):
        replay(FakeCamera([]), "cut.mp4", fake_engine(), WATCHLIST)


def test_max_frames_ends_a_looping_recording() -> None:
    frames = list(passage([Walk(1)], 30))
    assert replay(FakeCamera(frames), "clip", fake_engine(), WATCHLIST, 10).counters.frames == 10


def test_recordings_are_passages_of_their_own_and_summed() -> None:
    replays = [replay(FakeCamera(list(passage([Walk(1)], 20))), n, fake_engine(), WATCHLIST) for n in "xy"]
    result = summed(replays)
    assert result["frames"] == 40
    alerts = result["alerts"]
    assert isinstance(alerts, list)
    assert [alert["video"] for alert in alerts] == ["x", "y"]


@pytest.mark.parametrize(
    ("video", "source"),
    [
        ("clip.mp4", "replay:clip.mp4"),
        ("odd?name,100%.gif", "replay:odd%3Fname%2C100%25.gif"),
        ("pan:a.jpg,b.jpg?seconds=1", "pan:a.jpg,b.jpg?seconds=1"),
        ("replay:x.mp4?loop=true", "replay:x.mp4?loop=true"),
    ],
)
def test_a_plain_path_is_a_recording(video: str, source: str) -> None:
    assert source_of(video) == source


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands on the fake engine, with a gallery of one."""

    gallery: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err


@pytest.fixture
def commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    for module in (replay_command, search_command):
        monkeypatch.setattr(module, "load_chosen_engine", lambda _arguments: fake_engine())
    from edge_agent.commands.enrol import enrol

    enrol(fake_engine(), tmp_path / "gallery", "a", [photo(tmp_path / "a.png", 1)])
    return Commands(tmp_path / "gallery", capsys)


def test_the_replay_command_prints_the_keys_that_stay_put(commands: Commands, tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures", [Walk(1, last=19)], 25)
    code, out, _ = commands("replay", "--gallery", str(commands.gallery), str(folder), "--json")
    result = json.loads(out)
    assert code == 0
    assert {"frames", "dropped", "tracks", "searches", "alerts", "cpu_s", "wall_s", "pack"} <= result.keys()
    assert (result["frames"], result["dropped"], result["tracks"]) == (25, 0, 1)
    assert {"subject_id", "score", "first_frame", "last_frame"} <= result["alerts"][0].keys()
    assert (result["alerts"][0]["subject_id"], result["alerts"][0]["last_frame"]) == ("a", 19)


def test_the_search_command_prints_the_keys_that_stay_put(commands: Commands, tmp_path: Path) -> None:
    code, out, _ = commands(
        "search", "--gallery", str(commands.gallery), str(photo(tmp_path / "p.png", 1)), "--json"
    )
    result = json.loads(out)
    assert code == 0
    assert result["outcome"] == "match"
    assert result["candidates"][0]["subject_id"] == "a"
    assert result["candidates"][0]["score"] == pytest.approx(1.0, abs=0.01)
    assert 0 < result["threshold"] < 1
    assert result["expected_false_alarms_per_day"] == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize(
    ("video", "options", "reason"),
    [
        ("nowhere.mp4", (), "no such file"),
        ("text.mp4", (), "not a video that can be decoded"),
        ("pan:nowhere.jpg", (), "no such file"),
        (".", ("--allowed-false-alarms-per-day", "0"), "above 0"),
        (".", ("--max-frames", "0"), "--max-frames must be at least 1"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    commands: Commands, tmp_path: Path, video: str, options: tuple[str, ...], reason: str
) -> None:
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    name = video if video.startswith("pan:") else str(tmp_path / video)
    code, out, error = commands("replay", "--gallery", str(commands.gallery), name, *options, "--json")
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert reason in error


def test_a_missing_gallery_is_one_line_and_exit_2(commands: Commands, tmp_path: Path) -> None:
    code, out, error = commands("replay", "--gallery", str(tmp_path / "none"), str(tmp_path))
    assert (code, out) == (2, "")
    assert error == f"kechid-edge: gallery {tmp_path / 'none'}: no such folder\n"
