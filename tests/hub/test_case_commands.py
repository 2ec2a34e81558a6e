"""`kechid-hub cases`: counts built anew, and what is over, on either engine."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, func, select, update

from hub.__main__ import main
from hub.cases.tables import alerts, case_days, case_totals, evidence
from hub.ingest.ingest import receive_batch
from hub.people.audit import latest
from hub.store.database import reading, writing
from sync.codec import encode_batch
from sync.messages import EventBody
from tests.hub.builders import EVENTS, Hub, alert, evidence_of, guard_answer, numbered

LONG_AGO = datetime(2016, 5, 4, 9, 30, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    """Give a hub with a case of long ago, answered and with a picture, and one of now."""
    bodies: list[EventBody] = [
        alert("old", raised_at=LONG_AGO),
        guard_answer("old"),
        evidence_of("old"),
        alert("new", raised_at=datetime.now(UTC), evidence="probe-2"),
    ]
    receipt = receive_batch(hub_on_each.services, EVENTS, encode_batch(numbered(bodies)))
    assert receipt.stored == len(bodies)
    return hub_on_each


@pytest.fixture
def run(hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command of `kechid-hub cases` on that hub's store; ``settings`` follow the store's."""
    file = tmp_path / "hub.toml"

    def call(*words: str, settings: str = "") -> tuple[int, str, str]:
        address = json.dumps(hub.services.settings.store.url)
        file.write_text(f"[store]\nurl = {address}\n{settings}", encoding="utf-8")
        status = main(["cases", *words, "--config", str(file)])
        return status, *capsys.readouterr()

    file.write_text("", encoding="utf-8")
    assert main(["key", "create", "--config", str(file)]) == 0
    capsys.readouterr()
    return call


def facts(answer: tuple[int, str, str]) -> dict[str, Any]:
    status, out, error = answer
    assert (status, error) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def count(hub: Hub, table: Table) -> int:
    with reading(hub.services.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def counted_alerts(hub: Hub) -> tuple[int, int]:
    """Alerts by the days' counts and by the devices' totals."""
    with reading(hub.services.engine) as connection:
        sums = [connection.scalar(select(func.sum(table.c.alerts))) for table in (case_days, case_totals)]
    return sums[0] or 0, sums[1] or 0


def pictures(hub: Hub) -> int:
    return len(list(hub.services.settings.store.evidence.rglob("*.sealed")))


def acts(hub: Hub) -> list[tuple[str, str, str]]:
    with reading(hub.services.engine) as connection:
        return [(one.actor, one.action, one.target) for one in latest(connection, 2)]


def test_a_recount_mends_counts_that_are_wrong(hub: Hub, run: Run) -> None:
    with writing(hub.services.engine) as connection:
        connection.execute(update(case_days).values(alerts=99))
        connection.execute(delete(case_totals))
    assert facts(run("recount", "--json")) == {"alerts": 2, "deleted": 0, "rows": 3}
    assert counted_alerts(hub) == (2, 2)
    assert acts(hub)[0] == ("cli", "cases-recounted", "cases")


def test_a_recount_says_how_much_it_counted(run: Run) -> None:
    assert run("recount") == (0, "2 alerts and 0 deleted ones counted into 3 rows\n", "")


def test_a_dry_run_says_what_would_go_and_deletes_nothing(hub: Hub, run: Run) -> None:
    before = acts(hub)
    assert facts(run("purge", "--dry-run", "--json")) == {
        "cases": 1,
        "pictures": 1,
        "by_result": {"none": 1},
        "is_dry_run": True,
    }
    assert run("purge", "--dry-run") == (0, "1 cases and 1 pictures would be deleted\n", "")
    assert (count(hub, alerts), count(hub, evidence), pictures(hub)) == (2, 1, 1)
    assert acts(hub) == before


def test_a_purge_does_what_its_dry_run_said_and_a_recount_keeps_the_figures(hub: Hub, run: Run) -> None:
    said = facts(run("purge", "--dry-run", "--json"))
    assert facts(run("purge", "--json")) == said | {"is_dry_run": False}
    assert (count(hub, alerts), count(hub, evidence), pictures(hub)) == (1, 0, 0)
    assert acts(hub)[0] == ("cli", "cases-purged", "none")
    assert facts(run("recount", "--json")) == {"alerts": 1, "deleted": 1, "rows": 3}
    assert counted_alerts(hub) == (2, 2)
    assert facts(run("purge", "--json"))["cases"] == 0


def test_the_settings_say_how_long_cases_are_kept(run: Run) -> None:
    kept = "[cases]\nmonths_kept = { none = 600 }\n"
    assert facts(run("purge", "--dry-run", "--json", settings=kept))["cases"] == 0


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("[cases]\nmonths_otherwise = 0\n", "months_otherwise are 1 to 600"),
        ("[cases]\nmonths_kept = { arrested = 3 }\n", "'arrested'] are no outcomes"),
    ],
    ids=["months", "outcome"],
)
def test_a_bad_setting_is_one_line_and_nothing_goes(hub: Hub, run: Run, settings: str, reason: str) -> None:
    status, out, error = run("purge", settings=settings)
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert reason in error
    assert count(hub, alerts) == 2
