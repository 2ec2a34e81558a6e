"""Identifiers are ordered by time and fit for topics and file names."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sync.errors import SyncError
from sync.identifiers import require_name, uuid7

# RFC 9562, appendix A.6: 2022-02-22 14:22:22 -05:00, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
RFC_TIME = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
RFC_RANDOM = bytes.fromhex("0cc318c4dc0c0c07398f")


def test_the_example_of_the_standard_is_reproduced() -> None:
    assert uuid7(RFC_TIME, RFC_RANDOM) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_version_and_variant_stand_whatever_chance_says() -> None:
    for byte in (0, 255):
        made = UUID(uuid7(RFC_TIME, bytes([byte]) * 10))
        assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_later_ids_sort_behind() -> None:
    later = RFC_TIME + timedelta(milliseconds=1)
    assert uuid7(RFC_TIME, b"\xff" * 10) < uuid7(later, bytes(10))


@pytest.mark.parametrize(("now", "size"), [(RFC_TIME.replace(tzinfo=None), 10), (RFC_TIME, 9)])
def test_a_naive_time_or_too_little_chance_is_refused(now: datetime, size: int) -> None:
    with pytest.raises(SyncError, match="aware time and 10 random bytes"):
        uuid7(now, bytes(size))


@pytest.mark.parametrize("name", ["a", "lane-1", "Red_Bridge.2", "x" * 64])
def test_a_plain_name_passes(name: str) -> None:
    assert require_name(name, "device") == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "-a", "a-", "a/b", "a+", "#", "a b", "keçid", "a\n", "x" * 65]
)
def test_a_name_that_could_leave_its_topic_or_folder_is_refused(name: str) -> None:
    with pytest.raises(SyncError, match=r"^device "):
        require_name(name, "device")
