"""Fleet pages: a device at a glance, settings shown before they are given, roll-outs by stages."""

import re
from datetime import timedelta

import pytest

from hub.console.language import NAMES
from hub.fleet.commands import commands_of
from hub.fleet.configuration import newest_settings
from hub.fleet.health import note_health
from hub.fleet.places import Direction, Lane, Site, put_lane, put_site, site
from hub.fleet.rollout_progress import RolloutState, get_rollout
from hub.fleet.scope import Scope, ScopeKind
from hub.people.audit import latest
from hub.people.users import PersonChange, change_user, person
from hub.store.database import writing
from tests.hub.console.sample_hub import SampleHub
from tests.hub.fleet.fleet_kit import add_device, health, online

DEVICE = "edge-astara-1"
PATHS = (
    "/console/devices?state=troubled",
    "/console/devices?text=nothing-of-this-name",
    f"/console/devices/{DEVICE}",
    "/console/sites/astara",
    "/console/settings",
    "/console/settings/fleet",
    "/console/settings/lane:astara/lane-1",
    "/console/rollouts",
)


@pytest.fixture
def fleet(hub: SampleHub) -> SampleHub:
    """Open a hub with two sites, three devices and a day of health."""
    services, now = hub.services, hub.now
    facts = {"version": "0.1.0", "pack": "intel-0095", "frame_age_p95_ms": 62.0, "frames": 1000}
    add_device(services, DEVICE, "astara/lane-1", **online(now), **facts)
    add_device(services, "edge-astara-2", "astara/lane-2", **online(now), **facts, warnings=["disk-low"])
    add_device(services, "edge-samur-1", "samur/lane-1", **facts, queue_depth=412)
    with writing(services.engine) as connection:
        put_site(connection, Site("astara", "Astara", 38.45, 48.87))
        put_lane(connection, Lane("astara", "lane-1", "Entry 1", Direction.IN))
        for hours in range(24):
            at = now - timedelta(hours=hours)
            note_health(connection, DEVICE, health(at, hours * 10), now)
    return hub


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_speaks_every_language(fleet: SampleHub, path: str, code: str) -> None:
    answer = fleet.browser("admin", kechid_language=code).get(path)
    assert answer.status_code == 200
    assert f'<html lang="{code}"' in answer.text
    assert not re.search(r"%\(|\{\{|\{%|Undefined", answer.text)


def test_sites_come_with_counts_and_titles(fleet: SampleHub) -> None:
    page = fleet.browser("admin", kechid_language="en").get("/console/devices").text
    assert 'href="/console/sites/astara">Astara</a>' in page
    assert "Astara · Entry 1" in page


def test_a_device_says_everything_at_once(fleet: SampleHub) -> None:
    page = fleet.browser("admin", kechid_language="en").get("/console/devices/edge-astara-2").text
    said = ("Online", "The disk is nearly full.", "0.1.0", "intel-0095", "62 ms in 95 of 100 cases")
    assert [words for words in said if words not in page] == []


def test_the_queue_of_a_week_is_drawn_and_told(fleet: SampleHub) -> None:
    page = fleet.browser("admin", kechid_language="en").get(f"/console/devices/{DEVICE}").text
    assert "Waiting messages in the last seven days" in page
    assert ">230<" in page


def test_a_supervisor_reads_and_acts_on_nothing(fleet: SampleHub) -> None:
    browser = fleet.browser("leyla", kechid_language="en")
    page = browser.get(f"/console/devices/{DEVICE}").text
    assert "/commands" not in page
    for path in (f"/console/devices/{DEVICE}/commands", f"/console/devices/{DEVICE}/revocation"):
        assert browser.post(path, {"name": "restart"}).status_code == 403


def test_a_restart_is_asked_for_and_recorded(fleet: SampleHub) -> None:
    answer = fleet.browser("admin").post(f"/console/devices/{DEVICE}/commands", {"name": "restart"})
    assert answer.headers["location"] == f"/console/devices/{DEVICE}"
    with writing(fleet.services.engine) as connection:
        (command,) = commands_of(connection, DEVICE, 5)
        (entry,) = latest(connection, 1)
    assert (command.name, command.issued_by) == ("restart", "admin")
    assert (entry.action, entry.target) == ("command-issued", command.command_id)


def test_a_device_is_shut_out(fleet: SampleHub) -> None:
    browser = fleet.browser("admin", kechid_language="en")
    browser.post(f"/console/devices/{DEVICE}/revocation")
    page = browser.get(f"/console/devices/{DEVICE}").text
    assert "Shut out" in page
    assert f"/console/devices/{DEVICE}/commands" not in page


