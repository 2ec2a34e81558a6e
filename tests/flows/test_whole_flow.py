"""The whole of Kechid in one process: enrolment, publication, alert, answer, case, through a broken line."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.watchlist.publishing import publish
from sync.lane_messages import AlertView
from sync.messages import Answer
from tests.edge_agent.appliance_kit import running, wait_until
from tests.edge_agent.passages import Walk, template_of
from tests.flows import hub_kit
from tests.flows.border_kit import JPEG_START, Border, Lane, files_with, make_border, people_in
from tests.hub.builders import LIST, SUPERVISOR, enrolled

PEOPLE = {"first": 5, "second": 7, "stranger": 9}
FIRST, SECOND, STRANGER = PEOPLE.values()
BESIDE = 250.0
"""Pixels from the top, clear of the other walker and of what is cut out around a face."""


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    wait_until(lambda: set(threading.enumerate()) <= before, "the end of every thread")


@pytest.fixture
def border(tmp_path: Path) -> Iterator[Border]:
    made = make_border(tmp_path)
    yield made
    made.hub.engine.dispose()


@contextmanager
def lane_open(border: Border) -> Iterator[Lane]:
    """Run the hub's API, the relay and the edge, with a guard logged in; ingest is the test's."""
    with hub_kit.serving(border.hub) as url, border.relay(url), running(border.site) as edge:
        assert edge.login().is_success
        yield Lane(edge)


def list_person(border: Border, identity: int, name: str) -> str:
    """Enrol a person and publish the list with it."""
    subject_id = enrolled(border.hub, identity, name)
    publish(border.hub, LIST, actor="test")
    return subject_id


def wait_for_version(border: Border, lane: Lane, version: int) -> None:
    lane.edge.wait_for_list(version)
    border.wait_for_confirmation(version)


def check_case(border: Border, lane: Lane, alert: AlertView, answer: Answer) -> None:
    """Once everything has arrived, compare the hub's case with what the lane showed, pictures included."""
    border.wait_until_all_arrived()
    found = hub_kit.case_of(border.hub, alert.alert_id)
    assert found.list_version == alert.list_version
    assert [(given.answer, given.was_at_lane) for given in found.decisions] == [(answer, True)]
    assert len(found.evidence_ids) >= 1
    assert [border.probe(each) for each in found.evidence_ids] == [
        lane.picture(each) for each in alert.probe_evidence_ids
    ]
    assert [border.reference(each) for each in found.reference_ids] == [
        lane.picture(each.evidence_id) for each in alert.references
    ]


@contextmanager
def line_cut(border: Border, lane: Lane) -> Iterator[None]:
    """Cut the broker off; the terminal says so and the hub learns nothing until it is back."""
    known = hub_kit.case_ids(border.hub)
    border.broker.cut()
    yield
    wait_until(lambda: not lane.state().uplink.is_connected, "word of the cut at the terminal")
    assert lane.state().uplink.queue_depth >= len(("alert", "picture", "answer"))
    assert hub_kit.case_ids(border.hub) == known
    border.broker.heal()


def test_alerts_and_answers_reach_the_hub_once_and_in_order_through_a_broken_line(border: Border) -> None:
    with border.ingesting():
        first_id = list_person(border, FIRST, "Anna Maria Eriksson")
        with lane_open(border) as lane:
            wait_for_version(border, lane, 1)
            first = lane.alert_of(Walk(FIRST), Walk(STRANGER, top=BESIDE))
            assert lane.answer(first, Answer.SAME) == (first_id, "Anna Maria Eriksson")
            check_case(border, lane, first, Answer.SAME)
            assert hub_kit.case_of(border.hub, first.alert_id, SUPERVISOR).is_blind

            with line_cut(border, lane):
                again = lane.alert_of(Walk(FIRST))
                assert lane.answer(again, Answer.NOT_SAME) == (first_id, "Anna Maria Eriksson")
            check_case(border, lane, again, Answer.NOT_SAME)

            second_id = list_person(border, SECOND, "Utopia Specimen")
            wait_for_version(border, lane, 2)
            second = lane.alert_of(Walk(SECOND))
            assert lane.answer(second, Answer.SAME) == (second_id, "Utopia Specimen")
            check_case(border, lane, second, Answer.SAME)
            assert (first.list_version, second.list_version) == (1, 2)
        border.wait_until_nothing_waits()
    assert border.has_all_arrived()
    # The last crossing is open: a stop ends none, the next start resumes it or ends it.
    ended = [(first.alert_id, True), (again.alert_id, True), (second.alert_id, False)]
    assert hub_kit.cases_ended(border.hub) == ended


def test_a_person_on_nobodys_list_leaves_nothing_at_the_edge_or_the_hub(border: Border) -> None:
    vector = template_of(STRANGER).vector
    traces = (vector.astype("<f4").tobytes(), vector.astype("<f2").tobytes(), JPEG_START)
    with border.ingesting():
        list_person(border, FIRST, "Anna Maria Eriksson")
        with lane_open(border) as lane:
            wait_for_version(border, lane, 1)
            alert = lane.alert_of(Walk(FIRST), Walk(STRANGER, top=BESIDE))
            lane.pass_by()
            border.wait_until_all_arrived()
            pictures = border.all_probes()
            assert {tuple(people_in(each, PEOPLE)) for each in pictures} == {("first",)}
            assert all(each.startswith(JPEG_START) for each in pictures)

            searches, kept = lane.searches, (border.edge_rows(), hub_kit.rows_kept(border.hub))
            lane.pass_by(Walk(STRANGER))
            lane.pass_by()
            assert lane.searches > searches
            border.wait_until_all_arrived()
            assert (border.edge_rows(), hub_kit.rows_kept(border.hub)) == kept
            assert [each.alert_id for each in lane.edge.alerts()] == [alert.alert_id]
            assert files_with(border.folder, traces) == []
    assert files_with(border.folder, traces) == []
    assert len(border.all_probes()) == len(pictures)


def test_what_the_hub_committed_but_never_acknowledged_is_sent_again_and_stored_once(
    border: Border,
) -> None:
    list_person(border, FIRST, "Anna Maria Eriksson")
    with lane_open(border) as lane:
        with border.ingesting():
            wait_for_version(border, lane, 1)
        alert = lane.alert_of(Walk(FIRST))
        lane.answer(alert, Answer.UNSURE)
        with pytest.raises(hub_kit.HubKilledError):
            hub_kit.ingest_until_killed(border.hub, border.broker, border.has_all_arrived)
        assert hub_kit.case_ids(border.hub) == [alert.alert_id]
        assert border.waiting() >= 1

        with border.ingesting() as ingest:
            border.wait_until_nothing_waits()
        assert border.has_all_arrived()
        assert ingest.counters.repeated >= 1
        assert ingest.counters.refused == 0
        assert hub_kit.case_ids(border.hub) == [alert.alert_id]
        check_case(border, lane, alert, Answer.UNSURE)
