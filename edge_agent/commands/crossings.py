"""`kechid-edge crossings`: how often listed subjects have crossed, by their ids alone."""

import argparse
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from edge_agent.commands.options import print_result
from edge_agent.crossings.co_travellers import Company, are_beside, co_travellers
from edge_agent.crossings.document_counts import DocumentWindow, document_windows
from edge_agent.crossings.frequent_crossers import WINDOWS, CrossingCount, count_within
from edge_agent.crossings.ledger import confirmed_crossings, day_of, text_of, time_of
from edge_agent.errors import StoreError
from edge_agent.settings import load_settings
from edge_agent.store.edge_store import translated_errors
from edge_agent.store.sql_rows import as_bytes, rows

RECENT_SQL = """
SELECT * FROM sighting WHERE answer = 'same' AND is_test = 0 AND seen_at > ? AND seen_at <= ?
ORDER BY list_id, subject_id, seen_at
"""


@dataclass(frozen=True, slots=True)
class ListedCompanion:
    """Another listed subject, met again and again."""

    list_id: str
    subject_id: str
    times: int
    days: int


@dataclass(frozen=True, slots=True)
class SubjectCrossings:
    """A subject's confirmed crossings of the last 30 days."""

    list_id: str
    subject_id: str
    within: dict[str, CrossingCount]
    """By window: 24h, 7d, 30d."""
    last_at: datetime
    rules: tuple[str, ...]
    """Told and not taken back."""
    listed_companions: tuple[ListedCompanion, ...]
    unlisted_companions: int
    """Documents met again and again; how many, not which."""


@dataclass(frozen=True, slots=True)
class CrossingReport:
    """Everything the command says."""

    as_of: datetime
    subjects: tuple[SubjectCrossings, ...]
    document_windows: tuple[DocumentWindow, ...]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("crossings", help="count confirmed crossings of listed subjects")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Count and print."""
    report = report_of_store(load_settings(arguments.config).database, datetime.now(UTC))
    print_result(msgspec.to_builtins(report, str_keys=True), words_of(report), as_json=arguments.json)
    return 0


def report_of_store(path: Path, now: datetime) -> CrossingReport:
    """Read a store, which may be in use; raises `StoreError` when it cannot be read."""
    if not path.is_file():
        raise StoreError(f"store {path}: no such file")
    with translated_errors(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        try:
            return report_of(connection, now)
        finally:
            connection.close()


def report_of(connection: sqlite3.Connection, now: datetime) -> CrossingReport:
    """Count everything as of now."""
    span = (text_of(now - WINDOWS["30d"]), text_of(now))
    recent = rows(connection, RECENT_SQL, span)
    subjects = dict.fromkeys((str(row["list_id"]), str(row["subject_id"])) for row in recent)
    found = tuple(_subject(connection, who, recent, now) for who in subjects)
    return CrossingReport(now, found, document_windows(connection))


def words_of(report: CrossingReport) -> str:
    """Say it for a person, a line per subject and per window of documents."""
    lines = [_subject_words(subject) for subject in report.subjects]
    lines += [_window_words(window) for window in report.document_windows]
    return "\n".join(lines) or "no confirmed crossing in 30 days"


def _subject(
    connection: sqlite3.Connection, who: tuple[str, str], recent: Sequence[dict[str, object]], now: datetime
) -> SubjectCrossings:
    crossings = confirmed_crossings(connection, *who)
    own = [row for row in recent if (row["list_id"], row["subject_id"]) == who]
    others = [row for row in recent if (row["list_id"], row["subject_id"]) != who]
    listed = co_travellers(_meetings(own, others))
    return SubjectCrossings(
        *who,
        within={name: count_within(crossings, span, now) for name, span in WINDOWS.items()},
        last_at=max(crossing.at for crossing in crossings if crossing.at <= now),
        rules=_rules(connection, who, now),
        listed_companions=tuple(
            ListedCompanion(*companion, company.times, company.days) for companion, company in listed.items()
        ),
        unlisted_companions=len(_documents_beside(connection, own)),
    )


def _meetings(
    own: Iterable[dict[str, object]], others: Sequence[dict[str, object]]
) -> Iterable[tuple[tuple[str, str], str, date]]:
    for mine in own:
        for other in others:
            if other["lane_id"] == mine["lane_id"] and are_beside(_stay(mine), _stay(other)):
                companion = (str(other["list_id"]), str(other["subject_id"]))
                yield companion, str(mine["crossing_id"]), day_of(time_of(mine["seen_at"]))


def _documents_beside(
    connection: sqlite3.Connection, own: Iterable[dict[str, object]]
) -> dict[bytes, Company]:
    crossing_of = {str(row["alert_id"]): str(row["crossing_id"]) for row in own}
    found = [
        (as_bytes(row["pseudonym"]), crossing_of[alert_id], date.fromisoformat(str(row["day"])))
        for alert_id in crossing_of
        for row in rows(connection, "SELECT pseudonym, day FROM companion WHERE alert_id = ?", (alert_id,))
    ]
    return dict(co_travellers(found))


def _stay(row: dict[str, object]) -> tuple[datetime, datetime]:
    return time_of(row["seen_at"]), time_of(row["last_seen_at"])


def _rules(connection: sqlite3.Connection, who: tuple[str, str], now: datetime) -> tuple[str, ...]:
    sql = (
        "SELECT rule, noted_at, within_hours FROM crossing_notice "
        "WHERE list_id = ? AND subject_id = ? AND is_withdrawn = 0 ORDER BY noted_at"
    )
    found = connection.execute(sql, who).fetchall()
    in_force = (r[0] for r in found if time_of(r[1]) > now - timedelta(hours=r[2]))
    return tuple(dict.fromkeys(in_force))


def _subject_words(subject: SubjectCrossings) -> str:
    counts = ", ".join(
        f"{name}: {count.crossings} ({count.entries} in, {count.exits} out)"
        for name, count in subject.within.items()
    )
    parts = [f"{subject.list_id} {subject.subject_id}: {counts}"]
    parts += [f"rule {rule}" for rule in subject.rules]
    parts += [
        f"with {other.list_id} {other.subject_id} {other.times} times on {other.days} days"
        for other in subject.listed_companions
    ]
    if subject.unlisted_companions:
        parts.append(f"{subject.unlisted_companions} travellers on no list beside again and again")
    return "; ".join(parts)


def _window_words(window: DocumentWindow) -> str:
    counted = ", ".join(
        f"{number} crossed {times}x" for times, number in window.travellers_by_crossings.items()
    )
    state = "open" if window.is_open else "over, key destroyed"
    return f"documents {window.begins_on} to {window.ends_on} ({state}): {counted or 'none'}"
