"""The command line: one line and status 2 for bad input, one JSON object with --json."""

import io
import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub import bootstrap
from hub.__main__ import main
from models.engine import FaceEngine
from models.fakes import fake_engine
from tests.hub.builders import PASSWORD, picture

Run = Callable[..., tuple[int, str, str]]
ENROL = (
    "watchlist",
    "enrol",
    "wanted",
    "--name",
    "Rəşad",
    "--legal-basis",
    "Court order",
    "--authority",
    "Court",
)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder with a hub.toml; the face engine is the fake one."""

    def load(_: object) -> FaceEngine:
        return fake_engine()

    monkeypatch.setattr(bootstrap, "load_face_engine", load)
    (tmp_path / "hub.toml").write_text("", encoding="utf-8")

    def call(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        status = main([*words, "--config", str(tmp_path / "hub.toml")])
        done = capsys.readouterr()
        return status, done.out, done.err

    return call


@pytest.fixture
def hub(run: Run) -> Run:
    """Set up a migrated hub with keys and one list."""
    assert run("key", "create")[0] == 0
    assert run("migrate")[0] == 0
    assert run("watchlist", "create", "wanted", "--title", "Wanted persons")[0] == 0
    return run


ADD_OFFICER = ("user", "add", "nigar", "--name", "Nigar", "--role", "watchlist-officer", "--password-file")


def as_json(run: Run, *words: str, stdin: str = "") -> dict[str, Any]:
    status, out, _ = run(*words, "--json", stdin=stdin)
    assert status == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_hub_is_set_up_enrols_and_publishes_from_the_command_line(hub: Run, tmp_path: Path) -> None:
    (tmp_path / "front.jpg").write_bytes(picture(1))
    (tmp_path / "password").write_text("a long password")
    assert hub(*ADD_OFFICER, str(tmp_path / "password"))[0] == 0
    second = ("--as", "nigar", "--password-file", str(tmp_path / "password"))

    def approved(made: dict[str, Any]) -> None:
        assert made["proposal"]["state"] == "waiting"
        assert hub("watchlist", "approve", made["proposal"]["proposal_id"], *second)[0] == 0

    subject = as_json(hub, *ENROL, str(tmp_path / "front.jpg"))
    assert subject["photos"][0]["is_accepted"] is True
    approved(subject)
    published = as_json(hub, "watchlist", "publish", "wanted")
    assert published["version"] == 1
    approved(published)
    (listed,) = as_json(hub, "watchlist", "list")["watchlists"]
    assert (listed["subjects"], listed["newest"]["version"]) == (1, 1)
    approved(as_json(hub, "watchlist", "remove", subject["subject_id"], "--reason", "case closed"))
    assert hub("watchlist", "publish", "wanted")[0] == 2
    approved(as_json(hub, "watchlist", "publish", "wanted", "--allow-empty"))
    history = as_json(hub, "watchlist", "history", "wanted")["history"]
    assert [one["action"] for one in history if one["approved_by"] == "nigar"] == [
        "published",
        "removed",
        "published",
        "enrolled",
    ]


def test_a_list_made_so_needs_one_person_only(run: Run, tmp_path: Path) -> None:
    assert run("key", "create")[0] == 0
    assert run("migrate")[0] == 0
    made = ("watchlist", "create", "wanted", "--title", "Wanted", "--two-persons")
    assert run(*made, "everything")[0] == 2
    assert run(*made, "none")[0] == 0
    (tmp_path / "front.jpg").write_bytes(picture(1))
    assert as_json(run, *ENROL, str(tmp_path / "front.jpg"))["proposal"]["state"] == "applied"
    assert as_json(run, "watchlist", "publish", "wanted")["publication"]["version"] == 1


def test_a_refused_photo_is_one_line_with_name_and_reason(hub: Run, tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(picture(1))
    (tmp_path / "crowd.jpg").write_bytes(picture(1, 2))
    status, out, err = hub(*ENROL, str(tmp_path / "good.jpg"), str(tmp_path / "crowd.jpg"))
    assert (status, out, err) == (2, "", "kechid-hub: crowd.jpg: several-faces\n")
    assert as_json(hub, "watchlist", "list")["watchlists"][0]["subjects"] == 0


def test_a_second_migration_changes_nothing(hub: Run) -> None:
    assert as_json(hub, "migrate") == {"created": False, "steps": []}


def test_a_devices_token_is_printed_once_or_written_for_its_owner_only(hub: Run, tmp_path: Path) -> None:
    added = as_json(hub, "device", "add", "lane-1-edge", "--site", "alat", "--lane", "lane-1")
    assert len(added["token"]) == 64
    file = tmp_path / "token"
    renewed = as_json(hub, "device", "renew-token", "lane-1-edge", "--token-file", str(file))
    assert "token" not in renewed
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().strip() != added["token"]
    assert as_json(hub, "device", "list")["devices"][0]["is_online"] is False


def test_a_device_whose_token_cannot_be_written_is_not_registered(hub: Run, tmp_path: Path) -> None:
    words = ("device", "add", "d", "--site", "s", "--lane", "l", "--token-file", str(tmp_path / "no" / "t"))
    assert hub(*words)[0] == 2
    assert as_json(hub, "device", "list") == {"devices": []}


def test_a_user_is_added_with_a_password_from_stdin(hub: Run) -> None:
    words = ("user", "add", "leyla", "--name", "Leyla", "--role", "supervisor")
    assert hub(*words, stdin=PASSWORD + "\n")[0] == 0
    assert hub(*words, stdin=PASSWORD + "\n")[0] == 2
    assert as_json(hub, "user", "list")["users"][0]["role"] == "supervisor"
    assert hub("user", "disable", "leyla")[0] == 0
    assert as_json(hub, "user", "list") == {"users": []}


def test_a_broken_audit_chain_is_status_1_and_names_its_row(hub: Run, tmp_path: Path) -> None:
    assert as_json(hub, "audit", "verify")["whole"] is True
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection, connection:
        connection.execute("DROP TRIGGER audit_is_never_changed")
        connection.execute("UPDATE audit SET actor = 'somebody' WHERE seq = 1")
    status, out, _ = hub("audit", "verify", "--json")
    assert (status, json.loads(out)["first_broken"]) == (1, 1)


def test_a_backup_opens_as_a_hub_with_another_epoch(hub: Run, tmp_path: Path) -> None:
    report = as_json(hub, "backup", str(tmp_path / "copy"))
    with (
        closing(sqlite3.connect(tmp_path / "hub.db")) as live,
        closing(sqlite3.connect(tmp_path / "copy" / "hub.db")) as copy,
    ):
        epoch = "SELECT value FROM store_info WHERE name = 'hub_epoch'"
        lists = "SELECT list_id FROM watchlists"
        assert live.execute(epoch).fetchone() != copy.execute(epoch).fetchone()
        assert live.execute(lists).fetchall() == copy.execute(lists).fetchall()
    assert report["sha256"] in (tmp_path / "copy" / "SHA256SUMS").read_text()
    assert hub("backup", str(tmp_path / "copy"))[0] == 2
    assert "a store already" in hub("restore", str(tmp_path / "copy"))[2]
    (tmp_path / "hub.db").unlink()
    assert as_json(hub, "restore", str(tmp_path / "copy"))["files"] == 1
    assert as_json(hub, "watchlist", "list")["watchlists"][0]["list_id"] == "wanted"


@pytest.mark.parametrize(
    ("prepare", "words", "named"),
    [
        ([("key", "create")], ("watchlist", "list"), "run kechid-hub migrate"),
        ([("migrate",)], ("watchlist", "list"), "store.key"),
        ([("key", "create")], ("key", "create"), "store.key"),
        ([("key", "create"), ("migrate",)], ("watchlist", "publish", "none"), "'none'"),
        ([("key", "create"), ("migrate",)], ("device", "add", "a/b", "--site", "s", "--lane", "l"), "'a/b'"),
        ([("key", "create"), ("migrate",)], (*ENROL, "nowhere.jpg"), "nowhere.jpg"),
        ([("key", "create"), ("migrate",)], ("user", "disable", "nobody"), "'nobody'"),
    ],
    ids=["not-migrated", "no-key", "key-stands", "no-list", "bad-name", "no-file", "no-user"],
)
def test_bad_input_is_one_line_that_names_it(
    run: Run, prepare: list[tuple[str, ...]], words: tuple[str, ...], named: str
) -> None:
    for each in prepare:
        assert run(*each)[0] == 0
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.startswith("kechid-hub: ")
    assert err.count("\n") == 1
    assert named in err


def test_a_store_of_another_version_is_refused(hub: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("audit", "verify"), ("migrate",)):
        status, _, err = hub(*words)
        assert (status, "schema 9999" in err) == (2, True)


def test_a_file_that_is_no_store_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_bytes(b"this is not a database, not at all" * 40)
    status, _, err = run("migrate")
    assert (status, "hub.db" in err, err.count("\n")) == (2, True, 1)


def test_a_store_that_was_never_made_is_not_made_by_looking(run: Run, tmp_path: Path) -> None:
    run("key", "create")
    assert run("watchlist", "list")[0] == 2
    assert not (tmp_path / "hub.db").exists()


def test_a_store_key_of_another_store_is_refused_before_anything_is_sealed(hub: Run, tmp_path: Path) -> None:
    (tmp_path / "store.key").write_text("ab" * 32, encoding="ascii")
    (tmp_path / "face.jpg").write_bytes(picture(1))
    status, out, err = hub(*ENROL, str(tmp_path / "face.jpg"))
    assert (status, out) == (2, "")
    assert err == "kechid-hub: the store key is not the one this store was filled with\n"


@pytest.mark.parametrize("name", ["missing.pem", "junk.pem"])
def test_a_broker_certificate_that_cannot_be_used_ends_ingest(hub: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "junk.pem").write_text("no certificate", encoding="ascii")
    (tmp_path / "hub.toml").write_text(f'[broker]\nca = "{name}"\n', encoding="utf-8")
    status, out, err = hub("ingest")
    assert (status, out, err.count("\n"), name in err) == (2, "", 1, True)


def test_a_certificate_of_the_api_that_cannot_be_used_is_one_line(hub: Run, tmp_path: Path) -> None:
    (tmp_path / "junk.pem").write_text("no certificate", encoding="ascii")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    text = f'[api]\nport = {port}\ntls_certificate = "junk.pem"\ntls_key = "junk.pem"\n'
    (tmp_path / "hub.toml").write_text(text, encoding="utf-8")
    status, out, err = hub("api")
    assert (status, out, err.count("\n"), "junk.pem" in err) == (2, "", 1, True)


def test_commands_that_look_at_no_picture_load_no_web_server_and_no_network() -> None:
    slow = ("fastapi", "uvicorn", "cv2", "numpy", "onnxruntime", "paho")
    code = f"import sys, hub.__main__; print([name for name in {slow!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_busy_port_is_one_line(hub: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (tmp_path / "hub.toml").write_text(f"[api]\nport = {port}\n", encoding="utf-8")
        status, _, err = hub("api")
    assert (status, err) == (2, f"kechid-hub: cannot listen on 127.0.0.1:{port}: Address already in use\n")


def test_wrong_usage_is_status_2(run: Run) -> None:
    with pytest.raises(SystemExit) as stop:
        run("watchlist")
    assert stop.value.code == 2
