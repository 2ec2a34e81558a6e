"""Opened packages: opened once, bounded, never one that the store does not hold."""

import dataclasses
import threading

import pytest

from hub.watchlist.opened_packages import OpenedPackages, StoredPackage

CONTENT = b"package"


class Opening:
    """Counts how often a package is opened."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content, self.times = content, 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.content


def stored(list_id: str = "wanted", version: int = 1) -> StoredPackage:
    return StoredPackage(list_id, version, "a" * 64, 100)


def test_a_package_that_many_ask_for_at_once_is_opened_once() -> None:
    packages, opening, start = OpenedPackages(), Opening(), threading.Barrier(8)
    taken: list[bytes] = []

    def take() -> None:
        start.wait()
        taken.append(packages.content(stored(), opening))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (taken, opening.times) == ([CONTENT] * 8, 1)


def test_lists_of_the_same_version_and_digest_do_not_mix() -> None:
    packages = OpenedPackages()
    packages.content(stored("wanted"), Opening(b"wanted"))
    assert packages.content(stored("missing"), Opening(b"missing")) == b"missing"
    assert packages.content(stored("wanted"), Opening(b"opened again")) == b"wanted"


@pytest.mark.parametrize("change", [{"sha256": "b" * 64}, {"sealed_size": 101}, {"version": 2}])
def test_a_package_that_was_replaced_is_opened_anew(change: dict[str, str | int]) -> None:
    packages = OpenedPackages()
    packages.content(stored(), Opening())
    replaced = dataclasses.replace(stored(), **change)  # type: ignore[arg-type]
    assert packages.content(replaced, Opening(b"new")) == b"new"
    assert packages.content(replaced, Opening(b"opened again")) == b"new"


def test_an_older_version_does_not_push_the_newest_out() -> None:
    packages = OpenedPackages()
    packages.content(stored(version=2), Opening())
    assert packages.content(stored(version=1), Opening(b"old")) == b"old"
    newest = Opening()
    packages.content(stored(version=2), newest)
    assert newest.times == 0


def test_the_list_not_asked_for_longest_gives_way() -> None:
    packages = OpenedPackages(packages=2)
    for list_id in ("a", "b", "a", "c"):
        packages.content(stored(list_id), Opening())
    again = {list_id: Opening() for list_id in ("a", "c", "b")}
    for list_id, opening in again.items():
        packages.content(stored(list_id), opening)
    assert {list_id: opening.times for list_id, opening in again.items()} == {"a": 0, "c": 0, "b": 1}


def test_packages_together_take_no_more_than_the_room() -> None:
    packages, content = OpenedPackages(room=10), Opening(b"123456")
    for list_id in ("a", "b", "a"):
        packages.content(stored(list_id), content)
    assert content.times == 3


def test_a_package_larger_than_the_room_is_answered_and_not_kept() -> None:
    packages, large, small = OpenedPackages(room=10), Opening(b"12345678901"), Opening()
    packages.content(stored("small"), small)
    for _ in range(2):
        assert packages.content(stored("large"), large) == large.content
    packages.content(stored("small"), small)
    assert (large.times, small.times) == (2, 1)


def test_a_package_that_does_not_open_is_tried_again() -> None:
    def broken() -> bytes:
        raise ValueError("sealed with another key")

    packages = OpenedPackages()
    with pytest.raises(ValueError, match="another key"):
        packages.content(stored(), broken)
    assert packages.content(stored(), Opening()) == CONTENT
