"""Where the registry's values lie in its storage, and how they are packed. Pure.

Source: `registry.vy`. Vyper hashes slot and key in this order; slots are those of the artifact's layout.
"""

from datetime import UTC, datetime

from hub.origin.anchoring.keccak import keccak256
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import Anchor, Authority, Role, Status

BATCHES, AUTHORITIES, STATUS_WORDS, USED = 1, 2, 3, 4
PLACES_PER_WORD = 128
LATEST = datetime(9999, 12, 31, tzinfo=UTC)
"""Later times on the chain are read as this."""
_ADDRESS, _COUNT, _TIME = (1 << 160) - 1, (1 << 32) - 1, (1 << 64) - 1


def batch_slot(batch: bytes) -> bytes:
    """Return the slot of a batch (`hub.origin.anchoring.leaves.batch_key`)."""
    return _slot(BATCHES, batch)


def authority_slot(account: bytes) -> bytes:
    """Return the slot of an authority by its address, 20 bytes."""
    return _slot(AUTHORITIES, account.rjust(32, b"\0"))


def status_slot(batch: bytes, index: int) -> bytes:
    """Return the slot of the word that a place's status is in."""
    return keccak256(_slot(STATUS_WORDS, batch) + (index // PLACES_PER_WORD).to_bytes(32))


def used_slot(line: bytes) -> bytes:
    """Return the slot of a line's use (`hub.origin.anchoring.leaves.line_key`)."""
    return _slot(USED, line)


def unpack_batch(word: int, state: StateCode, root: bytes) -> Anchor | None:
    """Read a batch; None: there is none."""
    if word == 0:
        return None
    return Anchor(
        state=state,
        root=root,
        count=word >> 160 & _COUNT,
        issuer=(word & _ADDRESS).to_bytes(20),
        anchored_at=time_of(word >> 192),
    )


def unpack_authority(word: int) -> Authority | None:
    """Read an authority; None: no state ever listed it."""
    if word == 0:
        return None
    return Authority(
        state=StateCode((word >> 136 & 0xFFFF).to_bytes(2).decode("ascii", "replace")),
        roles=Role(word >> 128 & 0xFF),
        valid_from=time_of(word >> 64 & _TIME),
        valid_until=time_of(word & _TIME),
    )


def unpack_status(word: int, index: int) -> Status:
    """Read the status of a place out of its word."""
    return Status(word >> index % PLACES_PER_WORD * 2 & 3)


def time_of(seconds: int) -> datetime:
    """Return a time of the chain, in seconds since 1970, in UTC."""
    return LATEST if seconds >= LATEST.timestamp() else datetime.fromtimestamp(seconds, UTC)


def _slot(position: int, key: bytes) -> bytes:
    return keccak256(position.to_bytes(32) + key)
