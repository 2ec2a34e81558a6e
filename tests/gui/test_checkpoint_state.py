from datetime import timedelta
from typing import Any

import pytest

from gui import words
from gui.checkpoint_state import Severity, StripItem, strip_items, worst
from sync.lane_messages import DeviceView, UplinkState
from tests.gui.builders import NOON, make_camera, make_state, make_watchlist


def item(key: str, **changes: Any) -> StripItem:
    found = {item.key: item for item in strip_items(make_state(**changes), NOON)}
    return found[key]


def test_a_lane_where_all_is_well_shows_only_good() -> None:
    items = strip_items(make_state(), NOON)
    assert worst(items) is Severity.GOOD
    keys = [item.key for item in items]
    assert keys == [
        "camera:cam-1",
        "uplink",
        "watchlist:wanted",
        "recogniser",
        "device:barrier",
        "device:beacon",
        "device:reader",
        "store",
    ]


def test_nothing_is_no_worse_than_good() -> None:
    assert worst(()) is Severity.GOOD


@pytest.mark.parametrize(
    ("status", "age", "severity"),
    [
        ("live", 80.0, Severity.GOOD),
        ("live", 1500.0, Severity.FAULT),
        ("live", None, Severity.FAULT),
        ("connecting", None, Severity.WARNING),
        ("ended", 9e6, Severity.WARNING),
        ("blind", None, Severity.FAULT),
        ("frozen", 60.0, Severity.FAULT),
        ("failed", None, Severity.FAULT),
        ("new word", None, Severity.FAULT),
    ],
)
def test_a_camera_is_as_good_as_its_newest_frame(status: str, age: float | None, severity: Severity) -> None:
    camera = make_camera(status=status, frame_age_ms=age)
    assert item("camera:cam-1", cameras=(camera,)).severity is severity


@pytest.mark.parametrize(
    ("is_connected", "queue", "severity"),
    [
        (True, 0, Severity.GOOD),
        (True, 9, Severity.GOOD),
        (True, 500, Severity.WARNING),
        (False, 0, Severity.WARNING),
    ],
)
def test_a_cut_uplink_warns(is_connected: bool, queue: int, severity: Severity) -> None:
    uplink = UplinkState(is_connected=is_connected, queue_depth=queue, last_acknowledged_at=None)
    assert item("uplink", uplink=uplink).severity is severity


def test_faces_nobody_can_search_for_are_told_as_long_as_they_are_in_view() -> None:
    told = item("faces", unusable_now=2)
    assert (told.severity, told.value.count) == (Severity.WARNING, 2)
    assert "faces" not in {each.key for each in strip_items(make_state(), NOON)}


def test_no_watchlist_is_a_fault() -> None:
    assert item("watchlist", watchlists=()).severity is Severity.FAULT


def test_a_stale_watchlist_warns() -> None:
    assert item("watchlist:wanted", watchlists=(make_watchlist(is_stale=True),)).severity is Severity.WARNING


@pytest.mark.parametrize(
    ("code", "key", "severity"),
    [
        ("disk-low", "store", Severity.WARNING),
        ("disk-full", "store", Severity.FAULT),
        ("store-damaged", "store", Severity.FAULT),
        ("models-failed", "recogniser", Severity.FAULT),
        ("calibration-assumed", "recogniser", Severity.WARNING),
        ("list-rejected", "warning:list-rejected", Severity.WARNING),
        ("never-heard-of", "warning:never-heard-of", Severity.WARNING),
    ],
)
def test_every_warning_shows_somewhere(code: str, key: str, severity: Severity) -> None:
    assert item(key, warnings=(code,)).severity is severity


def test_an_unknown_warning_is_shown_as_it_is() -> None:
    assert item("warning:never-heard-of", warnings=("never-heard-of",)).value.source == "never-heard-of"


@pytest.mark.parametrize(
    ("status", "severity"),
    [("offline", Severity.FAULT), ("manual", Severity.WARNING), ("closing", Severity.GOOD)],
)
def test_a_device_out_of_reach_is_a_fault_and_one_worked_by_hand_a_warning(
    status: str, severity: Severity
) -> None:
    devices = (DeviceView(name="gate", kind="barrier", status=status),)
    assert item("device:gate", devices=devices).severity is severity


@pytest.mark.parametrize(("seconds", "is_shown"), [(-3, False), (4, False), (6, True), (-3600, True)])
def test_clocks_that_differ_are_shown(seconds: int, is_shown: bool) -> None:
    items = strip_items(make_state(at=NOON + timedelta(seconds=seconds)), NOON)
    assert any(item.label.source == words.CLOCK for item in items) is is_shown


def test_a_lane_that_raises_no_alerts_says_so_as_loudly_as_a_fault() -> None:
    found = item("warning:shadow", warnings=("shadow",), is_shadow=True)
    assert (found.severity, found.value.source) == (Severity.FAULT, words.WARNINGS["shadow"])
