"""The whole edge in one process: frames in, alert out, answered, nothing lost."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from edge_agent.bootstrap import build_appliance
from edge_agent.commands.crossings import report_of_store
from edge_agent.crossings.document_counts import document_windows
from edge_agent.outside import Outside
from edge_agent.settings import load_settings
from hardware.frame import Frame
from models.fakes import fake_engine
from sync.instance_lock import AlreadyRunningError
from sync.lane_messages import AlertView, BarrierRequest, DecisionRequest, LaneState
from sync.messages import Answer, Outcome
from sync.watchlist_package import WatchlistPackage
from tests.edge_agent.appliance_kit import Running, ScriptedCamera, Site, running, server_sent, wait_until
from tests.edge_agent.crossings.test_document_pseudonyms import ERIKSSON
from tests.edge_agent.passages import Walk, package_of, passage

LISTED, STRANGER = 5, 9


def listed(version: int = 1) -> WatchlistPackage:
    """Build a list with one drawn person, who has a photo."""
    package = package_of({"subject-1": [LISTED]}, version=version)
    subject = package.subjects[0]
    photo = msgspec.structs.replace(subject.references[0], photo=b"\xff\xd8 a reference photo")
    named = msgspec.structs.replace(subject, display_name="Anna Maria Eriksson", references=(photo,))
    return msgspec.structs.replace(package, subjects=(named,))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path).prepare()
    site.deliver(listed())
    return site


def post(edge: Running, path: str, body: msgspec.Struct) -> httpx.Response:
    return edge.client.post(path, content=msgspec.json.encode(body))


def answer(edge: Running, alert_id: str, decision_id: str = "decision-1") -> httpx.Response:
    request = DecisionRequest(decision_id=decision_id, answer=Answer.NOT_SAME, seconds_to_answer=3.0)
    return post(edge, f"/v1/alerts/{alert_id}/decisions", request)


def open_barrier(edge: Running, request_id: str = "request-1") -> httpx.Response:
    return post(edge, "/v1/barrier", BarrierRequest(request_id=request_id, action="open"))


def device_status(edge: Running, kind: str) -> str:
    state = msgspec.json.decode(edge.client.get("/v1/state").content, type=LaneState)
    return next(device.status for device in state.devices if device.kind == kind)


def test_a_listed_person_is_alerted_answered_and_let_through(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        assert edge.login().status_code == 200
        edge.wait_for_list(1)
        edge.camera.play()
        alert = edge.wait_for_alert()
        assert (alert.list_id, alert.subject, alert.decisions) == ("wanted", None, ())
        assert device_status(edge, "barrier") == "held"
        assert device_status(edge, "beacon") == "red"

        refused = open_barrier(edge)
        assert refused.status_code == 409
        assert alert.alert_id in refused.json()["detail"]

        probe = edge.client.get(f"/v1/evidence/{alert.probe_evidence_ids[0]}")
        assert probe.content[:2] == b"\xff\xd8"
        assert probe.headers["cache-control"] == "no-store"
        reference = edge.client.get(f"/v1/evidence/{alert.references[0].evidence_id}")
        assert reference.content == b"\xff\xd8 a reference photo"

        answered = answer(edge, alert.alert_id)
        assert answered.status_code == 201
        view = msgspec.json.decode(answered.content, type=AlertView)
        assert view.subject is not None
        assert view.subject.display_name == "Anna Maria Eriksson"
        assert answer(edge, alert.alert_id).status_code == 200
        assert device_status(edge, "beacon") == "off"

        opened = open_barrier(edge, "request-2")
        assert opened.status_code == 200
        assert opened.json()["status"] in {"opening", "open"}


def test_an_alert_reaches_a_listening_terminal_and_the_outbox(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        with edge.client.stream("GET", "/v1/events") as stream:
            events = server_sent(stream)
            name, event_id, data = next(events)
            assert (name, event_id) == ("state", "")
            assert msgspec.json.decode(data, type=LaneState).watchlists[0].version == 1
            edge.camera.play()
            event_id, data = next((i, d) for name, i, d in events if name == "alert")
        view = msgspec.json.decode(data, type=AlertView)
        assert int(event_id) >= 1
        sent = edge.appliance.store.read(
            lambda c: c.execute("SELECT count(*) FROM outbox WHERE lane IN ('alert', 'media')").fetchone()[0]
        )
        assert sent >= 2
        assert view.alert_id in [alert.alert_id for alert in edge.alerts()]


def test_events_resume_after_the_last_one_the_terminal_saw(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play()
        alert = edge.wait_for_alert()
        wait_until(lambda: edge.camera.is_through, "the passage's end")
        with edge.client.stream("GET", "/v1/events", headers={"Last-Event-ID": "0"}) as stream:
            name, event_id, data = next(server_sent(stream))
        assert name == "alert"
        assert msgspec.json.decode(data, type=AlertView).alert_id == alert.alert_id
        with edge.client.stream("GET", "/v1/events", headers={"Last-Event-ID": event_id}) as stream:
            assert next(server_sent(stream))[0] == "state"


def test_restart_keeps_alerts_answers_lists_and_sessions(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play()
        alert = edge.wait_for_alert()
        answer(edge, alert.alert_id)
        token = edge.client.headers["Authorization"].removeprefix("Bearer ")
    with running(site) as edge:
        edge.use(token)
        kept = edge.alerts()
        assert [view.alert_id for view in kept] == [alert.alert_id]
        assert kept[0].decisions[0].decision_id == "decision-1"
        assert edge.appliance.upkeep.updates.watchlists[0].version == 1
        assert edge.client.get(f"/v1/evidence/{alert.probe_evidence_ids[0]}").status_code == 200


def test_two_edges_never_share_a_store(site: Site) -> None:
    with running(site) as edge:
        camera = ScriptedCamera(())
        outside = Outside(load_engine=lambda _: fake_engine(), open_camera=lambda _: camera)
        with pytest.raises(AlreadyRunningError, match="already runs"):
            build_appliance(load_settings(edge.site.config), outside)


def test_a_new_version_is_searched_without_a_restart(site: Site) -> None:
    newer = package_of({"subject-2": [STRANGER]}, version=2)
    with running(site, list(passage([Walk(STRANGER)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        site.deliver(newer)
        edge.wait_for_list(2)
        edge.camera.play()
        assert edge.wait_for_alert(Outcome.MATCH).list_version == 2


def test_an_alert_that_waits_holds_the_barrier_again_after_a_restart(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play()
        edge.wait_for_alert()
    with running(site) as edge:
        edge.login()
        assert (device_status(edge, "barrier"), device_status(edge, "beacon")) == ("held", "red")
        assert open_barrier(edge).status_code == 409


def test_on_a_full_disk_the_guard_sees_the_alert_and_answers_once_there_is_room(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        store = edge.appliance.store
        pages = store.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        store.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        with edge.client.stream("GET", "/v1/events") as stream:
            events = server_sent(stream)
            next(events)
            edge.camera.play()
            event_id, data = next((i, d) for name, i, d in events if name == "alert")
            alert = msgspec.json.decode(data, type=AlertView)
            assert event_id == ""
            assert edge.client.get(f"/v1/evidence/{alert.probe_evidence_ids[0]}").is_success
            assert answer(edge, alert.alert_id).status_code == 507
            state = msgspec.json.decode(edge.client.get("/v1/state").content, type=LaneState)
            assert "disk-full" in state.warnings
            store.write(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())
            assert answer(edge, alert.alert_id).status_code == 201
            event_id = next(i for name, i, d in events if name == "alert" and i)
        assert int(event_id) >= 1
        assert [view.alert_id for view in edge.alerts()] == [alert.alert_id]


def test_a_broken_store_shows_alerts_from_memory_and_holds_the_barrier(site: Site) -> None:
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.client.get("/v1/state")
        edge.appliance.store.write(lambda c: c.execute("DROP TABLE event_log"))
        edge.camera.play()
        alert = edge.wait_for_alert()
        assert edge.client.get(f"/v1/evidence/{alert.probe_evidence_ids[0]}").is_success
        assert answer(edge, alert.alert_id).status_code == 503
        assert device_status(edge, "barrier") == "held"
        state = msgspec.json.decode(edge.client.get("/v1/state").content, type=LaneState)
        assert "store-failed" in state.warnings
        wait_until(lambda: edge.camera.is_through, "the passage's end")
        assert edge.appliance.is_alive


def recent(frames: Iterable[Frame], ago: timedelta) -> list[Frame]:
    """Move a passage to so long before now."""
    begin = datetime.now(UTC) - ago
    return [replace(frame, captured_at=begin + timedelta(seconds=frame.stream_s)) for frame in frames]


def confirm(edge: Running, alert_id: str) -> AlertView:
    request = DecisionRequest(decision_id=f"d-{alert_id}", answer=Answer.SAME, seconds_to_answer=3.0)
    answered = post(edge, f"/v1/alerts/{alert_id}/decisions", request)
    return msgspec.json.decode(answered.content, type=AlertView)


def test_a_crossing_goes_on_over_a_restart(site: Site) -> None:
    with running(site, recent(passage([Walk(LISTED)]), timedelta(seconds=60))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play()
        first = edge.wait_for_alert()
        wait_until(lambda: edge.camera.is_through, "the passage's end")
    with running(site, recent(passage([Walk(LISTED)]), timedelta(seconds=20))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play()
        wait_until(lambda: edge.camera.is_through and not edge.appliance.agent.tracks_now, "the end")
        assert edge.appliance.agent.counters.searches >= 1
        assert [(view.alert_id, view.crossing_id) for view in edge.alerts()] == [
            (first.alert_id, first.crossing_id)
        ]


def test_a_frequent_crosser_is_told_with_the_answer_that_fulfils_the_rule(site: Site) -> None:
    rule = '[[rules]]\nname = "often"\nat_least = 2\nwithin = "24h"\ncategory = "criminal-charges"\n'
    site.config.write_text(site.config.read_text() + '[crossings]\ndirection = "out"\n' + rule)
    with running(site) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play(recent(passage([Walk(LISTED)]), timedelta(hours=1)))
        assert confirm(edge, edge.wait_for_alert().alert_id).notices == ()
        wait_until(lambda: edge.camera.is_through, "the first passage's end")
        edge.camera.play(recent(passage([Walk(LISTED)], start_s=600.0), timedelta(hours=1)))
        wait_until(lambda: len(edge.alerts()) == 2, "the second alert")
        second = edge.alerts()[1]
        assert second.notices == ()
        [notice] = confirm(edge, second.alert_id).notices
        assert (notice.rule, notice.crossings, notice.exits, notice.within_hours) == ("often", 2, 2, 24)
        assert edge.alerts()[1].notices == (notice,)
    report = report_of_store(site.database, datetime.now(UTC))
    assert [(each.subject_id, each.within["7d"].exits, each.rules) for each in report.subjects] == [
        ("subject-1", 2, ("often",))
    ]


@pytest.mark.parametrize(("is_counting", "expected"), [(True, 1), (False, None)])
def test_documents_are_counted_only_where_it_is_switched_on(
    site: Site, is_counting: bool, expected: int | None
) -> None:
    with site.config.open("a") as settings:
        settings.write(f"[crossings]\ncount_documents = {str(is_counting).lower()}\n")
    with running(site) as edge:
        edge.login()
        read = edge.client.post("/v1/documents", json={"mrz": ERIKSSON, "direction": "in"}).json()
        assert (read["number"], read["crossings"]) == ("L898902C3", expected)
        windows = edge.appliance.store.read(document_windows)
        assert len(windows) == int(is_counting)
