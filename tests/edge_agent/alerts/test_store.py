"""Alerts, evidence and answers on a real store file."""

from pathlib import Path

import pytest

from edge_agent.alerts.store import Photo
from edge_agent.errors import ConflictError, StoreFullError, UnknownAlertError, UnknownEvidenceError
from sync.messages import Answer, BarrierMoved, MessageLane, Outcome
from tests.edge_agent.shell_builders import GUARD, NOW, decision, new_alert, opened_store, raised, updated


def test_alert_evidence_outbox_and_event_are_written_together(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        record = edge.records.alert("alert-1")
        assert record.raised == raised()
        assert record.probe_evidence_ids == ("probe-of-alert-1",)
        assert edge.records.last_event_id() == 1
        lanes = [(message.lane, type(message.body).__name__) for message in edge.queued()]
        assert lanes == [(MessageLane.ALERT, "AlertRaised"), (MessageLane.MEDIA, "EvidenceCaptured")]


def test_raising_an_alert_twice_stores_it_once(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        edge.alerts.raise_alert(new_alert())
        assert len(edge.records.newest_alerts(10)) == 1
        assert len(edge.queued()) == 2


def test_an_alert_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.store.write(lambda c: c.execute("PRAGMA max_page_count = 1"))
        pages = edge.store.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        edge.store.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 1}"))
        big = new_alert()
        big = type(big)(big.raised, big.list_title, big.subject, Photo("p", bytes(200_000)), big.references)
        with pytest.raises(StoreFullError):
            edge.alerts.raise_alert(big)
        assert edge.records.newest_alerts(10) == []
        assert edge.queued() == []
        assert edge.records.last_event_id() == 0


def test_update_adds_evidence_and_keeps_the_alert_id(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        edge.alerts.update_alert(updated(), Photo("probe-2", b"better"))
        record = edge.records.alert("alert-1")
        assert record.latest == updated()
        assert record.probe_evidence_ids == ("probe-of-alert-1", "probe-2")


def test_update_of_an_unknown_alert_is_refused(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge, pytest.raises(UnknownAlertError, match="alert-9"):
        edge.alerts.update_alert(updated("alert-9"), None)


def test_an_answer_is_stored_once_and_told_the_hub_once(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        assert edge.alerts.decide("alert-1", decision(), GUARD, NOW) is True
        assert edge.alerts.decide("alert-1", decision(), GUARD, NOW) is False
        assert [d.decision_id for d in edge.records.alert("alert-1").decisions] == ["decision-1"]
        assert [m.lane for m in edge.queued()].count(MessageLane.EVENT) == 1


def test_a_decision_id_never_means_two_answers(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        edge.alerts.decide("alert-1", decision(), GUARD, NOW)
        with pytest.raises(ConflictError):
            edge.alerts.decide("alert-1", decision(answer=Answer.NOT_SAME), GUARD, NOW)


def test_a_correction_is_a_second_decision(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        edge.alerts.decide("alert-1", decision("one"), GUARD, NOW)
        edge.alerts.decide("alert-1", decision("two", Answer.NOT_SAME), GUARD, NOW)
        answers = [d.answer for d in edge.records.alert("alert-1").decisions]
        assert answers == [Answer.SAME, Answer.NOT_SAME]


def test_answered_alerts_are_no_longer_open(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert("alert-1"))
        edge.alerts.raise_alert(new_alert("alert-2", Outcome.REVIEW))
        edge.alerts.decide("alert-1", decision(), GUARD, NOW)
        assert [record.raised.alert_id for record in edge.records.open_alerts()] == ["alert-2"]


def test_evidence_opens_and_a_look_is_audited(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        assert edge.alerts.evidence("probe-of-alert-1").content == b"\xff\xd8 probe picture"
        assert edge.alerts.evidence("reference-1").content == b"\xff\xd8 reference picture"
        edge.alerts.note_viewed("probe-of-alert-1", GUARD, NOW)
        actions = edge.store.read(
            lambda c: c.execute("SELECT actor, action, subject FROM audit ORDER BY seq").fetchall()
        )
        assert actions == [("guard-1", "evidence-viewed", "probe-of-alert-1")]


def test_unknown_evidence_is_named(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge, pytest.raises(UnknownEvidenceError, match="nothing"):
        edge.alerts.evidence("nothing")


def test_no_picture_and_no_name_lies_in_clear_on_the_disk(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (b"probe picture", b"reference picture", b"Eriksson", b"warrant 7"):
        assert secret not in stored


def test_events_resume_after_the_last_one_seen_and_name_each_alert_once(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert("alert-1"))
        edge.alerts.raise_alert(new_alert("alert-2"))
        edge.alerts.update_alert(updated("alert-1"), None)
        edge.alerts.decide("alert-1", decision(), GUARD, NOW)
        everything = [(number, r.raised.alert_id) for number, r in edge.records.events_after(0)]
        assert everything == [(2, "alert-2"), (4, "alert-1")]
        assert [number for number, _ in edge.records.events_after(2)] == [4]
        assert edge.records.events_after(4) == []


@pytest.mark.parametrize(("after", "expected"), [("", ["a", "b", "c"]), ("a", ["b", "c"]), ("c", [])])
def test_alerts_are_paged_in_the_order_they_were_stored(
    tmp_path: Path, after: str, expected: list[str]
) -> None:
    with opened_store(tmp_path) as edge:
        for alert_id in ("a", "b", "c"):
            edge.alerts.raise_alert(new_alert(alert_id))
        assert [r.raised.alert_id for r in edge.records.alerts_after(after, 10)] == expected
        assert [r.raised.alert_id for r in edge.records.newest_alerts(2)] == ["b", "c"]


def test_alerts_survive_a_restart(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.alerts.raise_alert(new_alert())
    with opened_store(tmp_path) as edge:
        assert edge.records.alert("alert-1").list_title == "Wanted persons"
        assert edge.alerts.evidence("probe-of-alert-1").media_type == "image/jpeg"


def test_barrier_command_is_stored_told_and_audited(tmp_path: Path) -> None:
    moved = BarrierMoved(
        lane_id="lane-1", action="open", officer_id="guard-1", alert_id=None, reason="", moved_at=NOW
    )
    with opened_store(tmp_path) as edge:
        edge.alerts.record_barrier("request-1", moved)
        assert edge.records.barrier_command("request-1") == "open"
        assert edge.records.barrier_command("request-2") is None
        assert [message.body for message in edge.queued()] == [moved]
