"""`kechid-edge crossings`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from edge_agent.__main__ import main
from edge_agent.alerts.store import NewAlert
from edge_agent.commands.crossings import report_of, words_of
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.crossings.rules import CrossingRule
from sync.messages import Answer
from tests.edge_agent.crossings.test_ledger import Book, opened_book
from tests.edge_agent.shell_builders import new_alert

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SETTINGS = (
    '[device]\nid = "e"\nsite = "s"\nlane = "l"\ndata = "."\n[keys]\nstore = "k"\n'
    '[[cameras]]\nid = "c"\nsource = "usb:0"\n'
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with opened_book(tmp_path, CrossingRule("often", 3, 7 * DAY)) as book:
        yield book


def confirm_other(book: Book, number: int, at: datetime) -> None:
    """Confirm a second subject at the lane."""
    alert = new_alert(f"alert-{number}")
    raised = msgspec.structs.replace(
        alert.raised, subject_id="subject-2", first_seen_at=at, raised_at=at, crossing_id=f"crossing-{number}"
    )
    book.alerts.raise_alert(NewAlert(raised, alert.list_title, alert.subject, alert.probe, ()))
    book.answer(number, Answer.SAME, at)


def test_counts_rules_and_company_are_reported_by_ids_alone(book: Book) -> None:
    for days in (3, 2, 1):
        seen = NOW - days * DAY
        book.recent.note(DocumentRead(b"company", "", seen + timedelta(seconds=20)))
        book.recent.note(DocumentRead(b"once" + bytes([days]), "", seen))
        book.confirm(days, seen, "out" if days == 2 else "in")
        confirm_other(book, 10 + days, seen + timedelta(seconds=40))
    report = book.opened.store.read(lambda connection: report_of(connection, NOW))
    first, second = report.subjects
    assert (first.subject_id, first.rules) == ("subject-1", ("often",))
    week = first.within["7d"]
    assert (week.crossings, week.entries, week.exits) == (3, 2, 1)
    assert first.within["24h"].crossings == 0
    assert [(c.subject_id, c.times, c.days) for c in first.listed_companions] == [("subject-2", 3, 3)]
    assert (first.unlisted_companions, second.unlisted_companions) == (1, 1)
    assert "wanted subject-1: 24h: 0 (0 in, 0 out), 7d: 3 (2 in, 1 out)" in words_of(report)
    assert "Eriksson" not in words_of(report)


def test_it_prints_one_json_object(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book.confirm(1, NOW - timedelta(hours=1))
    config = tmp_path / "edge.toml"
    config.write_text(SETTINGS)
    assert main(["crossings", "--config", str(config), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["subjects"][0]["within"]["24h"] == {"crossings": 1, "entries": 1, "exits": 0}
    assert main(["crossings", "--config", str(config)]) == 0
    assert capsys.readouterr().out.startswith("wanted subject-1: 24h: 1 (1 in, 0 out)")


def test_without_a_store_it_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "edge.toml"
    config.write_text(SETTINGS)
    assert main(["crossings", "--config", str(config)]) == 2
    assert "no such file" in capsys.readouterr().err
