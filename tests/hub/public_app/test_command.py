"""`kechid-hub citizen add`: number and name come from stdin and are not printed."""

import io
from pathlib import Path

import pytest

from hub.__main__ import main
from tests.hub.public_app.app_kit import LEYLA


@pytest.fixture
def config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Make keys and store."""
    file = tmp_path / "hub.toml"
    file.write_text("", encoding="utf-8")
    for words in (["key", "create"], ["migrate"]):
        assert main([*words, "--config", str(file)]) == 0
    capsys.readouterr()
    return str(file)


def test_a_person_is_let_in_without_being_named(
    config: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(LEYLA)))
    assert main(["citizen", "add", "--config", config]) == 0
    said = "".join(capsys.readouterr())
    assert "may sign in" in said
    assert not any(word in said for word in LEYLA)


def test_a_number_that_is_none_is_refused(
    config: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\nLeyla\n"))
    assert main(["citizen", "add", "--config", config]) == 2
    assert "/number: not a personal number" in capsys.readouterr().err