def test_a_change_of_settings_is_shown_before_it_is_made(fleet: SampleHub) -> None:
    browser = fleet.browser("admin", kechid_language="en")
    form = {"allowed_false_alarms_per_day": "0,5", "shadow": "true", "reason": "Order 4"}
    page = browser.post("/console/settings/site:astara", form).text
    assert "2 devices are told something new." in page
    assert "Lanes in shadow mode raise no alerts." in page
    with writing(fleet.services.engine) as connection:
        assert newest_settings(connection, Scope(ScopeKind.SITE, "astara")) is None
    answer = browser.post("/console/settings/site:astara", {**form, "confirmed": "yes", "version": "0"})
    assert answer.status_code == 303
    with writing(fleet.services.engine) as connection:
        newest = newest_settings(connection, Scope(ScopeKind.SITE, "astara"))
        assert newest is not None
        assert newest.settings == {"allowed_false_alarms_per_day": "0.5", "shadow": "true"}
        assert len(commands_of(connection, DEVICE, 5)) == 1
    again = browser.post("/console/settings/site:astara", {**form, "confirmed": "yes", "version": "0"})
    assert again.status_code == 409
    assert "meanwhile" in again.text


def test_a_bad_setting_is_said_beside_its_field(fleet: SampleHub) -> None:
    form = {"travellers_per_day": "many", "reason": "Order 4"}
    answer = fleet.browser("admin", kechid_language="en").post("/console/settings/fleet", form)
    assert answer.status_code == 422
    assert "This is outside what is allowed." in answer.text
    assert 'value="many"' in answer.text


def test_a_roll_out_begins_pauses_and_stops(fleet: SampleHub) -> None:
    browser = fleet.browser("admin", kechid_language="en")
    form = {"pack": "pack-2", "scope": "fleet", "reason": "Night", "canaries": "1", "percentage": "50"}
    address = browser.post("/console/rollouts", form).headers["location"]
    page = browser.get(address).text
    assert "Waits for the device" in page
    assert "0 of 1" in page
    for act, state in (("pause", RolloutState.PAUSED), ("resume", RolloutState.RUNNING)):
        assert browser.post(address, {"act": act}).status_code == 303
        with writing(fleet.services.engine) as connection:
            assert get_rollout(connection, address.rpartition("/")[2], fleet.now).state is state
    assert browser.post(address, {"act": "advance"}).status_code == 409
    assert browser.post("/console/rollouts", form).status_code == 409
    assert browser.post(address, {"act": "stop"}).status_code == 303
    assert "Stopped" in browser.get(address).text


@pytest.mark.parametrize(
    "changed", [{"pack": "no pack"}, {"canaries": "x"}, {"reason": ""}, {"scope": "mars"}]
)
def test_a_bad_roll_out_is_said_beside_its_field(fleet: SampleHub, changed: dict[str, str]) -> None:
    form = {"pack": "p", "scope": "fleet", "reason": "Why", "canaries": "1", "percentage": "5"} | changed
    answer = fleet.browser("admin").post("/console/rollouts", form)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_site_is_named_and_placed(fleet: SampleHub) -> None:
    browser = fleet.browser("admin")
    form = {"title": "Samur körpüsü", "kind": "road", "latitude": "41,63", "longitude": "48,43"}
    assert browser.post("/console/sites/samur", form).status_code == 303
    assert browser.post("/console/sites/samur", form | {"latitude": "north"}).status_code == 422
    lane = {"title": "Giriş", "direction": "in"}
    assert browser.post("/console/sites/samur/lanes/lane-1", lane).status_code == 303
    with writing(fleet.services.engine) as connection:
        assert site(connection, "samur") == Site("samur", "Samur körpüsü", 41.63, 48.43)


def test_who_is_bound_to_a_site_sees_and_touches_no_other(fleet: SampleHub) -> None:
    with writing(fleet.services.engine) as connection:
        leyla = person(connection, "leyla").user
        change_user(connection, "leyla", PersonChange(leyla.display_name, leyla.role, frozenset({"samur"})))
    browser = fleet.browser("leyla", kechid_language="en")
    page = browser.get("/console/devices").text
    assert "edge-samur-1" in page
    assert "astara" not in page
    for path in (f"/console/devices/{DEVICE}", "/console/sites/astara"):
        assert browser.get(path).status_code == 404
