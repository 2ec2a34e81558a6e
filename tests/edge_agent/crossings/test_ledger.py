"""Crossings counted in the store by what people confirmed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent.alerts.store import AlertStore, NewAlert
from edge_agent.crossings.crossings import DocumentRead, OwnDocument
from edge_agent.crossings.frequent_crossers import WINDOWS, CrossingCount, count_within
from edge_agent.crossings.ledger import (
    KEPT_FOR,
    CrossingLedger,
    confirmed_crossings,
    note_seen,
    standing_alerts,
    text_of,
)
from edge_agent.crossings.recent_documents import RecentDocuments
from edge_agent.crossings.rules import CrossingRule
from edge_agent.officers.access import Officer
from sync.lane_messages import DecisionRequest
from sync.messages import Answer, FrequentCrosser
from tests.edge_agent.shell_builders import GUARD, NOW, OpenedStore, new_alert, opened_store, updated

SAME, NOT_SAME, UNSURE = Answer.SAME, Answer.NOT_SAME, Answer.UNSURE
DAY = timedelta(days=1)
OFTEN = CrossingRule("often", 3, 7 * DAY, category="criminal-charges")
SUPERVISOR = Officer("chief-1", "Rauf M.", "supervisor")
replace = msgspec.structs.replace


@dataclass(slots=True)
class Book:
    """A store with rules, and what happens at the lane."""

    opened: OpenedStore
    alerts: AlertStore
    recent: RecentDocuments
    answers: int = 0

    def see(self, number: int, at: datetime, *, crossing: str = "", direction: str = "in") -> None:
        """Raise an alert."""
        alert = new_alert(f"alert-{number}")
        raised = replace(
            alert.raised,
            crossing_id=crossing or f"crossing-{number}",
            first_seen_at=at,
            raised_at=at,
            direction=direction,
        )
        self.alerts.raise_alert(NewAlert(raised, alert.list_title, alert.subject, alert.probe, ()))

    def answer(self, number: int, answer: Answer, at: datetime) -> None:
        """Answer it."""
        self.answers += 1
        officer = GUARD if self.answers % 2 else SUPERVISOR
        request = DecisionRequest(
            decision_id=f"decision-{self.answers}", answer=answer, seconds_to_answer=1.0
        )
        self.alerts.decide(f"alert-{number}", request, officer, at)

    def confirm(self, number: int, at: datetime, direction: str = "in") -> None:
        """Do both."""
        self.see(number, at, direction=direction)
        self.answer(number, SAME, at)

    def count(self, now: datetime, window: str = "30d") -> CrossingCount:
        """Count the subject's crossings."""
        found = self.opened.store.read(lambda c: confirmed_crossings(c, "wanted", "subject-1"))
        return count_within(found, WINDOWS[window], now)

    def notices(self) -> list[FrequentCrosser]:
        """Return what was told to the hub."""
        bodies = [message.body for message in self.opened.queued()]
        return [body for body in bodies if isinstance(body, FrequentCrosser)]

    def shown(self, number: int) -> list[str]:
        """Return the rules shown with an alert."""
        return [notice.rule for notice in self.opened.records.alert(f"alert-{number}").notices]

    def companions(self) -> set[bytes]:
        """Return the pseudonyms kept beside confirmed subjects."""
        found = self.opened.store.read(lambda c: c.execute("SELECT pseudonym FROM companion").fetchall())
        return {row[0] for row in found}


@contextmanager
def opened_book(folder: Path, *rules: CrossingRule) -> Iterator[Book]:
    with opened_store(folder) as opened:
        recent = RecentDocuments()
        ledger = CrossingLedger(opened.messages, rules, recent)
        yield Book(opened, AlertStore(opened.store, opened.vault, opened.messages, ledger), recent)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with opened_book(tmp_path, OFTEN) as book:
        yield book


def test_only_what_a_person_confirmed_is_counted(book: Book) -> None:
    for number, answer in enumerate([SAME, NOT_SAME, UNSURE]):
        book.see(number, NOW)
        book.answer(number, answer, NOW)
    book.see(9, NOW)
    assert book.count(NOW) == CrossingCount(1, 1, 0)


