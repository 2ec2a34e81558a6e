"""The store file: damage, locks, a new start."""

import sqlite3
from pathlib import Path

import pytest

from edge_agent.errors import StoreDamagedError, StoreError
from edge_agent.lane.monitor import store_warnings
from edge_agent.store.edge_store import check_store_file, damaged_stores, open_edge_store, open_vault
from edge_agent.store.recovery import open_or_replace
from sync.lane_messages import LoginRequest
from tests.edge_agent.shell_builders import GUARD, KEY, NOW, PASSWORD, new_alert, opened_store


def damage(path: Path) -> None:
    """Overwrite the page where the alerts begin, as a dying disk does."""
    connection = sqlite3.connect(path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'alert'").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)


def filled_store(folder: Path) -> Path:
    with opened_store(folder) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        for number in range(40):
            edge.alerts.raise_alert(new_alert(f"alert-{number}"))
    return folder / "edge.db"


def test_a_sound_store_passes_its_check(tmp_path: Path) -> None:
    check_store_file(filled_store(tmp_path))


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "edge.db"
    path.write_bytes(b"not a database at all" * 400)
    with pytest.raises(StoreDamagedError, match=r"edge\.db: file is not a database"):
        open_edge_store(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"File exists|Not a directory"):
        open_edge_store(tmp_path / "file" / "edge.db")


def test_a_damaged_store_is_set_aside_and_its_officers_can_still_log_in(tmp_path: Path) -> None:
    path = filled_store(tmp_path)
    damage(path)
    with pytest.raises(StoreDamagedError):
        check_store_file(path)
    with open_or_replace(path, NOW) as store:
        open_vault(store, KEY)
        actions = store.read(lambda c: c.execute("SELECT action, subject FROM audit").fetchall())
    assert actions == [("store-replaced", "edge.db.damaged-20260301T080000")]
    assert damaged_stores(path) == [tmp_path / "edge.db.damaged-20260301T080000"]
    assert store_warnings(None, path) == ["store-damaged"]
    with opened_store(tmp_path) as edge:
        assert edge.access.login(LoginRequest(GUARD.officer_id, PASSWORD), NOW).role == "guard"
        assert edge.records.newest_alerts(10) == []


def test_a_sound_store_is_opened_as_it_is(tmp_path: Path) -> None:
    path = filled_store(tmp_path)
    with open_or_replace(path, NOW):
        assert damaged_stores(path) == []
    with opened_store(tmp_path) as edge:
        assert len(edge.records.newest_alerts(100)) == 40


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.store.close()
