"""Bad input to the installed programs: one line naming it, status 2, nothing half-written, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from gui.settings import read_terminal_settings
from hub.settings import load_settings as load_hub_settings
from models.engine import best_available_pack
from models.errors import ModelError
from models.pack_files import PATH_VARIABLE
from sync.settings import load_settings as load_sync_settings

PROGRAMS = Path(sys.executable).parent
SAMPLES = Path(__file__).resolve().parents[2] / "systemd"
FULL_DISK = ("bash", "-c", 'ulimit -f 0; exec "$0" "$@"')
"""No file may grow: what a full disk does to a program that writes."""
HUB = ("--config", "hub.toml")
JSON_OBJECTS = (
    ("kechid-models", "list", "--json"),
    ("kechid-hub", "key", "create", "--json", *HUB),
    ("kechid-hub", "migrate", "--json", *HUB),
    ("kechid-hub", "user", "list", "--json", *HUB),
    ("kechid-hub", "device", "list", "--json", *HUB),
    ("kechid-hub", "watchlist", "create", "wanted", "--title", "Wanted", "--json", *HUB),
    ("kechid-hub", "watchlist", "list", "--json", *HUB),
    ("kechid-hub", "audit", "verify", "--json", *HUB),
    ("kechid-hub", "backup", "copy", "--json", *HUB),
)

pytestmark = pytest.mark.real


def encoded(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Make a PNG of a picture."""
    return cv2.imencode(".png", image)[1].tobytes()


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program, or a program under another, in a folder."""
    words = [str(PROGRAMS / word) if word.startswith("kechid-") else word for word in command]
    variables = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    return subprocess.run(
        words,
        cwd=folder,
        env=variables | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def refusal(done: subprocess.CompletedProcess[str], program: str) -> str:
    """Return the line of a program that refused."""
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith(f"{program}: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("kechid-edge", ("run",)),
        ("kechid-sync", ("run",)),
        ("kechid-hub", ("ingest",)),
        ("kechid-terminal", ()),
    ],
)
@pytest.mark.parametrize(
    ("text", "named"),
    [("[api\n", "line 1"), ("\n[odd]\nkey = 1\n", "odd"), (None, "No such file"), ("\xff", "UTF-8")],
    ids=["malformed", "unknown-key", "missing", "not-text"],
)
def test_settings_that_cannot_be_read(
    tmp_path: Path, program: str, words: tuple[str, ...], text: str | None, named: str
) -> None:
    if text is not None:
        (tmp_path / "it.toml").write_text(text, encoding="latin-1")
    line = refusal(run(tmp_path, program, *words, "--config", "it.toml"), program)
    assert "it.toml: " in line
    assert named in line


@pytest.mark.parametrize(
    "command",
    [("kechid-edge", "key", "create", "store.key"), ("kechid-hub", "key", "create", *HUB)],
    ids=["edge", "hub"],
)
def test_a_key_for_which_there_is_no_room_leaves_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "hub.toml").touch()
    line = refusal(run(tmp_path, *FULL_DISK, *command), command[0])
    assert "store.key" in line
    assert [path.name for path in tmp_path.iterdir()] == ["hub.toml"]


def test_a_store_for_which_there_is_no_room_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").touch()
    for words in (("key", "create"), ("migrate",)):
        assert run(tmp_path, "kechid-hub", *words, *HUB).returncode == 0
    creation = ("watchlist", "create", "wanted", "--title", "Wanted")
    refusal(run(tmp_path, *FULL_DISK, "kechid-hub", *creation, *HUB), "kechid-hub")
    assert run(tmp_path, "kechid-hub", "watchlist", "list", *HUB).stdout == ""


def test_a_model_file_that_cannot_be_read_is_a_problem_of_its_pack(tmp_path: Path) -> None:
    (tmp_path / "yunet_s_dynamic.onnx").mkdir()
    (tmp_path / "2.7_80x80_MiniFASNetV2.onnx").symlink_to("/proc/self/mem")
    done = run(tmp_path, "kechid-models", "verify", "intel-0095", "--json", **{PATH_VARIABLE: str(tmp_path)})
    assert "Traceback" not in done.stderr
    (pack,) = json.loads(done.stdout)["packs"]
    assert "2.7_80x80_MiniFASNetV2.onnx: 0 bytes" in " ".join(pack["optional_problems"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a picture that can be decoded"),
        (b"no picture", "not a picture that can be decoded"),
        (encoded(np.random.default_rng(1).integers(0, 255, (99, 99, 3), np.uint8))[:2000], "not a picture"),
        (encoded(np.full((300, 300, 3), 128, np.uint8)), "no face found"),
    ],
    ids=["empty", "text", "cut-off", "no-face"],
)
def test_a_photo_that_is_no_photo_of_a_face_makes_no_gallery(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    try:
        best_available_pack()
    except ModelError as error:
        pytest.skip(str(error))
    (tmp_path / "it.png").write_bytes(content)
    done = run(tmp_path, "kechid-edge", "enrol", "--gallery", "new", "--subject", "a", "it.png")
    line = refusal(done, "kechid-edge")
    assert "it.png: " in line
    assert reason in line
    assert not (tmp_path / "new").exists()


def test_a_terminal_without_a_display_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text('[lane]\nurl = "http://127.0.0.1:1"\n')
    done = run(tmp_path, "kechid-terminal", "--config", "it.toml", QT_QPA_PLATFORM="")
    assert "no display" in refusal(done, "kechid-terminal")


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").touch()
    for command in JSON_OBJECTS:
        done = run(tmp_path, *command)
        assert done.returncode == 0, done.stderr
        assert isinstance(json.loads(done.stdout), dict)


def test_the_samples_that_ship_are_read_by_the_programs_own_readers() -> None:
    readers = {"hub": load_hub_settings, "sync": load_sync_settings, "terminal": read_terminal_settings}
    for name, read in readers.items():
        read(SAMPLES / f"{name}.toml.example")