def test_a_contrary_second_answer_takes_the_crossing_back_and_a_third_gives_it_again(book: Book) -> None:
    book.confirm(1, NOW)
    book.answer(1, NOT_SAME, NOW + timedelta(minutes=5))
    assert book.count(NOW).crossings == 0
    book.answer(1, SAME, NOW + timedelta(minutes=9))
    assert book.count(NOW).crossings == 1


def test_an_answer_that_arrives_late_but_was_given_before_does_not_overrule(book: Book) -> None:
    book.see(1, NOW)
    book.answer(1, SAME, NOW + timedelta(minutes=9))
    book.answer(1, NOT_SAME, NOW + timedelta(minutes=5))
    assert book.count(NOW).crossings == 1


def test_two_alerts_of_one_crossing_count_once(book: Book) -> None:
    for number in (1, 2):
        book.see(number, NOW, crossing="one")
        book.answer(number, SAME, NOW)
    assert book.count(NOW).crossings == 1


def test_times_of_any_zone_are_kept_in_utc(book: Book) -> None:
    baku = timezone(timedelta(hours=4))
    book.confirm(1, NOW.astimezone(baku))
    assert book.count(NOW).crossings == 1
    assert book.count(NOW - timedelta(seconds=1)).crossings == 0


def test_a_rule_is_told_when_the_last_answer_fulfils_it_and_shown_with_that_alert(book: Book) -> None:
    book.confirm(1, NOW - 3 * DAY, "out")
    book.confirm(2, NOW - 2 * DAY)
    assert book.notices() == []
    book.confirm(3, NOW)
    [notice] = book.notices()
    assert (notice.rule, notice.crossings, notice.entries, notice.exits) == ("often", 3, 2, 1)
    assert (notice.at_least, notice.within_hours, notice.alert_id) == (3, 168, "alert-3")
    assert (book.shown(2), book.shown(3)) == ([], ["often"])


def test_sightings_that_nobody_confirmed_never_fulfil_a_rule(book: Book) -> None:
    for number in range(6):
        book.see(number, NOW)
        book.answer(number, UNSURE, NOW)
    assert book.notices() == []


def test_a_rule_is_told_once_per_window(book: Book) -> None:
    for number in range(6):
        book.confirm(number, NOW + number * DAY / 2)
    assert len(book.notices()) == 1
    for number in range(6, 12):
        book.confirm(number, NOW + 9 * DAY + number * DAY / 4)
    assert len(book.notices()) == 2


def test_a_subject_of_another_category_is_none_of_the_rules_business(tmp_path: Path) -> None:
    rule = CrossingRule("missing", 2, 7 * DAY, category="missing-person")
    with opened_book(tmp_path, rule) as book:
        for number in range(4):
            book.confirm(number, NOW)
        assert book.notices() == []


def test_an_answer_taken_back_takes_the_notice_back_and_its_return_tells_it_anew(book: Book) -> None:
    for number in range(3):
        book.confirm(number, NOW)
    before = book.opened.records.last_event_id()
    book.answer(1, NOT_SAME, NOW + timedelta(minutes=1))
    told, withdrawn = book.notices()
    assert (withdrawn.notice_id, withdrawn.is_withdrawn, withdrawn.crossings) == (told.notice_id, True, 2)
    assert book.shown(2) == []
    assert "alert-2" in [r.raised.alert_id for _, r in book.opened.records.events_after(before)]
    book.answer(1, SAME, NOW + timedelta(minutes=2))
    assert [notice.is_withdrawn for notice in book.notices()] == [False, True, False]


def test_an_answer_taken_back_that_the_rule_can_spare_takes_nothing_back(book: Book) -> None:
    for number in range(4):
        book.see(number, NOW - number * timedelta(hours=1))
        book.answer(number, SAME, NOW)
    book.answer(0, NOT_SAME, NOW + timedelta(minutes=1))
    assert book.count(NOW).crossings == 3
    assert [notice.is_withdrawn for notice in book.notices()] == [False]


