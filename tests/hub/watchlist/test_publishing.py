"""Publication: packages that devices can verify, versions that rise by one, one contract."""

import threading
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, update

from hub.errors import ConflictError, NotFoundError
from hub.people.audit import latest
from hub.store.database import reading, writing
from hub.watchlist.enrolment import enrol
from hub.watchlist.publishing import (
    newest_manifests,
    preview,
    publish,
    versions,
)
from hub.watchlist.stored_packages import PACKAGES_KEPT, package_bytes
from hub.watchlist.subjects import create_list, remove_subject
from hub.watchlist.tables import contracts, reference_photos
from models.fakes import FAKE_CONTRACT
from models.template import EmbeddingContract
from sync.codec import decode_package
from sync.errors import SignatureError
from sync.messages import WatchlistManifest
from sync.signing import key_id, verify_manifest
from sync.watchlist_package import WatchlistPackage
from tests.hub.builders import LIST, NOW, Hub, enrolled, photo, record_of


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def manifest(hub: Hub) -> WatchlistManifest:
    with reading(hub.services.engine) as connection:
        (found,) = newest_manifests(connection)
    return found


def package(hub: Hub, version: int) -> WatchlistPackage:
    with reading(hub.services.engine) as connection:
        return decode_package(package_bytes(hub.services, connection, LIST, version))


def test_a_published_version_verifies_and_decodes_as_a_device_does_it(hub: Hub) -> None:
    subject_id = enrolled(hub.services, 1)
    publish(hub.services, LIST, actor="test")
    signed = manifest(hub)
    public = hub.services.signing_key.public_key()
    verify_manifest(signed, {key_id(public): public}, NOW)
    with reading(hub.services.engine) as connection:
        content = package_bytes(hub.services, connection, LIST, 1)
    assert (len(content), sha256(content).hexdigest()) == (signed.package_size, signed.package_sha256)
    (subject,) = decode_package(content).subjects
    assert (subject.subject_id, subject.display_name) == (subject_id, "Rəşad Məmmədov")
    (reference,) = subject.references
    vector = np.frombuffer(reference.vector, "<f4")
    assert vector.shape == (FAKE_CONTRACT.dimension,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5)
    assert (reference.captured_on, reference.photo[:3]) == ("2025-11-02", b"\xff\xd8\xff")
    assert (
        EmbeddingContract(
            **{
                name: getattr(decode_package(content).contract, name)
                for name in EmbeddingContract.__dataclass_fields__
            }
        ).contract_id
        == signed.contract_id
        == FAKE_CONTRACT.contract_id
    )


def test_a_manifest_expires_when_the_settings_say(hub: Hub) -> None:
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    public = hub.services.signing_key.public_key()
    days = hub.services.settings.watchlists.manifest_days
    with pytest.raises(SignatureError, match="expired"):
        verify_manifest(manifest(hub), {key_id(public): public}, NOW + timedelta(days=days))


def test_versions_rise_by_one_and_the_newest_is_first(hub: Hub) -> None:
    enrolled(hub.services)
    for _ in range(3):
        publish(hub.services, LIST, actor="test")
    with reading(hub.services.engine) as connection:
        assert [one.version for one in versions(connection, LIST)] == [3, 2, 1]
    assert manifest(hub).version == 3


def test_two_publications_at_once_become_two_versions(hub: Hub) -> None:
    enrolled(hub.services)
    start = threading.Barrier(4)
    published: list[int] = []

    def work() -> None:
        start.wait()
        published.append(publish(hub.services, LIST, actor="test").version)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(published) == [1, 2, 3, 4]


