from datetime import UTC, datetime, timedelta

import pytest

from hub.fleet.health import KEPT, SLOT, history, note_health, prune_health, slot_of
from hub.store.database import writing
from tests.hub.builders import DEVICE, NOW, Hub
from tests.hub.fleet.fleet_kit import health

NAME = DEVICE.device_id


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def test_a_slot_begins_at_five_minutes() -> None:
    assert slot_of(datetime(2026, 3, 14, 9, 34, 59, tzinfo=UTC)) == datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def test_a_slot_keeps_the_worst_of_its_reports(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        for seconds, report in (
            (0, health(NOW, 3, warnings=("disk-low", "camera-blind"), frame_age_p95_ms=None)),
            (30, health(NOW + timedelta(seconds=30), 9, is_degraded=True, frame_age_p95_ms=80.0)),
            (60, health(NOW + timedelta(seconds=60), 1, frame_age_p95_ms=20.0)),
        ):
            note_health(connection, NAME, report, NOW + timedelta(seconds=seconds))
        (sample,) = history(connection, NAME, NOW - KEPT)
    assert (sample.slot_at, sample.queue_depth, sample.warnings) == (NOW, 9, 2)
    assert (sample.frame_age_p95_ms, sample.is_degraded) == (80.0, True)


def test_reports_of_a_wrong_clock_are_left_out(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        for at in (NOW - KEPT, NOW + SLOT, NOW + timedelta(days=400)):
            note_health(connection, NAME, health(at), NOW)
        assert history(connection, NAME, NOW - 2 * KEPT) == ()


def test_old_samples_are_forgotten(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        for hours in (0, 1, 2):
            note_health(
                connection, NAME, health(NOW + timedelta(hours=hours), hours), NOW + timedelta(hours=hours)
            )
        assert prune_health(connection, NOW + KEPT + timedelta(minutes=90)) == 2
        assert [sample.queue_depth for sample in history(connection, NAME, NOW)] == [2]
