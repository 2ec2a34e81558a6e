from datetime import timedelta

import pytest
from sqlalchemy import Connection

from hub.errors import InvalidInputError
from hub.fleet.overview import (
    DeviceQuery,
    DeviceState,
    count_devices,
    encode_place,
    find_devices,
    site_counts,
)
from hub.fleet.places import Lane, Site, put_lane, put_site
from hub.fleet.tables import device_watchlists, devices
from hub.store.database import reading, writing
from hub.watchlist.tables import watchlist_versions
from tests.hub.builders import DEVICE, LIST, NOW, Hub
from tests.hub.fleet.fleet_kit import add_device, online


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    """Open a hub with one device of each kind of trouble."""
    made = hub_on_each
    services = made.services
    add_device(services, "well", "alat/lane-2", **online(NOW))
    add_device(services, "blind", "astara/lane-1", **online(NOW), is_degraded=True, queue_depth=7)
    add_device(services, "silent", "astara/lane-1", **online(NOW))
    add_device(services, "behind", "astara/lane-2", **online(NOW), queue_depth=101)
    add_device(services, "out", "astara/lane-3", revoked_at=NOW)
    with writing(services.engine) as connection:
        put_site(connection, Site("alat", "Alat"))
        put_site(connection, Site("astara", "Astara körpüsü"))
        put_lane(connection, Lane("astara", "lane-2", "Çıxış zolağı"))
        _publish(connection, 1, 2)
        rows: list[dict[str, object]] = [
            {"device_id": "behind", "list_id": LIST, "version": 1, "withdrawn_at": None},
            {"device_id": "well", "list_id": LIST, "version": None, "withdrawn_at": NOW},
        ]
        connection.execute(device_watchlists.insert(), rows)
    made.clock.advance(timedelta(minutes=1))
    return made


def _publish(connection: Connection, *versions: int) -> None:
    for version in versions:
        connection.execute(
            watchlist_versions.insert().values(
                list_id=LIST,
                version=version,
                contract_id="c",
                subjects=1,
                references=1,
                package_sha256="0" * 64,
                package_size=1,
                manifest=b"",
                published_at=NOW + timedelta(hours=version),
                published_by="test",
                expires_at=NOW + timedelta(days=version),
            )
        )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DeviceQuery(), [DEVICE.device_id, "well", "blind", "silent", "behind", "out"]),
        (DeviceQuery(site_id="astara"), ["blind", "silent", "behind", "out"]),
        (DeviceQuery(sites=frozenset({"alat"})), [DEVICE.device_id, "well"]),
        (DeviceQuery(sites=frozenset()), []),
        (DeviceQuery(state=DeviceState.ONLINE), ["well", "blind", "behind"]),
        (DeviceQuery(state=DeviceState.OFFLINE), [DEVICE.device_id, "silent"]),
        (DeviceQuery(state=DeviceState.TROUBLED), ["blind", "behind"]),
        (DeviceQuery(state=DeviceState.STALE), ["behind"]),
        (DeviceQuery(state=DeviceState.REVOKED), ["out"]),
        (DeviceQuery(text="LIN"), ["blind"]),
        (DeviceQuery(text="körpüsü"), ["blind", "silent", "behind", "out"]),
        (DeviceQuery(text="Çıxış"), ["behind"]),
        (DeviceQuery(text="%"), []),
    ],
)
def test_devices_are_found_by_place_state_and_words(hub: Hub, wanted: DeviceQuery, found: list[str]) -> None:
    with writing(hub.services.engine) as connection:
        connection.execute(
            devices.update()
            .where(devices.c.device_id == "silent")
            .values(last_seen_at=NOW - timedelta(hours=1))
        )
        page = find_devices(connection, wanted, hub.clock(), cursor=None, limit=10)
        assert [one.device_id for one in page.items] == found
        assert count_devices(connection, wanted, hub.clock()) == len(found)


def test_pages_follow_one_another_without_a_gap(hub: Hub) -> None:
    seen, cursor = [], None
    with reading(hub.services.engine) as connection:
        while True:
            page = find_devices(connection, DeviceQuery(), NOW, cursor=cursor, limit=2)
            seen += [one.device_id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == [DEVICE.device_id, "well", "blind", "silent", "behind", "out"]


@pytest.mark.parametrize("cursor", ["", "x", "ä", encode_place("a", "b", "c|d")])
def test_a_cursor_of_another_list_is_refused(hub: Hub, cursor: str) -> None:
    with reading(hub.services.engine) as connection, pytest.raises(InvalidInputError, match="cursor"):
        find_devices(connection, DeviceQuery(), NOW, cursor=cursor, limit=2)


def test_sites_are_counted_without_the_devices_that_are_out(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        alat, astara = site_counts(connection, hub.clock())
    assert (alat.lanes, alat.devices, alat.online, alat.troubled, alat.longest_queue) == (2, 2, 1, 0, 0)
    assert (astara.site.title, astara.lanes, astara.devices) == ("Astara körpüsü", 3, 3)
    assert (astara.online, astara.troubled, astara.stale, astara.longest_queue) == (3, 2, 1, 101)


def test_a_bound_user_sees_his_sites_only(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        found = site_counts(connection, NOW, sites=frozenset({"astara"}))
    assert [one.site.site_id for one in found] == ["astara"]


def test_a_device_that_dropped_a_withdrawn_list_is_not_behind(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        (well,) = find_devices(connection, DeviceQuery(text="well"), NOW, cursor=None, limit=1).items
    (line,) = well.watchlists
    assert (line.is_stale, line.versions_behind, line.withdrawn_at) == (False, 0, NOW)


def test_a_device_says_how_far_behind_it_is(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        _publish(connection, 3)
        (behind,) = find_devices(
            connection, DeviceQuery(text="behind"), NOW + timedelta(days=2), cursor=None, limit=1
        ).items
    (line,) = behind.watchlists
    assert (line.versions_behind, line.newest_version, line.is_stale) == (2, 3, True)
    assert line.behind_since == NOW + timedelta(hours=2)
    assert (line.expires_at, line.is_expired) == (NOW + timedelta(days=1), True)
