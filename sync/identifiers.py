"""Identifiers that cross a wire."""

import re
from datetime import datetime
from typing import NewType
from uuid import UUID

from sync.errors import SyncError

SiteId = NewType("SiteId", str)
DeviceId = NewType("DeviceId", str)
LaneId = NewType("LaneId", str)
AlertId = NewType("AlertId", str)
SubjectId = NewType("SubjectId", str)
ListId = NewType("ListId", str)
MessageId = NewType("MessageId", str)
Epoch = NewType("Epoch", str)

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")


def uuid7(now: datetime, randomness: bytes) -> str:
    """Make a time-ordered UUID (RFC 9562, section 5.7) from an aware time and 10 random bytes."""
    if now.tzinfo is None or len(randomness) != 10:
        raise SyncError("uuid7 needs an aware time and 10 random bytes")
    milliseconds = int(now.timestamp() * 1000)
    tail = bytearray(randomness)
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return str(UUID(bytes=milliseconds.to_bytes(6, "big") + bytes(tail)))


def require_name(value: str, what: str) -> str:
    """Return a name fit for a topic level and a file name, or raise `SyncError` saying what it names."""
    if not _NAME.fullmatch(value):
        raise SyncError(f"{what} {value!r}: letters, digits, dot, dash and underscore only, at most 64")
    return value