@pytest.mark.parametrize("how", ["removed", "expired"])
def test_a_subject_that_is_gone_is_not_in_the_next_version(hub: Hub, how: str) -> None:
    enrolled(hub.services, 1, "stays")
    entry = record_of("goes", expires_at=NOW + timedelta(days=1))
    gone = enrol(hub.services, LIST, entry, [photo(2)], actor="test").subject_id
    assert gone is not None
    publish(hub.services, LIST, actor="test")
    assert {one.display_name for one in package(hub, 1).subjects} == {"stays", "goes"}
    if how == "removed":
        with writing(hub.services.engine) as connection:
            remove_subject(connection, gone, actor="test", now=NOW)
    else:
        hub.clock.advance(timedelta(days=1))
    publish(hub.services, LIST, actor="test")
    assert {one.display_name for one in package(hub, 2).subjects} == {"stays"}


def test_references_of_two_contracts_are_refused_and_nothing_is_published(hub: Hub) -> None:
    enrolled(hub.services, 1)
    other = enrolled(hub.services, 2)
    with writing(hub.services.engine) as connection:
        row = connection.execute(select(contracts)).one()._mapping
        connection.execute(
            contracts.insert().values(**dict(row) | {"contract_id": "f" * 16, "model_id": "other"})
        )
        connection.execute(
            update(reference_photos)
            .where(reference_photos.c.subject_id == other)
            .values(contract_id="f" * 16)
        )
    with pytest.raises(ConflictError, match=r"fake-squares.*other") as refusal:
        publish(hub.services, LIST, actor="test")
    assert refusal.value.code == "mixed-contracts"
    with reading(hub.services.engine) as connection:
        assert versions(connection, LIST) == ()
        assert len(preview(connection, LIST, NOW).contract_ids) == 2


def test_an_empty_list_is_published_only_on_demand(hub: Hub) -> None:
    subject_id = enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    with writing(hub.services.engine) as connection:
        remove_subject(connection, subject_id, actor="test", now=NOW)
    with pytest.raises(ConflictError, match="no live subject"):
        publish(hub.services, LIST, actor="test")
    assert publish(hub.services, LIST, actor="test", allow_empty=True).subjects == 0
    assert package(hub, 2).subjects == ()


def test_a_list_that_never_had_a_subject_cannot_be_published(hub: Hub) -> None:
    with pytest.raises(ConflictError, match="never had a subject"):
        publish(hub.services, LIST, actor="test", allow_empty=True)


def test_an_unknown_list_cannot_be_published(hub: Hub) -> None:
    with pytest.raises(NotFoundError, match="watchlist 'nowhere'"):
        publish(hub.services, "nowhere", actor="test")


def test_old_packages_are_deleted_and_their_versions_stay_listed(hub: Hub) -> None:
    enrolled(hub.services)
    for _ in range(PACKAGES_KEPT + 1):
        publish(hub.services, LIST, actor="test")
    with reading(hub.services.engine) as connection:
        assert len(versions(connection, LIST)) == PACKAGES_KEPT + 1
        with pytest.raises(NotFoundError):
            package_bytes(hub.services, connection, LIST, 1)
        assert package_bytes(hub.services, connection, LIST, 2)


def test_lists_are_numbered_each_on_its_own(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        create_list(connection, "other", "Other", NOW)
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    enrol(hub.services, "other", record_of(), [photo(2)], actor="test")
    assert publish(hub.services, "other", actor="test").version == 1
    with reading(hub.services.engine) as connection:
        assert {one.list_id for one in newest_manifests(connection)} == {LIST, "other"}


def test_a_publication_is_in_the_audit_log(hub: Hub) -> None:
    enrolled(hub.services)
    done = publish(hub.services, LIST, actor="nigar")
    with reading(hub.services.engine) as connection:
        entry = latest(connection, 1)[0]
    assert (entry.actor, entry.action, entry.target) == ("nigar", "watchlist-published", LIST)
    assert entry.detail["sha256"] == done.package_sha256


def test_nothing_of_a_package_is_readable_in_the_store(hub: Hub, tmp_path: Path) -> None:
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    (subject,) = package(hub, 1).subjects
    (reference,) = subject.references
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert reference.photo[:64] not in stored
    assert reference.vector[:32] not in stored
