"""One live worker per shard; a killed one's lock is free at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.ingest.lock import FileLock, shard_lock
from hub.ingest.sharding import Shard
from tests.hub.builders import make_hub

HOLDER = """
import pathlib, sys, time
from hub.ingest.lock import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
print(lock.take(), flush=True)
time.sleep(60)
"""


def test_a_shard_has_one_worker_and_other_shards_are_free(tmp_path: Path) -> None:
    services = make_hub(tmp_path).services
    with shard_lock(services, Shard(1, 2)) as first, shard_lock(services, Shard(1, 2)) as second:
        assert first.take()
        assert first.take()
        assert not second.take()
        with shard_lock(services, Shard(2, 2)) as other:
            assert other.take()
        first.release()
        assert second.take()


@pytest.mark.real
def test_a_killed_workers_lock_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ingest-1.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        lock = FileLock(path)
        assert not lock.take()
    finally:
        holder.kill()
        holder.communicate()
    assert lock.take()
    lock.release()
