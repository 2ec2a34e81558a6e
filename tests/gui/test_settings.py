from pathlib import Path

import pytest

from gui.settings import Language, OfficerSettings, read_password, read_terminal_settings
from sync.settings_file import SettingsError

LANE = '[lane]\nurl = "http://127.0.0.1:8800/"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_address_is_enough(tmp_path: Path) -> None:
    settings = read_terminal_settings(write(tmp_path, LANE))
    assert settings.lane.url == "http://127.0.0.1:8800"
    assert settings.window.language is Language.AZERBAIJANI
    assert not settings.window.mask_faces


def test_file_names_are_relative_to_the_file(tmp_path: Path) -> None:
    text = LANE + 'ca = "ca.pem"\n[officer]\nid = "7"\npassword_file = "secret"\n'
    settings = read_terminal_settings(write(tmp_path, text))
    assert settings.lane.ca == str(tmp_path / "ca.pem")
    assert settings.officer.password_file == str(tmp_path / "secret")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "lane"),
        ('[lane]\nurl = "ftp://127.0.0.1"\n', "no http or https address"),
        ('[lane]\nurl = "http://"\n', "no http or https address"),
        ('[lane]\nurl = "http://127.0.0.1:99999"\n', "lane.url"),
        ('[lane]\nurl = "http://10.0.0.7:8800"\n', "in clear"),
        (LANE + "colour = 1\n", "line 3, lane.colour"),
        (LANE + '[window]\nlanguage = "fr"\n', "line 4, window.language"),
        (LANE + "[window]\nfont_scale = 5.0\n", "font_scale"),
        (LANE + "[window]\nwidth = 10\n", "usable size"),
        (LANE + '[officer]\nid = "7"\n', "belong together"),
        ("[lane\n", "line 1"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=r"terminal\.toml") as caught:
        read_terminal_settings(write(tmp_path, text))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_example_that_ships_is_valid() -> None:
    example = Path(__file__).parents[2] / "systemd" / "terminal.toml.example"
    assert read_terminal_settings(example).lane.url.startswith("https://")


def test_every_commented_line_of_the_example_is_valid_too(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / "systemd" / "terminal.toml.example").read_text(encoding="utf-8")
    lines = [
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line
        for line in example.splitlines()
    ]
    settings = read_terminal_settings(write(tmp_path, "\n".join(lines)))
    assert settings.officer.id == "officer-7"
    assert settings.window.sound


def test_nobody_logs_in_by_himself_unless_told() -> None:
    assert read_password(OfficerSettings()) is None


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse\n", encoding="utf-8")
    assert read_password(OfficerSettings(id="7", password_file=str(tmp_path / "secret"))) == "correct horse"


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_password_file_without_password_is_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "secret").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="secret"):
        read_password(OfficerSettings(id="7", password_file=str(tmp_path / "secret")))
