from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from gui.alert_sound import AlertSound
from gui.tone import alert_tone
from tests.gui.waiting import Waiting


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a player on the path that keeps what it is to play."""
    program, played = tmp_path / "aplay", tmp_path / "played.wav"
    program.write_text(f'#!/bin/sh\n/bin/cp "$2" "{played}.part" && /bin/mv "{played}.part" "{played}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return played


def test_the_tone_is_played_by_the_systems_player(player: Path, qtbot: Waiting) -> None:
    sound = AlertSound(QObject(), is_on=True)
    sound.play()
    qtbot.waitUntil(player.exists)
    assert player.read_bytes() == alert_tone()


def test_silence_is_kept_when_told(player: Path, qtbot: Waiting) -> None:
    AlertSound(QObject(), is_on=False).play()
    audible = AlertSound(QObject(), is_on=True)
    assert not player.exists()
    audible.play()
    qtbot.waitUntil(player.exists)


def test_the_tone_is_no_file_that_a_killed_terminal_leaves(
    player: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = player.parent / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    sound = AlertSound(QObject(), is_on=True)
    assert list(folder.iterdir()) == []
    sound.play()
