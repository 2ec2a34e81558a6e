from pathlib import Path

import pytest

from gui.__main__ import main
from gui.bootstrap import require_display
from gui.errors import TerminalError

LANE = '[lane]\nurl = "http://127.0.0.1:9"\n'


def config(folder: Path, text: str = LANE) -> Path:
    path = folder / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ('[lane]\nurl = "http://127.0.0.1:9"\nurl = 1\n', [], "terminal.toml"),
        ("[lane]\nport = 1\n", [], "lane.port"),
        (LANE, ["--screenshot", "no/such/folder/x.png"], "--screenshot"),
        (LANE, ["--screenshots", "no/such/folder"], "--screenshots"),
        (LANE, ["--after-s", "-1"], "--after-s"),
        (LANE + '[officer]\nid = "7"\npassword_file = "none"\n', [], "password_file"),
        (LANE + 'ca = "none.pem"\n', [], "none.pem"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, options: list[str], told: str
) -> None:
    assert main(["--config", str(config(tmp_path, text)), *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("kechid-terminal: ")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: No such file" in capsys.readouterr().err


def test_a_ca_file_without_certificate_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.pem").write_text("nothing", encoding="utf-8")
    assert main(["--config", str(config(tmp_path, LANE + 'ca = "empty.pem"\n'))]) == 2
    assert "holds no PEM certificate" in capsys.readouterr().err


def test_wrong_usage_is_exit_2() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--language", "fr"])


@pytest.mark.parametrize(
    ("environment", "is_refused"),
    [
        ({}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, True),
        ({"DISPLAY": ":64999"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": "far-away:0"}, False),
    ],
)
def test_a_missing_display_is_told_with_the_way_out(
    environment: dict[str, str],
    is_refused: bool,
) -> None:
    if not is_refused:
        require_display(environment)
        return
    with pytest.raises(TerminalError, match=r"Xvfb.*QT_QPA_PLATFORM=offscreen"):
        require_display(environment)
