"""The restore drill, on either engine: a hub made anew from a backup holds all and opens all of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import make_url, select

from hub.bootstrap import Services
from hub.cases.tables import alerts
from hub.ingest.ingest import receive_batch
from hub.people.audit import verify
from hub.settings_tree import StoreSettings
from hub.store.backup import BackupError, back_up
from hub.store.database import hub_epoch, open_engine, reading, writing
from hub.store.notify import START, changes_since, publish_change
from hub.store.pictures import probe_picture, reference_picture
from hub.store.restore import RestoreError, restore
from hub.store.schema import check_schema
from hub.watchlist.tables import reference_photos
from sync.codec import encode_batch
from tests.hub.builders import EVENTS, NOW, Hub, alert, enrolled, evidence_of, numbered
from tests.hub.store.postgresql import Cluster

LATER = NOW + timedelta(days=1)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    services = hub_on_each.services
    enrolled(services)
    receive_batch(services, EVENTS, encode_batch(numbered([alert(), evidence_of()])))
    with writing(services.engine) as connection:
        publish_change(connection, "case", "1", NOW)
    return hub_on_each


@pytest.fixture
def empty_place(hub: Hub, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[StoreSettings]:
    """Name where nothing is yet, on the hub's own engine."""
    evidence_folder = tmp_path / "restored" / "evidence"
    if hub.services.engine.dialect.name == "sqlite":
        yield StoreSettings(url=f"sqlite:///{tmp_path}/restored/hub.db", evidence=evidence_folder)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with cluster.database(is_empty=True) as url:
        yield StoreSettings(url=url, evidence=evidence_folder)


@contextmanager
def opened(hub: Hub, store: StoreSettings) -> Iterator[Services]:
    settings = structs.replace(hub.services.settings, store=store)
    services = replace(hub.services, settings=settings, engine=open_engine(store.url))
    yield services
    services.engine.dispose()


def test_a_restored_hub_holds_everything_under_another_epoch(
    hub: Hub, empty_place: StoreSettings, tmp_path: Path
) -> None:
    report = back_up(hub.services, tmp_path / "copy", new_epoch="copied")
    done = restore(empty_place, tmp_path / "copy", new_epoch="restored", now=LATER)
    assert done.files == report.files == 2
    with opened(hub, empty_place) as services, reading(services.engine) as connection:
        check_schema(services.engine)
        assert hub_epoch(connection) == "restored"
        assert connection.scalar(select(alerts.c.alert_id)) == "alert-1"
        assert verify(connection).is_whole
        assert changes_since(connection, START) == ()
        assert probe_picture(services, connection, "probe-1").content == evidence_of().content
        reference_id = connection.scalar(select(reference_photos.c.reference_id))
        assert reference_picture(services, connection, str(reference_id)).content[:2] == b"\xff\xd8"


def test_devices_send_again_what_came_after_the_backup(
    hub: Hub, empty_place: StoreSettings, tmp_path: Path
) -> None:
    back_up(hub.services, tmp_path / "copy", new_epoch="copied")
    late = numbered([alert("alert-2", evidence="probe-2")], first=3)
    receive_batch(hub.services, EVENTS, encode_batch(late))
    restore(empty_place, tmp_path / "copy", new_epoch="restored", now=LATER)
    with opened(hub, empty_place) as services:
        assert receive_batch(services, EVENTS, encode_batch(late)).stored == 1


def test_nothing_is_put_over_what_is_there(hub: Hub, tmp_path: Path) -> None:
    back_up(hub.services, tmp_path / "copy", new_epoch="copied")
    with pytest.raises(RestoreError, match="there is a store already"):
        restore(hub.services.settings.store, tmp_path / "copy", new_epoch="restored", now=LATER)
    with pytest.raises(BackupError, match="exists already"):
        back_up(hub.services, tmp_path / "copy", new_epoch="copied")


@pytest.mark.parametrize("damage", ["changed", "missing", "outside", "other engine", "no list"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    hub: Hub, empty_place: StoreSettings, tmp_path: Path, damage: str
) -> None:
    copy = tmp_path / "copy"
    back_up(hub.services, copy, new_epoch="copied")
    (stored,) = copy.glob("hub.*")
    match damage:
        case "changed":
            stored.write_bytes(stored.read_bytes()[:-1])
        case "missing":
            shutil.rmtree(copy / "evidence")
        case "outside":
            (copy / "SHA256SUMS").write_text(f"{'0' * 64}  ../hub.db\n")
        case "other engine":
            lines = (copy / "SHA256SUMS").read_text().splitlines(keepends=True)
            (copy / "SHA256SUMS").write_text("".join(line for line in lines if "hub." not in line))
        case _:
            (copy / "SHA256SUMS").unlink()
    with pytest.raises(RestoreError):
        restore(empty_place, copy, new_epoch="restored", now=LATER)
    if make_url(empty_place.url).get_backend_name() == "sqlite":
        assert not (tmp_path / "restored").exists()
