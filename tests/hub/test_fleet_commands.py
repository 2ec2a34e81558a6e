"""Fleet and audit on the command line."""

import json
from pathlib import Path

import pytest

from tests.hub.test_main import Run, hub, run  # noqa: F401 (fixtures)


@pytest.fixture
def fleet(hub: Run) -> Run:  # noqa: F811
    assert hub("device", "add", "edge-1", "--site", "alat", "--lane", "lane-1")[0] == 0
    return hub


def test_a_place_is_named(fleet: Run) -> None:
    words = ("--title", "Alat", "--latitude", "39.97", "--longitude", "49.41")
    assert fleet("site", "set", "alat", *words)[0] == 0
    assert fleet("lane", "set", "alat", "lane-1", "--title", "Entry 1", "--direction", "in")[0] == 0
    status, out, _ = fleet("site", "list", "--json")
    (one,) = json.loads(out)["sites"]
    assert (status, one["site"]["title"], one["lanes"]) == (0, "Alat", 1)
    assert fleet("site", "set", "alat", "--title", "Alat", "--latitude", "91", "--longitude", "0")[0] == 2


def test_settings_are_tried_and_given(fleet: Run) -> None:
    change = ("fleet", "configure", "site:alat", "shadow=true")
    assert "edge-1" in fleet(*change, "--dry-run")[1]
    assert json.loads(fleet(*change, "--reason", "Order 4", "--json")[1]) == {"version": 1, "told": 1}
    for words in (
        ("fleet", "nonsense"),
        ("fleet", "x=1", "--reason", "Why"),
        ("site:nowhere", "shadow=true"),
    ):
        status, _, error = fleet("fleet", "configure", *words)
        assert (status, error.count("\n")) == (2, 1)


def test_a_restart_and_a_roll_out_wait_for_the_device(fleet: Run) -> None:
    assert fleet("fleet", "restart", "edge-1")[0] == 0
    assert fleet("fleet", "restart", "nobody")[0] == 2
    out = fleet("fleet", "roll-out", "pack-2", "fleet", "--reason", "Night", "--json")[1]
    rollout_id = json.loads(out)["rollout"]["rollout_id"]
    assert fleet("fleet", "roll-out-act", rollout_id, "advance")[0] == 2
    assert "paused" in fleet("fleet", "roll-out-act", rollout_id, "pause")[1]
    assert rollout_id in fleet("fleet", "roll-outs")[1]


def test_the_audit_log_is_exported_once(fleet: Run, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    rows = json.loads(fleet("audit", "export", str(file), "--json")[1])["rows"]
    assert len(file.read_text(encoding="utf-8").splitlines()) == rows + 1
    assert fleet("audit", "export", str(file))[0] == 2
    assert fleet("audit", "heads")[0] == 0
