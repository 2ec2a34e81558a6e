"""Long lists over HTTP: every item on exactly one page, in the list's order, on either engine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import Client

from hub.fleet.devices import DeviceIdentity, register_device
from hub.ingest.quarantine import QuarantineCode, Refused, set_aside
from hub.machines.clients import NewClient, add_client
from hub.people.access import Permission, Role, User
from hub.people.users import PersonChange, change_user
from hub.store.database import writing
from hub.store.paging import Position, encode_cursor
from hub.watchlist.publishing import publish
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, LIST, NOW, OFFICER, Hub, add_users, enrolled
from tests.hub.store.stores import on_sqlite

API = "/api/v1"
VERSIONS = f"{API}/watchlists/{LIST}/versions"
PLACES = ("b/2/x", "b/1/Z", "b/1/a-1", "b/1/a.1", "a/9/y", "b-c/1/q", "b/10/w")
CLIENT_IDS = ("feed", "Feed", "feed-2", "feed.2", "feed_10", "a", "9")
BOUND = User("bound", "Bound", Role.ADMINISTRATOR)


def add_devices(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        for number, place in enumerate(PLACES):
            site_id, lane_id, device_id = place.split("/")
            identity, token = DeviceIdentity(device_id, site_id, lane_id), f"{number:064}"
            register_device(connection, identity, token=token, actor="test", now=NOW)


def add_versions(hub: Hub) -> None:
    enrolled(hub.services)
    for _ in range(5):
        publish(hub.services, LIST, actor="test")


def add_refusals(hub: Hub) -> None:
    """Set aside several at one time, and the first again later."""
    with writing(hub.services.engine) as connection:
        for number, after in enumerate((0, 0, 0, 2, 1, 1)):
            set_aside(connection, refusal(number), NOW + timedelta(microseconds=after))
        set_aside(connection, refusal(0), NOW + timedelta(seconds=1))


def refusal(number: int) -> Refused:
    return Refused(QuarantineCode.MALFORMED, f"device-{number}", "topic", "detail", b"payload")


def add_clients(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        for client_id in CLIENT_IDS:
            wanted = NewClient(client_id, client_id, frozenset({Permission.VIEW_DEVICES}))
            add_client(connection, wanted, secret=client_id * 8, actor="test", now=NOW)


LISTS: dict[str, tuple[Callable[[Hub], None], str, int]] = {
    f"{API}/devices": (add_devices, "device_id", len(PLACES) + 1),
    VERSIONS: (add_versions, "version", 5),
    f"{API}/quarantine": (add_refusals, "device_id", 6),
    f"{API}/clients": (add_clients, "client_id", len(CLIENT_IDS)),
}


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    add_users(hub_on_each.services, ADMINISTRATOR, OFFICER, BOUND)
    return hub_on_each


@pytest.fixture
def client(hub: Hub, path: str) -> Iterator[Client]:
    with client_of(hub.services, OFFICER if path == VERSIONS else ADMINISTRATOR) as client:
        yield client


def walked(client: Client, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """Follow the cursors to the end; gives the pages."""
    pages: list[list[dict[str, Any]]] = []
    cursor = None
    while cursor is not None or not pages:
        answer = client.get(path, params={"limit": limit} | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        cursor = answer.json()["next_cursor"]
        assert len(pages) < 20
    return pages


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2])
def test_pages_hold_every_item_once_in_the_order_of_the_whole(
    hub: Hub, client: Client, path: str, limit: int
) -> None:
    fill, key, count = LISTS[path]
    fill(hub)
    (whole,) = walked(client, path, 200)
    pages = walked(client, path, limit)
    assert [one for page in pages for one in page] == whole
    assert len({one[key] for one in whole}) == len(whole) == count
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 1 <= len(pages[-1]) <= limit


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_just_fills_a_page_has_no_next_one(hub: Hub, client: Client, path: str) -> None:
    fill, _, count = LISTS[path]
    fill(hub)
    answer = client.get(path, params={"limit": count}).json()
    assert (len(answer["items"]), answer["next_cursor"]) == (count, None)


@on_sqlite
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "cursor",
    ["", "a b", "ə", "-1", "x|y", encode_cursor(Position(NOW, "no number"))],
)
def test_a_cursor_that_the_list_never_gave_is_named(client: Client, path: str, cursor: str) -> None:
    answer = client.get(path, params={"cursor": cursor})
    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert problem["pointer"].endswith("/cursor")


@pytest.mark.parametrize(("number", "status"), [(2**31 - 1, 200), (2**31, 422)])
@pytest.mark.parametrize("path", [VERSIONS, f"{API}/quarantine"])
def test_a_cursor_is_a_number_that_a_row_can_have(
    hub: Hub, client: Client, path: str, number: int, status: int
) -> None:
    LISTS[path][0](hub)
    cursor = str(number) if path == VERSIONS else encode_cursor(Position(NOW, str(number)))
    assert client.get(path, params={"cursor": cursor}).status_code == status


@on_sqlite
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_limit_out_of_range_is_refused(client: Client, path: str, limit: str) -> None:
    assert client.get(path, params={"limit": limit}).status_code == 422


@pytest.mark.parametrize("path", [VERSIONS])
def test_the_newest_version_comes_first(hub: Hub, client: Client, path: str) -> None:
    add_versions(hub)
    assert [[one["version"] for one in page] for page in walked(client, path, 2)] == [[5, 4], [3, 2], [1]]


@pytest.mark.parametrize("path", [f"{API}/quarantine"])
def test_what_was_last_seen_comes_first(hub: Hub, client: Client, path: str) -> None:
    add_refusals(hub)
    found = [one["device_id"] for page in walked(client, path, 2) for one in page]
    assert found == [f"device-{number}" for number in (0, 3, 5, 4, 2, 1)]


def test_pages_of_devices_stay_within_the_sites_of_who_asks(hub: Hub) -> None:
    add_devices(hub)
    with writing(hub.services.engine) as connection:
        change_user(connection, BOUND.user_id, PersonChange("Bound", BOUND.role, frozenset({"b"})))
    with client_of(hub.services, BOUND) as client:
        pages = walked(client, f"{API}/devices", 2)
    assert {one["site_id"] for page in pages for one in page} == {"b"}
    assert sum(map(len, pages)) == sum(place.startswith("b/") for place in PLACES)
