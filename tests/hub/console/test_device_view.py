from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.console.device_view import connection_badge, list_line, present_device
from hub.console.language import load_languages
from hub.console.reader import make_reader
from hub.fleet.devices import DeviceSummary
from hub.fleet.staleness import DeviceWatchlist

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
READER = make_reader(None, {}, load_languages(), accepted="en", here="/console", zone=UTC)
DEVICE = DeviceSummary(
    device_id="edge-1",
    site_id="astara",
    lane_id="lane-1",
    is_online=True,
    is_silent=False,
    is_revoked=False,
    last_seen_at=NOW - timedelta(minutes=3),
    version="0.1.0",
    pack="",
    provider="",
    is_degraded=False,
    warnings=(),
    queue_depth=100,
    health_at=None,
    watchlists=(),
)
LIST = DeviceWatchlist("wanted", 3, NOW, 3, None, None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Online"),
        ({"is_silent": True}, "Silent"),
        ({"is_online": False}, "Offline"),
        ({"is_online": False, "is_silent": True}, "Offline"),
        ({"last_seen_at": None, "is_online": False, "is_silent": True}, "Never seen"),
        ({"is_revoked": True}, "Shut out"),
    ],
)
def test_the_connection_is_one_word(changed: dict[str, object], said: str) -> None:
    assert connection_badge(replace(DEVICE, **changed), READER).text == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "said", "tone", "detail"),
    [
        ({}, "Version 3", "good", "up to date"),
        ({"version": 2}, "Version 2", "warn", "version 3 is published"),
        ({"version": None}, "No version yet", "warn", ""),
        ({"version": None, "withdrawn_at": NOW}, "List withdrawn", "good", "23 Nov 2026, 08:30"),
        (
            {"version": 2, "rejected_version": 3, "rejected_reason": "expired"},
            "Version 3 refused",
            "bad",
            "expired",
        ),
        ({"newest_version": None}, "Version 3", "good", "up to date"),
    ],
)
def test_a_list_on_a_device_says_how_new_it_is(
    changed: dict[str, object], said: str, tone: str, detail: str
) -> None:
    line = list_line(replace(LIST, **changed), READER, NOW)  # type: ignore[arg-type]

    assert (line.badge.text, line.badge.tone, line.detail) == (said, tone, detail)


def test_a_queue_is_long_above_a_hundred_messages() -> None:
    rows = [present_device(replace(DEVICE, queue_depth=depth), NOW, READER) for depth in (100, 101)]

    assert [row.is_queue_long for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("codes", "is_degraded", "said"),
    [
        ((), False, ()),
        ((), True, ("The device runs with reduced speed or quality.",)),
        (("disk-low", "disk-low", "new-code"), True, ("The disk is nearly full.", "new-code")),
    ],
)
def test_warnings_are_words_once_each(
    codes: tuple[str, ...], is_degraded: bool, said: tuple[str, ...]
) -> None:
    row = present_device(replace(DEVICE, warnings=codes, is_degraded=is_degraded), NOW, READER)

    assert row.warnings == said
    assert (row.last_seen, row.software) == ("3 minutes ago", "0.1.0")
