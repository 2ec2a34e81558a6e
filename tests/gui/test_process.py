"""The terminal as a process of its own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.gui.builders import make_alert
from tests.gui.cartoons import jpeg, photo
from tests.gui.fake_lane import PASSWORD, FakeLane

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]


def wait_for(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def write_config(folder: Path, lane: FakeLane) -> Path:
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    path = folder / "terminal.toml"
    path.write_text(
        f'[lane]\nurl = "{lane.url}"\n[officer]\nid = "officer-7"\npassword_file = "password"\n'
        '[window]\nlanguage = "en"\nsound = false\n',
        encoding="utf-8",
    )
    return path


@contextmanager
def terminal(
    folder: Path, lane: FakeLane, *options: str, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "gui", "--config", str(write_config(folder, lane)), *options]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


@contextmanager
def x_server() -> Iterator[str]:
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        yield ":" + os.read(reader, 16).decode().strip()
    finally:
        os.close(reader)
        server.terminate()
        server.wait(timeout=20)


def test_a_signal_saves_the_window_and_another_ends_it(
    tmp_path: Path, lane: FakeLane, qapp: QApplication
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    with terminal(tmp_path, lane, "--screenshots", str(pictures), QT_QPA_PLATFORM="offscreen") as process:
        wait_for(lambda: lane.resumed_after)
        process.send_signal(signal.SIGUSR1)
        wait_for(lambda: list(pictures.iterdir()))
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert [path.name for path in pictures.iterdir()] == ["terminal-001.png"]
    assert QImage(str(pictures / "terminal-001.png")).width() == 1280


def test_it_waits_for_a_lane_that_starts_later(tmp_path: Path, lane: FakeLane, qapp: QApplication) -> None:
    lane.stop()
    picture, began = tmp_path / "late.png", time.monotonic()
    options = ("--screenshot", str(picture), "--after-s", "8")
    with terminal(tmp_path, lane, *options, QT_QPA_PLATFORM="offscreen") as process:
        wait_for(lambda: time.monotonic() - began > 1.0)
        lane.start()
        wait_for(lambda: lane.resumed_after)
        assert process.wait(timeout=30) == 0
    assert not QImage(str(picture)).isNull()


@pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="no Xvfb or no xdotool on this machine"
)
def test_real_keys_answer_an_alert_without_a_window_manager(
    tmp_path: Path, lane: FakeLane, qapp: QApplication
) -> None:
    for evidence_id in ("probe-1", "reference-1"):
        lane.evidence[evidence_id] = jpeg(photo(1))
    with x_server() as display, terminal(tmp_path, lane, DISPLAY=display, QT_QPA_PLATFORM="xcb"):
        wait_for(lambda: lane.resumed_after)
        lane.raise_alert(make_alert(1))

        def press(key: str) -> None:
            subprocess.run(["xdotool", "key", key], env={**os.environ, "DISPLAY": display}, check=True)

        def answered() -> bool:
            press("1")
            return bool(lane.decisions)

        wait_for(answered)
        wait_for(lambda: bool(lane.alerts["alert-1"].decisions))
        press("o")
        asked = time.monotonic()
        wait_for(lambda: time.monotonic() - asked > 0.6)
        press("o")
        wait_for(lambda: bool(lane.barrier_commands))
    assert len(lane.alerts["alert-1"].decisions) == 1
