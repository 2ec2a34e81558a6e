"""Documents counted by keyed hash; the key does not outlive its window."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from edge_agent.crossings.crossings import OwnDocument
from edge_agent.crossings.desk import CrossingDesk
from edge_agent.crossings.document_counts import DocumentCounts, DocumentPolicy, document_windows
from edge_agent.crossings.document_pseudonyms import identity_of, pseudonym_of
from edge_agent.crossings.recent_documents import KEPT_FOR, RecentDocuments
from edge_agent.vision.pipeline import StepResult
from hardware.mrz import parse_mrz
from hardware.travel_document import TravelDocument
from tests.edge_agent.crossings.test_document_pseudonyms import ERIKSSON
from tests.edge_agent.shell_builders import NOW, OpenedStore, new_alert, opened_store

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def eriksson() -> TravelDocument:
    return parse_mrz(ERIKSSON, NOW.date())


@dataclass(slots=True)
class Lane:
    """A store and the desk documents come to."""

    opened: OpenedStore
    counts: DocumentCounts
    desk: CrossingDesk
    recent: RecentDocuments
    folder: Path

    def files(self) -> list[bytes]:
        """Read every file under the data folder."""
        return [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]

    def sealed_keys(self) -> list[bytes]:
        """Read the keys as they are stored."""
        sql = "SELECT sealed_key FROM document_window WHERE sealed_key IS NOT NULL"
        return [row[0] for row in self.opened.store.read(lambda c: c.execute(sql).fetchall())]


@contextmanager
def lane(folder: Path, *, is_counting: bool = True) -> Iterator[Lane]:
    made = 0

    def randomness(size: int) -> bytes:
        nonlocal made
        made += 1
        return bytes([made]) * size

    with opened_store(folder) as opened:
        policy = DocumentPolicy("lane-1", 30 * DAY, "in")
        counts = DocumentCounts(opened.store, opened.vault, policy, randomness)
        recent = RecentDocuments()
        desk = CrossingDesk(opened.store, recent, counts, 2 * MINUTE, randomness, is_counting=is_counting)
        yield Lane(opened, counts, desk, recent, folder)


def table(lane: Lane, name: str) -> list[tuple[object, ...]]:
    return lane.opened.store.read(lambda c: c.execute(f"SELECT * FROM {name}").fetchall())


def test_where_documents_are_not_counted_nothing_of_them_is_stored(tmp_path: Path) -> None:
    with lane(tmp_path, is_counting=False) as off:
        assert off.desk.read(eriksson(), "in", NOW) is None
        assert (table(off, "document_window"), table(off, "document_crossing")) == ([], [])
        [read] = off.desk.documents()
        assert identity_of(eriksson()) not in {read.key}
        assert not [content for content in off.files() if read.key in content]


def test_a_document_counts_once_per_crossing_and_day_by_day(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        counted = [
            on.desk.read(eriksson(), way, at)
            for way, at in [("", NOW), ("", NOW + MINUTE), ("out", NOW + 10 * MINUTE), ("in", NOW + DAY)]
        ]
        assert counted == [1, 1, 2, 3]
        days = [row[2:] for row in table(on, "document_crossing")]
        assert days == [
            ("2026-03-01", "in", "lane-1", 1),
            ("2026-03-01", "out", "lane-1", 1),
            ("2026-03-02", "in", "lane-1", 1),
        ]


def test_nothing_of_the_document_and_no_key_is_in_any_file(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        on.desk.read(eriksson(), "in", NOW)
        identity = identity_of(eriksson())
        assert identity is not None
        document = eriksson()
        # The second call of the randomness made the window's key.
        key = next(
            bytes([n]) * 32 for n in range(1, 9) if pseudonym_of(bytes([n]) * 32, identity) in _names(on)
        )
        traces = (identity, document.number.encode(), b"ERIKSSON", key, key.hex().encode())
        assert not [trace for content in on.files() for trace in traces if trace in content]


def test_at_the_windows_end_key_and_pseudonyms_are_destroyed_and_numbers_stay(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        on.desk.read(eriksson(), "in", NOW)
        on.desk.read(eriksson(), "in", NOW + DAY)
        [sealed], [name] = on.sealed_keys(), _names(on)
        assert any(sealed in content for content in on.files())
        on.desk.expire(NOW + 30 * DAY - MINUTE)
        assert on.sealed_keys() == [sealed]
        on.desk.expire(NOW + 30 * DAY)
        assert (on.sealed_keys(), table(on, "document_crossing"), table(on, "companion")) == ([], [], [])
        assert not [trace for content in on.files() for trace in (sealed, name) if trace in content]
        [window] = on.opened.store.read(document_windows)
        assert (window.is_open, dict(window.travellers_by_crossings)) == (False, {2: 1})
        assert (window.begins_on, window.ends_on) == (date(2026, 3, 1), date(2026, 3, 31))


def test_the_same_document_has_another_name_in_the_next_window(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        on.desk.read(eriksson(), "in", NOW)
        [first] = _names(on)
        on.desk.expire(NOW + 31 * DAY)
        assert on.desk.read(eriksson(), "in", NOW + 31 * DAY) == 1
        assert _names(on) != {first}


def test_a_journal_that_another_process_reads_is_scrubbed_later(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        on.desk.read(eriksson(), "in", NOW)
        [sealed] = on.sealed_keys()
        on.opened.store._writer.execute("PRAGMA busy_timeout = 1")
        with opened_store(tmp_path) as other:
            reader = other.store._reader
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM document_window").fetchone()
            assert on.counts.expire(NOW + 30 * DAY) == 1
            assert on.sealed_keys() == []
            reader.execute("COMMIT")
        assert on.counts.expire(NOW + 31 * DAY) == 0
        assert not [content for content in on.files() if sealed in content]


def test_a_document_with_a_fault_is_not_counted(tmp_path: Path) -> None:
    wrong = parse_mrz(ERIKSSON.replace("L898902C36", "L898902C37"), NOW.date())
    with lane(tmp_path) as on:
        assert on.desk.read(wrong, "in", NOW) is None
        assert (on.desk.documents(), table(on, "document_window")) == ((), [])


def test_a_full_store_does_not_keep_the_guard_from_reading(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with lane(tmp_path) as on:
        on.opened.store.write(lambda c: c.execute("DROP TABLE document_window"))
        assert on.desk.read(eriksson(), "in", NOW) is None
    assert "document not counted" in caplog.text
    assert "898902" not in caplog.text


def test_a_subjects_own_document_is_no_company(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        on.desk.read(eriksson(), "in", NOW)
        [name] = _names(on)
        on.opened.alerts.raise_alert(new_alert())
        on.opened.store.write(
            lambda c: c.execute("INSERT INTO companion VALUES ('alert-1', ?, 'd')", (name,))
        )
        step = StepResult((), (), (), (OwnDocument("crossing-of-alert-1", name),))
        on.desk.follow(step, NOW)
        assert table(on, "companion") == []


def test_what_was_read_is_forgotten_after_half_an_hour(tmp_path: Path) -> None:
    with lane(tmp_path) as on:
        on.desk.read(eriksson(), "in", NOW)
        [name] = _names(on)
        assert on.recent.beside("c", NOW, NOW) == {name}
        on.desk.read(_other(), "in", NOW + MINUTE)
        on.desk.expire(NOW + KEPT_FOR + MINUTE)
        kept = on.recent.beside("c", NOW, NOW + MINUTE)
        assert (len(kept), name in kept) == (1, False)


def _names(lane: Lane) -> set[bytes]:
    return {row[1] for row in table(lane, "document_crossing") if isinstance(row[1], bytes)}


def _other() -> TravelDocument:
    line = "D231458907UTO7408122F1204159<<<<<<<6"
    return parse_mrz("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n" + line, NOW.date())
