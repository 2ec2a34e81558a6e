"""Which worker takes in which device. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from hub.errors import HubError

MOST_SHARDS = 64


class ShardError(HubError):
    """A shard that is none, such as ``4/3``."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `shards` workers, counted from 1; together they take in every device, each one once."""

    number: int = 1
    shards: int = 1

    def __post_init__(self) -> None:
        """Refuse a number that no worker has."""
        if not 1 <= self.number <= self.shards <= MOST_SHARDS:
            raise ShardError(f"shard {self}: 1 to {MOST_SHARDS} shards, counted from 1")

    def __str__(self) -> str:
        return f"{self.number}/{self.shards}"

    @property
    def is_whole(self) -> bool:
        """True for the only worker."""
        return self.shards == 1

    @property
    def is_first(self) -> bool:
        """True for the one worker that also does what is done once: manifests, strangers' births."""
        return self.number == 1

    def owns(self, device_id: str) -> bool:
        """Tell whether this worker takes the device in."""
        return self.is_whole or shard_of(device_id, self.shards) == self.number


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's shard, and how it makes sure that it still has it."""

    shard: Shard = Shard()
    keep: Callable[[], None] = lambda: None
    """Raises when another worker has the shard by now."""


ONLY_WORKER = Claim()


def shard_of(device_id: str, shards: int) -> int:
    """Give the number of a device's worker, by highest random weight (Thaler and Ravishankar, 1998).

    It depends on nothing but the two arguments, and one worker more takes over only its own share of devices.
    """
    return max(range(1, shards + 1), key=lambda number: _weight(number, device_id))


def parse_shard(text: str, shards: int) -> Shard:
    """Read ``K/N``, or ``K`` of the `shards` that the settings name; raises `ShardError`."""
    found = re.fullmatch(r"(\d{1,3})(?:/(\d{1,3}))?", text)
    if found is None:
        raise ShardError(f"shard {text!r}: not of the form K/N")
    return Shard(int(found[1]), int(found[2] or shards))


def _weight(number: int, device_id: str) -> bytes:
    return blake2b(f"{number}/{device_id}".encode(), digest_size=8).digest()
