"""A list is withdrawn from a lane's site and comes back: real hub, relay and edge, on each kind of broker."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from hub.fleet.places import Site, put_site
from hub.ingest.loop import IngestLoop
from hub.store.database import reading, writing
from hub.watchlist.policy import set_sites
from hub.watchlist.publishing import Confirmation, confirmations, newest_manifests, publish
from sync import topics
from sync.codec import encode_manifest
from sync.fakes import InMemoryBroker
from sync.messages import WatchlistManifest
from sync.package_client import HubAddress, fetch_package
from sync.ports import Transport
from sync.sealing import read_seal
from sync.signing import load_public_key
from tests.edge_agent.appliance_kit import running, wait_until
from tests.edge_agent.passages import Walk
from tests.flows import hub_kit
from tests.flows.border_kit import EDGE, TOKEN, Border, Lane, make_border
from tests.hub.builders import LIST, enrolled
from tests.sync.checkpoint import Place, relay_running
from tests.sync.mosquitto import Mosquitto, needs_mosquitto

FIRST = 5
ELSEWHERE = "south"


@dataclass(frozen=True, slots=True)
class Ground:
    """A border and the broker it is on."""

    border: Border
    transport: Callable[[str], Transport]

    def send_to(self, *sites: str) -> None:
        services = self.border.hub
        with writing(services.engine) as connection:
            set_sites(services, connection, LIST, sites, actor="test")

    def said(self) -> list[Confirmation]:
        with reading(self.border.hub.engine) as connection:
            return list(confirmations(connection, LIST))

    def wait_for(self, version: int | None, *, is_withdrawn: bool) -> None:
        def is_said() -> bool:
            return [(each.version, each.withdrawn_at is not None) for each in self.said()] == [
                (version, is_withdrawn)
            ]

        wait_until(is_said, f"word of version {version}, withdrawn: {is_withdrawn}")

    def newest_manifest(self) -> WatchlistManifest:
        with reading(self.border.hub.engine) as connection:
            (manifest,) = newest_manifests(connection)
        return manifest

    def files(self) -> list[str]:
        folders = [self.border.site.data / name for name in ("galleries", "packages")]
        return sorted(path.name for folder in folders for path in folder.glob("*"))


@pytest.fixture(params=["in memory", pytest.param("mosquitto", marks=[pytest.mark.real, needs_mosquitto])])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    border = make_border(tmp_path)
    with writing(border.hub.engine) as connection:
        put_site(connection, Site(ELSEWHERE, "South"))
    if request.param == "mosquitto":
        mosquitto = Mosquitto(tmp_path / "broker", (EDGE.device_id, hub_kit.CLIENT_ID, "replayer"))
        yield Ground(border, mosquitto.transport)
        mosquitto.process.kill()
    else:
        yield Ground(border, InMemoryBroker().transport)
    border.hub.engine.dispose()


@contextmanager
def ingesting(ground: Ground) -> Iterator[None]:
    loop = IngestLoop(ground.border.hub, ground.transport(hub_kit.CLIENT_ID), chance=lambda: 0.0)
    thread = Thread(target=loop.run, name="hub-ingest")
    thread.start()
    try:
        yield
    finally:
        loop.stop()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def lane_open(ground: Ground) -> Iterator[Lane]:
    site = ground.border.site
    key, seal = load_public_key(site.folder / "hub.pem"), read_seal(site.folder / "store.key")
    place = Place(EDGE.site_id, EDGE.device_id, key, seal)
    with hub_kit.serving(ground.border.hub) as url, ingesting(ground):
        fetch = partial(fetch_package, HubAddress(url, TOKEN), folder=site.data / "packages")
        transport = ground.transport(EDGE.device_id)
        with relay_running(site.database, transport, fetch=fetch, place=place), running(site) as edge:
            assert edge.login().is_success
            yield Lane(edge)


def lists_at(lane: Lane) -> Sequence[tuple[str, int]]:
    return [(each.list_id, each.version) for each in lane.edge.appliance.upkeep.updates.watchlists]


def test_a_withdrawn_list_finds_nobody_until_the_site_is_added_again(ground: Ground) -> None:
    enrolled(ground.border.hub, FIRST, "Anna Maria Eriksson")
    publish(ground.border.hub, LIST, actor="test")
    with lane_open(ground) as lane:
        ground.wait_for(1, is_withdrawn=False)
        before = ground.newest_manifest()
        known = lane.alert_of(Walk(FIRST))

        ground.send_to(ELSEWHERE)
        ground.wait_for(None, is_withdrawn=True)
        assert (lists_at(lane), ground.files()) == ([], [])
        lane.pass_by(Walk(FIRST))
        assert [each.alert_id for each in lane.edge.alerts()] == [known.alert_id]

        replayer = ground.transport("replayer")
        replayer.connect()
        replayer.publish(topics.site_manifest(EDGE.site_id, LIST), encode_manifest(before))
        wait_until(lambda: ground.said()[0].rejected_version == 1, "word of the replay")
        assert "issued before the list was withdrawn" in (ground.said()[0].rejected_reason or "")
        assert (lists_at(lane), ground.files()) == ([], [])
        replayer.close()

        ground.send_to(ELSEWHERE, EDGE.site_id)
        ground.wait_for(1, is_withdrawn=False)
        assert lane.alert_of(Walk(FIRST)).list_version == 1
