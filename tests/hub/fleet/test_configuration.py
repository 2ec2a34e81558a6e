from datetime import timedelta

import pytest

from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.fleet.allowed_settings import checked
from hub.fleet.commands import commands_of
from hub.fleet.configuration import (
    NewSettings,
    change_settings,
    newest_settings,
    preview_settings,
    send_settings,
    settings_history,
    settings_of_device,
)
from hub.fleet.scope import Scope, ScopeKind, parse_scope
from hub.store.database import writing
from tests.hub.builders import DEVICE, NOW, Hub
from tests.hub.fleet.fleet_kit import add_device

FLEET = Scope(ScopeKind.FLEET)
ALAT = Scope(ScopeKind.SITE, "alat")
LANE = Scope(ScopeKind.LANE, "alat/lane-1")
ONE = Scope(ScopeKind.DEVICE, DEVICE.device_id)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    made = hub_on_each
    add_device(made.services, "second", "alat/lane-2")
    add_device(made.services, "far", "astara/lane-1")
    add_device(made.services, "out", "astara/lane-1", revoked_at=NOW)
    return made


def give(hub: Hub, scope: Scope, expected: int | None = None, **settings: str) -> int:
    hub.clock.advance(timedelta(seconds=1))
    with writing(hub.services.engine) as connection:
        new = NewSettings(scope, settings, "Shift order 4", expected)
        return change_settings(hub.services, connection, new, actor="root", now=hub.clock())[1]


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("allowed_false_alarms_per_day", "0,5", "0.5"),
        ("allowed_false_alarms_per_day", " 2.0 ", "2"),
        ("travellers_per_day", "0300", "300"),
        ("shadow", "true", "true"),
    ],
)
def test_values_take_the_form_of_the_wire(name: str, text: str, form: str) -> None:
    assert checked({name: text}) == {name: form}


def test_an_empty_value_leaves_the_setting_to_the_device() -> None:
    assert checked({"shadow": "", "travellers_per_day": "  "}) == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("allowed_false_alarms_per_day", "nan"),
        ("allowed_false_alarms_per_day", "0"),
        ("allowed_false_alarms_per_day", "1e9"),
        ("travellers_per_day", "²"),
        ("travellers_per_day", "-1"),
        ("preview_mask", "yes"),
        ("min_margin", "0"),
    ],
)
def test_a_value_that_cannot_be_is_named(name: str, text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked({name: text})
    assert [problem.pointer for problem in caught.value.problems] == [f"/settings/{name}"]


def test_the_narrower_scope_outweighs_the_wider(hub: Hub) -> None:
    give(hub, FLEET, allowed_false_alarms_per_day="1", travellers_per_day="900")
    give(hub, LANE, allowed_false_alarms_per_day="0.5")
    give(hub, ALAT, allowed_false_alarms_per_day="2")
    with writing(hub.services.engine) as connection:
        here, version = settings_of_device(connection, DEVICE.device_id)
        assert (here, version) == ({"allowed_false_alarms_per_day": "0.5", "travellers_per_day": "900"}, 3)
        assert settings_of_device(connection, "far")[0]["allowed_false_alarms_per_day"] == "1"


def test_only_devices_that_it_changes_are_told_and_all_of_it(hub: Hub) -> None:
    assert give(hub, LANE, shadow="true") == 1
    assert give(hub, FLEET, shadow="true", travellers_per_day="5") == 3
    assert give(hub, FLEET, shadow="false", travellers_per_day="5") == 2
    with writing(hub.services.engine) as connection:
        newest = commands_of(connection, DEVICE.device_id, 1)[0]
        assert newest.arguments == {"version": "2", "shadow": "true", "travellers_per_day": "5"}
        assert commands_of(connection, "out", 1) == ()


def test_a_change_is_seen_before_it_is_made(hub: Hub) -> None:
    give(hub, FLEET, shadow="true")
    with writing(hub.services.engine) as connection:
        changes = preview_settings(connection, ALAT, {"shadow": "false"})
        assert [(one.device_id, one.before, one.after) for one in changes] == [
            (DEVICE.device_id, {"shadow": "true"}, {"shadow": "false"}),
            ("second", {"shadow": "true"}, {"shadow": "false"}),
        ]
        assert newest_settings(connection, ALAT) is None


def test_whoever_was_slower_looks_again(hub: Hub) -> None:
    give(hub, ALAT, expected=0, shadow="true")
    with pytest.raises(ConflictError, match="meanwhile"):
        give(hub, ALAT, expected=0, shadow="false")
    with writing(hub.services.engine) as connection:
        (only,) = settings_history(connection, ALAT, 5)
    assert (only.settings, only.set_by, only.reason) == ({"shadow": "true"}, "root", "Shift order 4")


def test_a_device_can_be_told_anew(hub: Hub) -> None:
    give(hub, ONE, shadow="true")
    with writing(hub.services.engine) as connection:
        send_settings(hub.services, connection, DEVICE.device_id, actor="root", now=NOW)
        assert len(commands_of(connection, DEVICE.device_id, 5)) == 2


@pytest.mark.parametrize("text", ["site:nowhere", "lane:alat/lane-9", "device:nobody", "device:out"])
def test_what_does_not_exist_is_named(hub: Hub, text: str) -> None:
    with pytest.raises(NotFoundError):
        give(hub, parse_scope(text), shadow="true")


@pytest.mark.parametrize("text", ["", "fleet:x", "site:", "planet:mars"])
def test_a_scope_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_scope(text)


def test_a_reason_is_needed(hub: Hub) -> None:
    with writing(hub.services.engine) as connection, pytest.raises(InvalidInputError, match="printable"):
        change_settings(hub.services, connection, NewSettings(FLEET, {}, " "), actor="root", now=NOW)
