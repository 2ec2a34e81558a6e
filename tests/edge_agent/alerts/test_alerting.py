"""One alert per subject and crossing."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from edge_agent.alerts.alerting import AlertBook, AlertPolicy, LaneIdentity, Sighting, standing_of
from edge_agent.alerts.effects import Effect, RaiseAlert, UpdateAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.decision.identification import Identification
from edge_agent.gallery.port import Candidate
from edge_agent.watchlists.watchlist import Watchlist
from sync.messages import Outcome
from tests.edge_agent.passages import START, ids_in_order, watchlist_of

WATCHLIST = watchlist_of({"a": [1], "b": [2]}, version=4)
PICTURE = np.zeros((4, 4, 3), np.uint8)


def book() -> AlertBook:
    return AlertBook(LaneIdentity("lane-1"), "fake", AlertPolicy(), ids_in_order())


def sighting(
    score: float = 0.6,
    *,
    track: int = 1,
    subject: str = "a",
    outcome: Outcome = Outcome.MATCH,
    quality: float = 50.0,
    stream_s: float = 1.0,
    watchlist: Watchlist = WATCHLIST,
) -> Sighting:
    candidate = Candidate(subject, f"{subject}-0", score)
    return Sighting(
        track,
        "c1",
        Identification(outcome, candidate, 0.4),
        watchlist,
        PICTURE,
        quality,
        0.9,
        3,
        START,
        START + timedelta(seconds=stream_s),
        stream_s,
    )


def only(effects: tuple[Effect, ...]) -> Effect:
    assert len(effects) == 1
    return effects[0]


def test_a_first_sighting_raises_an_alert_with_everything_that_explains_it() -> None:
    effect = only(book().report(sighting()))
    assert isinstance(effect, RaiseAlert)
    alert, thresholds = effect.alert, WATCHLIST.thresholds
    assert (alert.lane_id, alert.camera_id, alert.list_id, alert.list_version) == (
        "lane-1",
        "c1",
        "wanted",
        4,
    )
    assert (alert.subject_id, alert.outcome, alert.comparison_score, alert.margin) == (
        "a",
        Outcome.MATCH,
        0.6,
        0.4,
    )
    assert (alert.threshold, alert.review_threshold) == (thresholds.match, thresholds.review)
    assert (alert.gallery_size, alert.pack, alert.contract_id) == (2, "fake", WATCHLIST.contract.contract_id)
    assert (alert.first_seen_at, alert.raised_at, alert.raised_stream_s) == (
        START,
        START + timedelta(seconds=1),
        1.0,
    )
    assert len({alert.alert_id, alert.crossing_id, alert.probe_evidence_id}) == 3
    assert effect.probe is PICTURE


def test_the_same_again_says_nothing() -> None:
    alerts = book()
    alerts.report(sighting())
    assert alerts.report(sighting(stream_s=2.0)) == ()
    assert alerts.report(sighting(track=2, stream_s=60.0)) == ()


@pytest.mark.parametrize(
    ("first", "better", "has_picture"),
    [
        (sighting(0.4, outcome=Outcome.REVIEW), sighting(0.41), False),
        (sighting(0.6), sighting(0.63), False),
        (sighting(0.6), sighting(0.63, quality=70.0), True),
        (sighting(0.6), sighting(0.6, quality=56.0, track=2), True),
    ],
)
def test_better_evidence_updates_the_alert(first: Sighting, better: Sighting, has_picture: bool) -> None:
    alerts = book()
    raised = only(alerts.report(first))
    updated = only(alerts.report(better))
    assert isinstance(raised, RaiseAlert)
    assert isinstance(updated, UpdateAlert)
    assert updated.update.alert_id == raised.alert.alert_id
    assert updated.update.outcome is Outcome.MATCH
    assert not updated.update.is_ended
    assert (updated.probe is not None) is has_picture
    assert (updated.update.probe_evidence_id is not None) is has_picture


def test_a_match_is_never_taken_back_to_a_review() -> None:
    alerts = book()
    alerts.report(sighting(0.6))
    updated = only(alerts.report(sighting(0.65, outcome=Outcome.REVIEW)))
    assert isinstance(updated, UpdateAlert)
    assert updated.update.outcome is Outcome.MATCH


def test_a_non_match_is_no_alert() -> None:
    alerts = book()
    assert alerts.report(sighting(0.1, outcome=Outcome.NON_MATCH)) == ()
    assert alerts.open_alerts == 0


def test_two_subjects_have_an_alert_each() -> None:
    alerts = book()
    assert isinstance(only(alerts.report(sighting())), RaiseAlert)
    assert isinstance(only(alerts.report(sighting(subject="b"))), RaiseAlert)
    assert alerts.open_alerts == 2


def test_the_same_subject_id_of_another_list_is_another_subject() -> None:
    alerts = book()
    alerts.report(sighting())
    other = replace(WATCHLIST, list_id="missing")
    raised = only(alerts.report(sighting(watchlist=other)))
    assert isinstance(raised, RaiseAlert)
    assert raised.alert.list_id == "missing"


def test_an_alert_ends_once_when_its_window_has_passed() -> None:
    alerts = book()
    raised = only(alerts.report(sighting(stream_s=1.0)))
    assert alerts.expire(121.0, START) == ()
    ended = only(alerts.expire(121.1, START))
    assert isinstance(raised, RaiseAlert)
    assert isinstance(ended, UpdateAlert)
    assert (ended.update.alert_id, ended.update.is_ended, ended.probe) == (raised.alert.alert_id, True, None)
    assert alerts.expire(999.0, START) == ()
    assert alerts.open_alerts == 0


def test_a_track_in_view_names_its_alert() -> None:
    alerts = book()
    raised = only(alerts.report(sighting()))
    assert isinstance(raised, RaiseAlert)
    assert alerts.see(1, 2.0) == (raised.alert.alert_id,)
    assert alerts.see(2, 2.0) == ()


def test_the_subject_coming_back_later_is_a_new_alert() -> None:
    alerts = book()
    first = only(alerts.report(sighting(stream_s=1.0)))
    alerts.expire(122.0, START)
    second = only(alerts.report(sighting(track=9, stream_s=122.0)))
    assert isinstance(first, RaiseAlert)
    assert isinstance(second, RaiseAlert)
    assert first.alert.alert_id != second.alert.alert_id


def test_a_document_read_tells_the_direction_of_the_alert_that_stands() -> None:
    alerts = book()
    alerts.report(sighting())
    read = DocumentRead(b"k", "out", START)
    updated = only(alerts.read_document(1, read))
    assert isinstance(updated, UpdateAlert)
    assert updated.update.direction == "out"
    assert alerts.read_document(1, read) == ()
    assert alerts.read_document(2, DocumentRead(b"l", "in", START)) == ()


def test_a_sighting_whose_document_was_read_before_tells_its_direction() -> None:
    alerts = AlertBook(LaneIdentity("lane-1", direction="in"), "fake", AlertPolicy(), ids_in_order())
    first = only(alerts.report(sighting()))
    assert isinstance(first, RaiseAlert)
    assert first.alert.direction == "in"
    read = DocumentRead(b"k", "out", START)
    again = only(alerts.report(replace(sighting(track=2, stream_s=2.0), document=read)))
    assert isinstance(again, UpdateAlert)
    assert (again.update.direction, again.update.alert_id) == ("out", first.alert.alert_id)


def test_an_alert_that_stood_when_the_edge_stopped_is_updated_not_raised_again() -> None:
    first = only(book().report(sighting()))
    assert isinstance(first, RaiseAlert)
    alerts = book()
    alerts.resume([standing_of(first.alert)], 0.0, START + timedelta(seconds=60))
    again = only(alerts.report(sighting(0.9, track=3, stream_s=50.0)))
    assert isinstance(again, UpdateAlert)
    assert again.update.alert_id == first.alert.alert_id


def test_an_alert_out_of_date_at_the_restart_is_ended() -> None:
    first = only(book().report(sighting(stream_s=0.0)))
    assert isinstance(first, RaiseAlert)
    alerts = book()
    alerts.resume([standing_of(first.alert)], 5.0, START + timedelta(seconds=120.5))
    ended = only(alerts.expire(5.0, START))
    assert isinstance(ended, UpdateAlert)
    assert (ended.update.alert_id, ended.update.is_ended) == (first.alert.alert_id, True)
