"""One instance of a program to a store."""

from pathlib import Path

import pytest

from sync.errors import SyncError
from sync.instance_lock import AlreadyRunningError, InstanceLock


def lock_of(folder: Path) -> InstanceLock:
    return InstanceLock(folder / "new" / "edge.lock", "kechid-edge")


def test_the_lock_admits_one_and_lets_the_next_in(tmp_path: Path) -> None:
    with lock_of(tmp_path) as first:
        first.acquire()
        with pytest.raises(AlreadyRunningError, match="another kechid-edge already runs"):
            lock_of(tmp_path).acquire()
    with lock_of(tmp_path) as lock:
        lock.release()
        lock.release()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("no folder")
    with pytest.raises(SyncError, match=r"edge\.lock: File exists"):
        lock_of(tmp_path).acquire()
