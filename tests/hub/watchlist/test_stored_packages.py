"""Stored packages: a fleet's downloads open one once, and only what the store holds is given."""

import dataclasses
import threading
from dataclasses import dataclass, field
from hashlib import sha256

import pytest
from sqlalchemy import delete, update

from hub.errors import NotFoundError
from hub.store.database import reading, writing
from hub.store.sealing import StoreKey
from hub.watchlist.enrolment import enrol
from hub.watchlist.publishing import publish, versions
from hub.watchlist.stored_packages import package_bytes
from hub.watchlist.subjects import create_list
from hub.watchlist.tables import watchlist_packages, watchlist_versions
from sync.codec import decode_package
from tests.hub.api.clients import client_of
from tests.hub.builders import DEVICE_TOKEN, LIST, NOW, Hub, enrolled, photo, record_of

OTHER = "other"


@dataclass(frozen=True, repr=False)
class CountingKey(StoreKey):
    """A store key that remembers which packages it opened."""

    opened: list[str] = field(default_factory=list)

    def unseal(self, kind: str, identifier: str, sealed: bytes) -> bytes:
        """Open as any store key does."""
        if kind == "package":
            self.opened.append(identifier)
        return StoreKey.unseal(self, kind, identifier, sealed)


@pytest.fixture
def key(hub_on_each: Hub) -> CountingKey:
    return CountingKey(hub_on_each.services.store_key.secret)


@pytest.fixture
def hub(hub_on_each: Hub, key: CountingKey) -> Hub:
    made = Hub(dataclasses.replace(hub_on_each.services, store_key=key), hub_on_each.clock)
    enrolled(made.services)
    publish(made.services, LIST, actor="test")
    return made


def taken(hub: Hub, version: int = 1, list_id: str = LIST) -> bytes:
    with reading(hub.services.engine) as connection:
        return package_bytes(hub.services, connection, list_id, version)


def test_devices_that_download_at_once_have_it_opened_once(hub: Hub, key: CountingKey) -> None:
    start, found = threading.Barrier(4), set[bytes]()

    def take() -> None:
        start.wait()
        found.add(taken(hub))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(hub.services.engine) as connection:
        (version,) = versions(connection, LIST)
    assert [sha256(content).hexdigest() for content in found] == [version.package_sha256]
    assert key.opened == [f"{LIST}:1"]


def test_a_package_that_was_deleted_is_not_given(hub: Hub) -> None:
    url, headers = (
        f"/api/v1/watchlists/{LIST}/versions/1/package",
        {"Authorization": f"Bearer {DEVICE_TOKEN}"},
    )
    with client_of(hub.services) as device:
        assert device.get(url, headers=headers).status_code == 200
        with writing(hub.services.engine) as connection:
            connection.execute(delete(watchlist_packages))
        assert device.get(url, headers=headers).status_code == 404
    with pytest.raises(NotFoundError):
        taken(hub)


def test_a_package_that_was_replaced_is_opened_anew(hub: Hub, key: CountingKey) -> None:
    taken(hub)
    content = b"another package"
    sealed = hub.services.seal("package", f"{LIST}:1", content)
    with writing(hub.services.engine) as connection:
        connection.execute(update(watchlist_packages).values(sealed_package=sealed))
        digest = sha256(content).hexdigest()
        connection.execute(update(watchlist_versions).values(package_sha256=digest))
    assert taken(hub) == content
    assert len(key.opened) == 2


def test_packages_of_two_lists_do_not_mix(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        create_list(connection, OTHER, "Other", NOW)
    enrol(hub.services, OTHER, record_of("Somebody else"), [photo(2)], actor="test")
    publish(hub.services, OTHER, actor="test")
    for _ in range(2):
        for list_id in (LIST, OTHER):
            assert decode_package(taken(hub, list_id=list_id)).list_id == list_id


def test_a_new_version_is_opened_and_the_old_one_can_still_be_had(hub: Hub, key: CountingKey) -> None:
    taken(hub)
    publish(hub.services, LIST, actor="test")
    assert [decode_package(taken(hub, version)).version for version in (2, 1, 2)] == [2, 1, 2]
    assert key.opened == [f"{LIST}:1", f"{LIST}:2", f"{LIST}:1"]
