"""`kechid-hub client` and `kechid-hub webhook`."""

import json
from pathlib import Path

import pytest

from hub.__main__ import main
from tests.hub.machines.machines import public_keys


@pytest.fixture
def config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Make keys and store."""
    file = tmp_path / "hub.toml"
    file.write_text("", encoding="utf-8")
    for words in (["key", "create"], ["migrate"]):
        assert main([*words, "--config", str(file)]) == 0
    capsys.readouterr()
    return str(file)


def test_a_client_is_added_listed_and_revoked(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    add = ["client", "add", "feed", "--title", "Feed", "--scope", "view-devices", "--json"]
    assert main([*add, "--config", config]) == 0
    secret = json.loads(capsys.readouterr().out)["secret"]
    assert len(secret) == 64
    assert main(["client", "revoke", "feed", "--config", config]) == 0
    capsys.readouterr()
    assert main(["client", "list", "--json", "--config", config]) == 0
    out = capsys.readouterr().out
    (listed,) = json.loads(out)["clients"]
    assert (listed["client_id"], listed["is_revoked"], secret in out) == ("feed", True, False)


def test_a_client_with_keys_gets_no_secret(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(public_keys()), encoding="utf-8")
    add = ["client", "add", "feed", "--title", "Feed", "--scope", "view-devices", "--keys", str(keys)]
    assert main([*add, "--config", config]) == 0
    assert capsys.readouterr().out == "client feed added\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["client", "add", "feed", "--title", "x", "--scope", "approve"], "is no scope of a machine"),
        (["client", "add", "a b", "--title", "x", "--scope", "view-devices"], "letters, digits"),
        (
            ["client", "add", "a", "--title", "x", "--scope", "view-devices", "--keys", "/none"],
            "No such file",
        ),
        (["client", "revoke", "nobody"], "no client 'nobody'"),
        (["webhook", "add", "http://hook.example/", "--title", "x", "--kind", "case"], "public https"),
        (["webhook", "disable", "nobody"], "no webhook 'nobody'"),
    ],
    ids=range(6),
)
def test_bad_input_is_one_line(
    config: str, capsys: pytest.CaptureFixture[str], words: list[str], reason: str
) -> None:
    assert main([*words, "--config", config]) == 2
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1


def test_a_webhook_is_added_switched_off_and_listed(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    add = ["webhook", "add", "https://hook.example/in", "--title", "Ministry", "--kind", "case", "--json"]
    assert main([*add, "--config", config]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["secret"].startswith("whsec_")
    for act in ("disable", "enable", "disable"):
        assert main(["webhook", act, made["webhook_id"], "--config", config]) == 0
    capsys.readouterr()
    assert main(["webhook", "list", "--config", config]) == 0
    assert "https://hook.example/in case: off (administrator)" in capsys.readouterr().out


def test_a_webhooks_public_key_is_listed_and_changes_with_a_rotation(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ["webhook", "add", "https://hook.example/in", "--title", "Ministry", "--kind", "case"]
    assert main([*add, "--scheme", "v1a", "--json", "--config", config]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["secret"] is None
    assert main(["webhook", "rotate", made["webhook_id"], "--json", "--config", config]) == 0
    rotated = json.loads(capsys.readouterr().out)
    assert rotated["public_key"] != made["public_key"]
    assert main(["webhook", "list", "--config", config]) == 0
    listed = capsys.readouterr().out
    assert rotated["public_key"] in listed
    assert made["public_key"] not in listed
