"""The wall clock that cameras stamp their frames with; tests hand in their own."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Aware UTC time of this machine."""
    return datetime.now(UTC)
