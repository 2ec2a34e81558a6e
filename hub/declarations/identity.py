"""What a declaration is known by: its id, which holds when it came, and digests. Pure."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from hub.declarations.cleansing.parties import match_key
from sync.identifiers import uuid7

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def whole_millisecond(now: datetime) -> datetime:
    """Cut a time down to what an id can hold."""
    return _EPOCH + (now - _EPOCH) // _MILLISECOND * _MILLISECOND


def declaration_id(received_at: datetime, randomness: bytes) -> str:
    """Make an id from when it came and 10 random bytes (UUIDv7)."""
    return uuid7(received_at, randomness)


def received_at_of(identifier: str) -> datetime | None:
    """Return when the declaration of this id came; None when it is no such id."""
    digits = identifier.replace("-", "")
    if len(identifier) != 36 or len(digits) != 32 or digits[12] != "7":
        return None
    try:
        return _EPOCH + int(digits[:12], 16) * _MILLISECOND
    except (ValueError, OverflowError):
        return None


def digest_of(content: bytes) -> str:
    """Stand for content: 32 hexadecimal digits."""
    return blake2b(content, digest_size=16).hexdigest()


def person_key(identifier: str, name: str, country: str, *, is_sandbox: bool = False) -> str:
    """Stand for a consignee without saying who: by the own number, else by name and country.

    A name counts the same in every script and order of its words: spelling it otherwise opens no new limit.
    In a sandbox the same person has another key, so that no real limit or history meets it.
    """
    known_by = identifier.strip().upper() or match_key(name) or name.strip().casefold()
    return digest_of(f"{'sandbox|' if is_sandbox else ''}{country}|{known_by}".encode())
