"""Which lists go where: announced on their sites' topics only, and given to nobody else."""

import pytest

from hub.errors import InvalidInputError
from hub.fleet.places import Site, put_site
from hub.store.database import reading, writing
from hub.watchlist.announcing import announcements
from hub.watchlist.categories import Category, all_categories, least_severities, put_category
from hub.watchlist.policy import goes_to, policy_of, set_sites, set_two_person_acts
from hub.watchlist.publishing import publish
from sync import topics
from sync.codec import decode_announcement
from sync.messages import WatchlistManifest, WatchlistWithdrawal
from tests.hub.api.clients import client_of
from tests.hub.builders import DEVICE, DEVICE_TOKEN, LIST, NOW, Hub, enrolled

EVERYWHERE = topics.manifest(LIST)
PACKAGE = f"/api/v1/watchlists/{LIST}/versions/1/package"


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    made = hub_on_each
    enrolled(made.services)
    publish(made.services, LIST, actor="test")
    with writing(made.services.engine) as connection:
        put_site(connection, Site("astara", "Astara"))
    return made


def send_to(hub: Hub, *sites: str, everywhere: bool = False) -> dict[str, type | None]:
    """Set the policy; tells of each topic what stands on it."""
    with writing(hub.services.engine) as connection:
        set_sites(hub.services, connection, LIST, None if everywhere else sites, actor="test")
        found = announcements(connection)
    return {topic: type(decode_announcement(one)) if one else None for topic, one in found.items()}


def test_a_list_for_everybody_is_announced_once(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        assert list(announcements(connection)) == [EVERYWHERE]


def test_a_list_for_some_sites_is_announced_there_and_withdrawn_elsewhere(hub: Hub) -> None:
    there, elsewhere = topics.site_manifest("astara", LIST), topics.site_manifest(DEVICE.site_id, LIST)
    assert send_to(hub, "astara") == {
        EVERYWHERE: None,
        there: WatchlistManifest,
        elsewhere: WatchlistWithdrawal,
    }
    assert send_to(hub, everywhere=True) == {EVERYWHERE: WatchlistManifest, there: None, elsewhere: None}


def test_a_package_is_given_to_devices_of_its_sites_only(hub: Hub) -> None:
    headers = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
    with client_of(hub.services) as client:
        assert client.get(PACKAGE, headers=headers).status_code == 200
        send_to(hub, "astara")
        assert client.get(PACKAGE, headers=headers).status_code == 404
        send_to(hub, DEVICE.site_id)
        assert client.get(PACKAGE, headers=headers).status_code == 200


def test_a_list_there_is_not_goes_nowhere(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        assert goes_to(connection, LIST, "a-new-site")
        assert not goes_to(connection, "nowhere", DEVICE.site_id)


def test_a_site_or_an_act_there_is_not_is_named(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        with pytest.raises(InvalidInputError, match="no site 'mars'"):
            set_sites(hub.services, connection, LIST, ["mars"], actor="test")
        with pytest.raises(InvalidInputError, match="'sing'"):
            set_two_person_acts(hub.services, connection, LIST, ["sing"], actor="test")
        assert policy_of(connection, LIST).two_person_acts == ("enrol", "remove", "publish")


def test_a_category_is_added_changed_and_retired(hub: Hub) -> None:
    stolen = Category("stolen-vehicle", "Oğurlanmış nəqliyyat", "Угнанный транспорт", "Stolen vehicle", 2)
    with writing(hub.services.engine) as connection:
        put_category(connection, stolen, actor="test", now=NOW)
        assert least_severities(connection)["stolen-vehicle"] == 2
        retired = Category("test", "Sınaq", "Тест", "Test", is_retired=True)
        put_category(connection, retired, actor="test", now=NOW)
        assert "test" not in least_severities(connection)
        assert "test" in least_severities(connection, kept="test")
        assert [one.title("az") for one in all_categories(connection)][-2:] == ["Sınaq", stolen.title_az]


@pytest.mark.parametrize(
    ("code", "title", "severity", "pointer"),
    [("A B", "T", 1, "/code"), ("a", " ", 1, "/title_en"), ("a", "T", 4, "/least_severity")],
)
def test_a_bad_category_is_named(code: str, title: str, severity: int, pointer: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        Category(code, "T", "T", title, severity)
    assert [one.pointer for one in refusal.value.problems] == [pointer]
