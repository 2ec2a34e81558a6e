"""Effects performed, also when the store cannot take them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from edge_agent.alerts.desk import MAX_REFERENCES, AlertDesk, new_alert
from edge_agent.alerts.effects import RaiseAlert, UpdateAlert
from edge_agent.alerts.event_feed import EventFeed
from edge_agent.errors import StoreError, StoreFullError
from edge_agent.watchlists.watchlist import Watchlist, build_watchlist
from models.fakes import FAKE_CALIBRATION, FAKE_CONTRACT
from sync.messages import Outcome
from tests.edge_agent.passages import BUDGET, START, package_of
from tests.edge_agent.shell_builders import GUARD, NOW, OpenedStore, decision, opened_store, raised, updated

PROBE = np.random.default_rng(1).integers(0, 255, (240, 200, 3), np.uint8)


@dataclass(slots=True)
class Desk:
    edge: OpenedStore
    desk: AlertDesk
    announced: list[str]

    def fill_disk(self) -> None:
        """Leave no page for anything more."""
        pages = self.edge.store.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        self.edge.store.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    def free_disk(self) -> None:
        self.edge.store.write(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())

    def raise_alert(self, alert_id: str = "alert-1") -> None:
        self.desk.perform(RaiseAlert(raised(alert_id), PROBE), [listed()])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    feed, announced = EventFeed(), list[str]()
    feed.subscribe(lambda: announced.append("news"))
    with opened_store(tmp_path) as edge:
        yield Desk(edge, AlertDesk(edge.alerts, edge.records, feed), announced)


def listed(references: int = 1) -> Watchlist:
    package = package_of({"subject-1": [5] * references})
    subject = package.subjects[0]
    photos = tuple(
        msgspec.structs.replace(reference, photo=f"photo {number}".encode(), captured_on="2020-05-01")
        for number, reference in enumerate(subject.references)
    )
    subject = msgspec.structs.replace(subject, references=photos)
    package = msgspec.structs.replace(package, subjects=(subject,))
    return build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT)


def test_a_raised_alert_is_stored_with_its_subjects_photos(desk: Desk) -> None:
    desk.raise_alert()
    record = desk.edge.records.alert("alert-1")
    assert record.list_title == "Wanted"
    assert [view.captured_on for view in record.references] == ["2020-05-01"]
    photo = desk.desk.evidence(record.references[0].evidence_id, GUARD, NOW)
    assert photo.content == b"photo 0"
    assert desk.announced


def test_photos_shown_are_not_endless() -> None:
    alert = new_alert(RaiseAlert(raised(), PROBE), [listed(MAX_REFERENCES + 3)])
    assert len(alert.references) == MAX_REFERENCES


def test_an_update_with_a_better_picture_adds_it(desk: Desk) -> None:
    desk.raise_alert()
    desk.desk.perform(UpdateAlert(updated(), PROBE), [])
    assert desk.edge.records.alert("alert-1").probe_evidence_ids == ("probe-of-alert-1", "probe-2")


def test_an_update_of_an_alert_nobody_knows_is_left_out(desk: Desk) -> None:
    desk.desk.perform(UpdateAlert(updated("alert-9"), None), [])
    assert desk.desk.fault is None
    assert desk.edge.queued() == []


def test_on_a_full_disk_an_alert_is_shown_with_its_pictures(desk: Desk) -> None:
    desk.fill_disk()
    desk.raise_alert()
    assert isinstance(desk.desk.fault, StoreFullError)
    assert desk.announced
    shown = desk.desk.alert("alert-1")
    assert [record.raised.alert_id for record in desk.desk.open_alerts()] == ["alert-1"]
    assert desk.desk.evidence(shown.probe_evidence_ids[0], GUARD, NOW).content[:2] == b"\xff\xd8"
    assert desk.desk.evidence(shown.references[0].evidence_id, GUARD, NOW).content == b"photo 0"


def test_on_a_full_disk_an_answer_is_refused_to_come_again(desk: Desk) -> None:
    desk.fill_disk()
    desk.raise_alert()
    with pytest.raises(StoreFullError):
        desk.desk.decide("alert-1", decision(), GUARD, NOW)


def test_once_there_is_room_everything_is_stored_in_order(desk: Desk) -> None:
    desk.fill_disk()
    desk.raise_alert()
    desk.desk.perform(UpdateAlert(updated(outcome=Outcome.REVIEW), PROBE), [])
    desk.desk.evidence("probe-of-alert-1", GUARD, NOW)
    desk.free_disk()
    assert desk.desk.decide("alert-1", decision(), GUARD, NOW) is True
    record = desk.edge.records.alert("alert-1")
    assert record.outcome is Outcome.REVIEW
    assert record.probe_evidence_ids == ("probe-of-alert-1", "probe-2")
    assert (desk.desk.unstored(), desk.desk.fault) == ([], None)
    actions = desk.edge.store.read(lambda c: c.execute("SELECT action FROM audit ORDER BY seq").fetchall())
    assert [row[0] for row in actions] == ["evidence-viewed", "decision"]


def test_a_later_alert_does_not_overtake_one_that_waits(desk: Desk) -> None:
    desk.fill_disk()
    desk.raise_alert("alert-1")
    desk.free_disk()
    desk.raise_alert("alert-2")
    assert [r.raised.alert_id for r in desk.edge.records.newest_alerts(9)] == ["alert-1", "alert-2"]


def test_a_store_that_went_away_is_an_error_of_ours(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.store.write(lambda c: c.execute("DROP TABLE event_log"))
        with pytest.raises(StoreError, match=r"edge\.db: no such table"):
            edge.records.last_event_id()


def test_on_a_full_disk_older_pictures_still_open_and_the_look_is_audited_later(desk: Desk) -> None:
    desk.raise_alert()
    desk.fill_disk()
    while desk.desk.fault is None:
        assert desk.desk.evidence("probe-of-alert-1", GUARD, NOW).content[:2] == b"\xff\xd8"
    desk.free_disk()
    desk.desk.retry()
    looks = desk.edge.store.read(lambda c: c.execute("SELECT count(*), max(subject) FROM audit").fetchone())
    assert looks[0] >= 1
    assert looks[1] == "probe-of-alert-1"
    assert desk.desk.fault is None


def test_what_can_never_be_stored_does_not_hold_up_the_rest(desk: Desk) -> None:
    desk.raise_alert("alert-1")
    desk.fill_disk()
    desk.raise_alert("alert-2")
    desk.desk.perform(UpdateAlert(updated("alert-9"), None), [])
    desk.raise_alert("alert-3")
    desk.free_disk()
    desk.desk.retry()
    assert [r.raised.alert_id for r in desk.edge.records.newest_alerts(9)] == [
        "alert-1",
        "alert-2",
        "alert-3",
    ]
