"""A settings file is used as it says, or refused by line and key."""

from pathlib import Path

import pytest

from sync.settings import load_settings, read_secret
from sync.settings_file import SettingsError

EXAMPLE = Path(__file__).resolve().parents[2] / "systemd" / "sync.toml.example"
SMALLEST = """
[device]
id = "lane-1"
site = "red-bridge"
data = "data"
[hub]
url = "http://127.0.0.1:8080"
token_file = "hub.token"
[trust]
hub_public = ["hub-public.pem"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sync.toml"
    path.write_text(text)
    return path


def test_the_smallest_file_is_enough_and_its_paths_are_its_folders(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, SMALLEST))
    assert settings.database == tmp_path / "data" / "edge.db"
    assert settings.packages == tmp_path / "data" / "packages"
    assert settings.hub.token_file == str(tmp_path / "hub.token")
    assert settings.trust.hub_public == (str(tmp_path / "hub-public.pem"),)
    assert (settings.broker.host, settings.broker.password_file) == ("127.0.0.1", None)


def test_the_example_is_valid_also_with_everything_switched_on(tmp_path: Path) -> None:
    load_settings(EXAMPLE)
    text = EXAMPLE.read_text()
    switched_on = [line.removeprefix("# ") if " = " in line else line for line in text.splitlines()]
    settings = load_settings(write(tmp_path, "\n".join(switched_on)))
    assert settings.broker.keepalive_s == 30
    assert settings.outbox.keep_days == 7


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('id = "lane-1"', 'id = "lane 1"', "device 'lane 1'"),
        ('id = "lane-1"', "id = 1", "line 3, device.id"),
        ('site = "red-bridge"', "", "site"),
        ('data = "data"', 'data = "data"\ncolour = 1', "colour"),
        ("http://127", "ftp://127", "no http"),
        ("http://127.0.0.1", "http://hub.example", "https is required"),
        ("[trust]", "[broker]\nport = 70000\n[trust]", "port 70000"),
        ("[trust]", "[broker]\nhost = 'broker.example'\n[trust]", "ca is required"),
        ("[trust]", "[broker]\nkey = 'k.pem'\n[trust]", "belong together"),
        ("[trust]", "[broker]\nkeepalive_s = 1\n[trust]", "keepalive_s 1"),
        ("[trust]", "[outbox]\nbatch_kilobytes = 0\n[trust]", "batch_kilobytes"),
        ("[trust]", "[outbox]\nkeep_days = -1\n[trust]", "days below 0"),
        ("[trust]", "[trust", "line 9"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, names: str) -> None:
    assert old in SMALLEST
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, SMALLEST.replace(old, new)))
    assert names in str(caught.value)
    assert str(tmp_path / "sync.toml") in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: No such file"):
        load_settings(tmp_path / "none.toml")


def test_a_secret_is_its_files_only_line(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("s3cret\n")
    assert read_secret(path) == "s3cret"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="token: "):
        read_secret(path)
