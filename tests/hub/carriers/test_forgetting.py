"""Manifests whose time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.carriers import forgetting
from hub.carriers.forgetting import forget_manifests
from hub.carriers.manifests import houses_of
from hub.carriers.tables import manifest_houses, manifests
from hub.store.database import reading
from tests.hub.builders import NOW, Hub
from tests.hub.carriers.carriers import caller, onboard
from tests.hub.carriers.test_manifests import MANIFESTS, manifest, tracking


def counts(hub: Hub) -> tuple[int, ...]:
    with reading(hub.services.engine) as connection:
        tables = (manifests, manifest_houses)
        return tuple(int(connection.scalar(select(func.count()).select_from(table)) or 0) for table in tables)


def test_what_came_before_goes_with_its_houses(hub_on_each: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    onboard(hub_on_each)
    with caller(hub_on_each) as swift:
        for number in range(3):
            swift.post(MANIFESTS, json=manifest(1, 2, number=f"M-{number}"))
    hub_on_each.clock.advance(timedelta(days=10))
    with caller(hub_on_each) as swift:
        swift.post(MANIFESTS, json=manifest(3, number="M-9", expected_at="2026-03-30T08:00:00Z"))
    assert counts(hub_on_each) == (4, 7)
    assert forget_manifests(hub_on_each.services, NOW + timedelta(days=5)) == 3
    assert counts(hub_on_each) == (1, 1)
    with reading(hub_on_each.services.engine) as connection:
        assert houses_of(connection, "swift", "M-9") == (tracking(3),)
