"""Cursors: read back as they were written, refused when no list can have given them."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hub.errors import InvalidInputError
from hub.store.paging import LARGEST, Position, decode_cursor, decode_number, encode_cursor

AT = datetime(2026, 3, 14, 9, 30, 0, 123_456, UTC)


def test_a_position_comes_back_in_utc() -> None:
    baku = timezone(timedelta(hours=4))
    position = decode_cursor(encode_cursor(Position(AT.astimezone(baku), "a|b")))
    assert (position, position.at.tzinfo) == (Position(AT, "a|b"), UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday|1",
        "2026-03-14T09:30:00|1",
        "0001-01-01T00:00:00+14:00|1",
        "9999-12-31T23:59:59-14:00|1",
        "2026-03-14T09:30:00+99:00|1",
    ],
    ids=["nothing", "no time", "no zone", "before the first year", "after the last year", "no such zone"],
)
def test_a_position_without_a_moment_in_utc_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a cursor of this list"):
        decode_cursor(urlsafe_b64encode(text.encode()).decode())


@pytest.mark.parametrize("cursor", ["x", "%%%%", "ə", "AAA", "gICA"])
def test_text_that_is_no_position_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInputError, match="not a cursor of this list"):
        decode_cursor(cursor)


@pytest.mark.parametrize(("cursor", "most"), [("0", LARGEST), ("007", 999), (str(LARGEST), LARGEST)])
def test_a_number_is_read(cursor: str, most: int) -> None:
    assert decode_number(cursor, most=most) == int(cursor)


@pytest.mark.parametrize(
    ("cursor", "most"),
    [
        ("", 9),
        ("-1", 9),
        ("+1", 9),
        ("1.0", 999),
        ("1_0", 999),
        ("\u0661", 9),
        ("10", 9),
        ("8" * 5000, LARGEST),
    ],
)
def test_what_is_no_number_of_a_row_is_refused(cursor: str, most: int) -> None:
    with pytest.raises(InvalidInputError, match="not a cursor of this list"):
        decode_number(cursor, most=most)
