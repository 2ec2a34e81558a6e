from collections.abc import Callable

import pytest

from hub.errors import InvalidInputError, NotFoundError
from hub.fleet.places import Direction, Lane, Site, SiteKind, lanes_of, list_sites, put_lane, put_site, site
from hub.store.database import reading, writing
from tests.hub.builders import DEVICE, Hub


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def test_a_registered_device_brings_its_place_under_its_ids(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        assert list_sites(connection) == (Site(DEVICE.site_id, DEVICE.site_id),)
        assert lanes_of(connection) == (Lane(DEVICE.site_id, DEVICE.lane_id, DEVICE.lane_id),)


def test_a_place_is_named_and_renamed(hub: Hub) -> None:
    named = Site(DEVICE.site_id, "Ələt limanı", 39.97, 49.41, SiteKind.SEA)
    lane = Lane(DEVICE.site_id, DEVICE.lane_id, "Giriş 1", Direction.IN)
    with writing(hub.services.engine) as connection:
        put_site(connection, named)
        put_lane(connection, lane)
        assert site(connection, DEVICE.site_id) == named
        assert lanes_of(connection, DEVICE.site_id) == (lane,)


def test_a_lane_needs_its_site(hub: Hub) -> None:
    with writing(hub.services.engine) as connection, pytest.raises(NotFoundError, match="no site 'nowhere'"):
        put_lane(connection, Lane("nowhere", "lane-1", "Lane 1"))


@pytest.mark.parametrize(
    ("make", "pointers"),
    [
        (lambda: Site("a b", " "), ["/site_id", "/title"]),
        (lambda: Site("alat", "x" * 121), ["/title"]),
        (lambda: Site("alat", "Alat", 40.0), ["/longitude"]),
        (lambda: Site("alat", "Alat", 91.0, -181.0), ["/latitude", "/longitude"]),
        (lambda: Site("alat", "Alat", float("nan"), 1.0), ["/latitude"]),
        (lambda: Lane("alat", "a/b", "Lane"), ["/lane_id"]),
        (lambda: Lane("alat", "lane-1", "Lane\u202e"), ["/title"]),
    ],
)
def test_every_bad_field_is_named(make: Callable[[], object], pointers: list[str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        make()
    assert [problem.pointer for problem in caught.value.problems] == pointers
