"""A running lane does what the hub commands, and remembers it over a restart."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_agent.bootstrap import build_appliance
from edge_agent.outside import Outside, load_face_engine
from edge_agent.remote.assembly import load_wanted_pack
from edge_agent.remote.pack_check import pack_fault
from edge_agent.settings import EdgeSettings, ModelSection, load_settings
from models.engine import FaceEngine
from models.errors import PackError
from models.fakes import fake_engine
from sync.codec import encode_command
from sync.command_reception import COMMAND
from sync.inbox import Inbox
from sync.messages import Command
from sync.signing import load_private_key, sign_command
from sync.store_file import open_store
from tests.edge_agent.appliance_kit import ScriptedCamera, Site, running, wait_until
from tests.edge_agent.passages import package_of
from tests.edge_agent.shell_builders import HASHER


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path).prepare()
    made.deliver(package_of({"subject-1": [5]}, version=1))
    return made


def say(site: Site, command_id: str, name: str, **arguments: str) -> None:
    """Do what `kechid-sync` does with a command."""
    now = datetime.now(UTC)
    command = Command(
        command_id=command_id,
        device_id="edge-1",
        name=name,
        arguments=arguments,
        issued_at=now,
        expires_at=now + timedelta(minutes=5),
    )
    signed = sign_command(command, load_private_key(site.folder / "hub-private.pem"))
    connection = open_store(site.database)
    try:
        Inbox(connection).put(COMMAND, command_id, encode_command(signed), now)
    finally:
        connection.close()


def test_fewer_allowed_false_alarms_raise_the_threshold_at_once_and_after_a_restart(site: Site) -> None:
    with running(site) as edge:
        edge.wait_for_list(1)
        updates = edge.appliance.upkeep.updates
        before = updates.watchlists[0].thresholds.match
        say(site, "c1", "configure", version="1", allowed_false_alarms_per_day="0.001", shadow="true")
        wait_until(lambda: updates.watchlists[0].thresholds.match > before, "a higher threshold")
        after = updates.watchlists[0].thresholds.match
        assert edge.appliance.services.state().is_shadow
    with running(site) as edge:
        edge.wait_for_list(1)
        assert edge.appliance.upkeep.updates.watchlists[0].thresholds.match == after
        assert edge.appliance.services.state().is_shadow
        say(site, "c2", "configure", version="2")
        wait_until(lambda: not edge.appliance.services.state().is_shadow, "the device's own settings")


def test_a_restart_ends_the_process_without_a_failure(site: Site) -> None:
    with running(site) as edge:
        say(site, "c1", "restart")
        assert edge.appliance.supervise(threading.Event())


def settings(site: Site) -> EdgeSettings:
    return load_settings(site.config)


def loader(models: ModelSection) -> FaceEngine:
    if models.pack == "broken":
        raise PackError("pack broken: a file is missing")
    return fake_engine()


@pytest.mark.parametrize("pack", ["", "broken", "other"])
def test_a_pack_that_does_not_load_gives_way_to_the_devices_own(site: Site, pack: str) -> None:
    asked: list[str] = []

    def load(models: ModelSection) -> FaceEngine:
        asked.append(models.pack)
        return loader(models)

    assert load_wanted_pack(load, settings(site), pack).pack
    assert asked == {"": ["auto"], "broken": ["broken", "auto"], "other": ["other"]}[pack]


def test_without_any_pack_that_loads_the_edge_says_so(site: Site) -> None:
    outside = Outside(load_engine=load_face_engine, open_camera=lambda _: ScriptedCamera([]), hasher=HASHER)
    text = site.config.read_text() + '[models]\npack = "no-such-pack"\n'
    site.config.write_text(text)
    with pytest.raises(PackError, match="no-such-pack"):
        build_appliance(settings(site), outside)


def test_a_pack_is_refused_for_what_it_lacks(tmp_path: Path) -> None:
    nothing = ModelSection(search_path=(str(tmp_path),))
    assert pack_fault("../intel-0095", nothing, []) == "pack-missing"
    assert pack_fault("no-such-pack", nothing, []) == "pack-missing"
    assert pack_fault("buffalo_l", nothing, []) == "pack-not-accepted"
