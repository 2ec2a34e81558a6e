"""Downloads go on beside everything else until they succeed or are out of date."""

import threading
from pathlib import Path

from sync.messages import WatchlistManifest
from sync.package_client import DownloadError
from sync.package_queue import Downloaded, PackageQueue
from tests.sync.checkpoint import manifest
from tests.sync.hub_stand_in import eventually


def results(packages: PackageQueue, count: int) -> list[Downloaded]:
    found: list[Downloaded] = []

    def collect() -> bool:
        found.extend(filter(None, [packages.finished()]))
        return len(found) == count

    assert eventually(collect)
    return found


def test_each_list_is_downloaded() -> None:
    with PackageQueue(lambda value: Path(value.list_id)) as packages:
        packages.want(manifest(1, list_id="a"))
        packages.want(manifest(7, list_id="b"))
        assert {each.path for each in results(packages, 2)} == {Path("a"), Path("b")}


def test_a_failed_download_is_tried_again() -> None:
    attempts = []

    def fetch(value: WatchlistManifest) -> Path:
        attempts.append(value.version)
        if len(attempts) < 4:
            raise DownloadError("the hub is away")
        return Path("here")

    with PackageQueue(fetch, chance=lambda: 0.0, first_s=0.001) as packages:
        packages.want(manifest(1))
        (done,) = results(packages, 1)
    assert done.manifest.version == 1
    assert attempts == [1, 1, 1, 1]


def test_a_newer_version_replaces_one_that_cannot_be_had() -> None:
    def fetch(value: WatchlistManifest) -> Path:
        if value.version == 1:
            raise DownloadError("gone")
        return Path("here")

    with PackageQueue(fetch, first_s=0.001) as packages:
        packages.want(manifest(1))
        packages.want(manifest(2))
        (done,) = results(packages, 1)
    assert done.manifest.version == 2


def test_the_same_version_wanted_twice_is_downloaded_once() -> None:
    release, attempts, wanted = threading.Event(), list[int](), manifest(1)

    def fetch(value: WatchlistManifest) -> Path:
        attempts.append(value.version)
        release.wait(10)
        return Path("here")

    with PackageQueue(fetch) as packages:
        packages.want(wanted)
        assert eventually(lambda: attempts == [1])
        packages.want(wanted)
        release.set()
        results(packages, 1)
        packages.want(manifest(2))
        results(packages, 1)
    assert attempts == [1, 2]


def test_a_thread_that_ends_on_a_fault_shows() -> None:
    def fetch(value: WatchlistManifest) -> Path:
        raise ZeroDivisionError(value.list_id)

    with PackageQueue(fetch) as packages:
        assert packages.is_alive
        packages.want(manifest(1))
        assert eventually(lambda: not packages.is_alive)
