"""Shards: every device belongs to one worker, for ever the same."""

import re
from collections import Counter

import pytest

from hub.ingest.sharding import Shard, ShardError, parse_shard, shard_of

DEVICES = [f"lane-{number}-edge" for number in range(3000)]


@pytest.mark.parametrize(
    ("device_id", "shards", "number"),
    [("lane-1-edge", 1, 1), ("lane-1-edge", 3, 3), ("lane-2-edge", 3, 3), ("lane-1-edge", 64, 3)],
)
def test_a_devices_shard_never_changes(device_id: str, shards: int, number: int) -> None:
    """Written down: a release that counted otherwise would hand devices over at its start."""
    assert shard_of(device_id, shards) == number


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_each_device_belongs_to_exactly_one_worker(shards: int) -> None:
    workers = [Shard(number, shards) for number in range(1, shards + 1)]
    assert {sum(worker.owns(device) for worker in workers) for device in DEVICES} == {1}


def test_shards_are_of_about_one_size() -> None:
    sizes = Counter(shard_of(device, 10) for device in DEVICES)
    assert len(sizes) == 10
    assert max(sizes.values()) < 1.25 * min(sizes.values())


def test_one_worker_more_takes_its_own_share_and_moves_nothing_else() -> None:
    moved = [(shard_of(device, 3), shard_of(device, 4)) for device in DEVICES]
    assert {after for before, after in moved if before != after} == {4}
    assert 0.2 < sum(before != after for before, after in moved) / len(DEVICES) < 0.3


@pytest.mark.parametrize(
    ("text", "shard"),
    [("2/3", Shard(2, 3)), ("4", Shard(4, 5)), ("1/1", Shard(1, 1)), ("64/64", Shard(64, 64))],
)
def test_a_shard_is_read(text: str, shard: Shard) -> None:
    assert parse_shard(text, 5) == shard


@pytest.mark.parametrize("text", ["0/3", "4/3", "3/65", " ", "a/b", "1/2/3", "-1/2", "6"])
def test_what_is_no_shard_is_refused_by_name(text: str) -> None:
    with pytest.raises(ShardError, match=re.escape(text)):
        parse_shard(text, 5)
