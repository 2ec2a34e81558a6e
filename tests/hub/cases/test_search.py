"""The list of cases, narrowed."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from hub.cases.casework import CaseFilter, CaseResult, CaseStatus, list_cases
from hub.cases.tables import alerts
from hub.ingest.ingest import receive_batch
from hub.people.access import User
from hub.store.database import reading, writing
from sync.codec import encode_batch
from tests.hub.builders import AUDITOR, DEVICE, EVENTS, LIST, NOW, SUPERVISOR, Hub, alert, enrolled, numbered


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    """Give a hub with three alerts, a day apart; the newest an exercise, the oldest answered and closed."""
    subject_id = enrolled(hub_on_each.services)
    bodies = [
        msgspec.structs.replace(
            alert(
                f"a-{day}", subject_id=subject_id, raised_at=NOW - timedelta(days=day), evidence=f"e-{day}"
            ),
            is_test=day == 0,
        )
        for day in range(3)
    ]
    receive_batch(hub_on_each.services, EVENTS, encode_batch(numbered(bodies)))
    with writing(hub_on_each.services.engine) as connection:
        closed = {"status": "answered", "result": "unclear"}
        connection.execute(update(alerts).where(alerts.c.alert_id == "a-2").values(**closed))
    return hub_on_each


def ids(hub: Hub, wanted: CaseFilter, viewer: User = AUDITOR) -> list[str]:
    with reading(hub.services.engine) as connection:
        return [one.case_id for one in list_cases(connection, viewer=viewer, wanted=wanted).items]


ALL = ["a-0", "a-1", "a-2"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(), ALL),
        (CaseFilter(status=CaseStatus.OPEN), ["a-0", "a-1"]),
        (CaseFilter(result=CaseResult.UNCLEAR), ["a-2"]),
        (CaseFilter(result="none"), ["a-0", "a-1"]),
        (CaseFilter(is_test=True), ["a-0"]),
        (CaseFilter(is_test=False), ["a-1", "a-2"]),
        (CaseFilter(site_id=DEVICE.site_id, lane_id="lane-1", device_id=DEVICE.device_id, list_id=LIST), ALL),
        (CaseFilter(site_id="elsewhere"), []),
        (CaseFilter(category="criminal-charges"), ALL),
        (CaseFilter(category="wanted"), []),
        (CaseFilter(since=NOW - timedelta(days=1), until=NOW), ["a-1"]),
    ],
)
def test_the_list_is_narrowed(hub: Hub, wanted: CaseFilter, expected: list[str]) -> None:
    assert ids(hub, wanted) == expected


def test_the_reason_of_listing_tells_the_blind_nothing(hub: Hub) -> None:
    assert ids(hub, CaseFilter(category="criminal-charges"), SUPERVISOR) == ["a-2"]


def test_somebody_bound_to_other_sites_sees_nothing(hub: Hub) -> None:
    assert ids(hub, CaseFilter(), replace(AUDITOR, sites=frozenset({"astara"}))) == []