def test_exercises_do_not_count(book: Book) -> None:
    alert = new_alert("alert-1")
    raised = replace(alert.raised, is_test=True)
    book.alerts.raise_alert(NewAlert(raised, alert.list_title, alert.subject, alert.probe, ()))
    book.answer(1, SAME, NOW)
    assert book.count(NOW + DAY).crossings == 0


def test_a_direction_learnt_later_is_taken_over_and_the_end_keeps_it(book: Book) -> None:
    book.see(1, NOW, direction="")
    book.answer(1, SAME, NOW)
    book.alerts.update_alert(updated(direction="out"), None)
    book.alerts.update_alert(updated(is_ended=True), None)
    assert book.count(NOW) == CrossingCount(1, 0, 1)


def test_alerts_that_stand_are_known_after_a_restart_with_their_newest_state(book: Book) -> None:
    book.see(1, NOW)
    book.see(2, NOW)
    book.alerts.update_alert(updated("alert-1"), None)
    book.alerts.update_alert(updated("alert-2", is_ended=True), None)
    book.opened.store.write(lambda c: note_seen(c, ["alert-1"], NOW + timedelta(seconds=90)))
    book.opened.store.write(lambda c: note_seen(c, ["alert-1"], NOW))
    [standing] = book.opened.store.read(standing_alerts)
    assert (standing.alert_id, standing.crossing_id, standing.score) == ("alert-1", "crossing-1", 0.8)
    assert standing.last_seen_at == NOW + timedelta(seconds=90)


def test_what_is_older_than_twice_the_longest_window_is_forgotten(book: Book) -> None:
    book.confirm(1, NOW)
    book.alerts.update_alert(updated(is_ended=True), None)
    book.see(2, NOW + KEPT_FOR + timedelta(seconds=1))
    kept = book.opened.store.read(lambda c: c.execute("SELECT alert_id FROM sighting").fetchall())
    assert kept == [("alert-2",)]


def test_documents_read_beside_a_confirmed_subject_are_its_company(book: Book) -> None:
    for key, seconds in ((b"own", 1), (b"near", 50), (b"far", -61)):
        book.recent.note(DocumentRead(key, "", NOW + timedelta(seconds=seconds)))
    book.recent.note_own(OwnDocument("crossing-1", b"own"))
    book.see(1, NOW)
    assert book.companions() == set()
    book.answer(1, SAME, NOW + timedelta(minutes=2))
    assert book.companions() == {b"near"}
    book.answer(1, NOT_SAME, NOW + timedelta(minutes=3))
    assert book.companions() == set()


def test_nobody_is_company_of_an_unconfirmed_subject(book: Book) -> None:
    book.recent.note(DocumentRead(b"near", "", NOW))
    book.see(1, NOW)
    book.answer(1, UNSURE, NOW)
    assert book.companions() == set()


Step = tuple[int, int, Answer]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(-60, 60), st.sampled_from(list(Answer))), max_size=14)
)
def test_the_count_is_what_the_newest_answers_say_in_whatever_order_they_come(steps: list[Step]) -> None:
    newest: dict[int, tuple[int, Answer]] = {}
    with TemporaryDirectory() as folder, opened_book(Path(folder), OFTEN) as book:
        for number in range(6):
            book.see(number, NOW - number * timedelta(hours=1))
        for number, minutes, answer in steps:
            book.answer(number, answer, NOW + timedelta(minutes=minutes))
            if number not in newest or minutes >= newest[number][0]:
                newest[number] = (minutes, answer)
        expected = sum(answer is SAME for _, answer in newest.values())
        assert book.count(NOW).crossings == expected
        told = [notice for notice in book.notices() if not notice.is_withdrawn]
        taken_back = [notice for notice in book.notices() if notice.is_withdrawn]
        assert len(told) - len(taken_back) in {0, 1}


def test_text_of_times_sorts_as_times_do() -> None:
    whole = datetime(2026, 3, 1, tzinfo=UTC)
    times = [whole, whole + timedelta(microseconds=1), whole + timedelta(seconds=1)]
    assert sorted(map(text_of, times)) == list(map(text_of, times))
