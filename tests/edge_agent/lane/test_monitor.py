"""State and health as terminal and hub see them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.errors import StoreDamagedError, StoreError, StoreFullError
from edge_agent.gallery.recall import Recall
from edge_agent.lane.monitor import store_warnings
from sync.messages import Health
from sync.outbox import Outbox, write_uplink_status
from sync.sealing import RowSeal
from tests.edge_agent.appliance_kit import Running, Site, running, wait_until
from tests.edge_agent.passages import package_of


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Running]:
    with running(Site(tmp_path).prepare()) as lane:
        yield lane


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        (None, []),
        (StoreFullError("full"), ["disk-full"]),
        (StoreDamagedError("damaged"), ["store-damaged"]),
        (StoreError("locked"), ["store-failed"]),
    ],
)
def test_what_is_wrong_with_the_store_has_a_code(
    tmp_path: Path, fault: StoreError | None, codes: list[str]
) -> None:
    found = [code for code in store_warnings(fault, tmp_path / "edge.db") if code != "disk-low"]
    assert found == codes


def test_a_lane_without_a_list_says_so(edge: Running) -> None:
    state = edge.appliance.services.state()
    assert "list-missing" in state.warnings
    assert state.is_degraded


def test_a_subject_that_no_camera_can_find_is_shown(edge: Running) -> None:
    edge.site.deliver(package_of({"subject-1": [5], "subject-2": []}))
    edge.wait_for_list(1)
    assert "list-unsearchable" in edge.appliance.services.state().warnings


def test_a_search_that_misses_people_is_shown(edge: Running) -> None:
    updates = edge.appliance.upkeep.updates
    updates.recalls = {"wanted": Recall(199, 200)}
    assert "gallery-recall-low" not in edge.appliance.services.state().warnings
    updates.recalls = {"wanted": Recall(190, 200)}
    assert "gallery-recall-low" in edge.appliance.services.state().warnings


def test_an_expired_list_is_stale_and_searched_all_the_same(edge: Running) -> None:
    edge.site.deliver(package_of({"subject-1": [5]}), list_expires_in=timedelta(seconds=2))
    edge.wait_for_list(1)
    wait_until(lambda: "list-stale" in edge.appliance.services.state().warnings, "the list's expiry")
    state = edge.appliance.services.state()
    assert (state.watchlists[0].is_stale, state.watchlists[0].version) == (True, 1)
    assert "list-missing" not in state.warnings


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("blind", "camera-blind"),
        ("frozen", "camera-frozen"),
        ("failed", "camera-failed"),
        ("ended", "camera-ended"),
    ],
)
def test_a_camera_that_shows_nothing_is_a_warning(edge: Running, status: str, code: str) -> None:
    edge.camera.status = status
    assert code in edge.appliance.services.state().warnings


def test_the_uplink_is_what_the_relay_last_said(edge: Running) -> None:
    assert "uplink-down" in edge.appliance.services.state().warnings
    now = edge.appliance.services.now()
    edge.appliance.store.write(lambda c: write_uplink_status(c, now, is_connected=True))
    state = edge.appliance.services.state()
    assert (state.uplink.is_connected, "uplink-down" in state.warnings) == (True, False)


def test_the_hub_is_told_how_the_lane_is(edge: Running) -> None:
    edge.site.deliver(package_of({"subject-1": [5]}))
    edge.wait_for_list(1)
    edge.appliance.upkeep.health_due = None
    seal = RowSeal(bytes.fromhex((edge.site.folder / "store.key").read_text().strip()))

    def told() -> list[Health]:
        pending = edge.appliance.store.read(lambda c: Outbox(c, "edge-1", seal=seal).pending(1 << 20))
        return [message.body for message in pending if isinstance(message.body, Health)]

    wait_until(lambda: any(body.watchlist_versions == {"wanted": 1} for body in told()), "a health message")
    assert told()[-1].pack == "fake"
    assert "uplink-down" not in told()[-1].warnings
