"""A carrier's message: its rows, or what is wrong with it as a whole."""

import pytest

from hub.carrier_stream.reading import MOST_BYTES, MOST_CORRELATION, MOST_ROWS, Sent, Unfit, read_sent
from hub.declarations.batches import BadRow, ReadRow
from sync.ports import NO_LABEL, Incoming, Label
from tests.hub.carrier_stream.streams import JSON, incoming, lines
from tests.hub.declarations.parcels import parcel

TOPIC = "kechid/carriers/swift/declarations"


def message(payload: bytes, label: Label = NO_LABEL, topic: str = TOPIC) -> Incoming:
    return Incoming(topic, payload, is_retained=False, label=label)


@pytest.mark.parametrize(
    ("label", "count"), [(Label(), 3), (Label("application/x-ndjson; charset=utf-8"), 3), (JSON, 1)]
)
def test_declarations_are_read_by_the_content_type(label: Label, count: int) -> None:
    found = read_sent(incoming(*(parcel(number) for number in range(count)), label=label))
    assert isinstance(found, Sent)
    assert (found.carrier_id, found.correlation) == ("swift", label.correlation)
    assert [(row.index, type(row)) for row in found.rows] == [(place, ReadRow) for place in range(count)]


def test_a_declaration_over_several_lines_is_one_when_its_type_says_so() -> None:
    text = lines(parcel()).replace(b'","', b'",\n"')
    (row,) = read_sent(message(text, JSON)).rows  # type: ignore[union-attr]
    assert isinstance(row, ReadRow)


def test_a_bad_row_costs_no_other() -> None:
    found = read_sent(message(lines(parcel(1)) + b"\n{bad\n" + lines(parcel(2))))
    assert isinstance(found, Sent)
    assert [type(row) for row in found.rows] == [ReadRow, BadRow, ReadRow]


@pytest.mark.parametrize(
    ("payload", "label", "pointer", "code"),
    [
        (b"", Label(), "", "empty"),
        (b" \n \n", Label(), "", "empty"),
        (b"{}\n" * (MOST_ROWS + 1), Label(), "", "too-many"),
        (b" " * (MOST_BYTES + 1), Label(), "", "too-long"),
        (b"{}", Label("text/csv"), "/content_type", "unknown-form"),
        (b"{}", Label(response_topic="kechid/carriers/other/answers"), "/response_topic", "unknown"),
        (b"{}", Label(response_topic="kechid/alat/lane-1/commands"), "/response_topic", "unknown"),
        (b"{}", Label(correlation=b"x" * (MOST_CORRELATION + 1)), "/correlation_data", "too-long"),
    ],
)
def test_a_message_that_is_none_says_why(payload: bytes, label: Label, pointer: str, code: str) -> None:
    found = read_sent(message(payload, label))
    assert isinstance(found, Unfit)
    assert (found.carrier_id, found.problem.pointer, found.problem.code) == ("swift", pointer, code)
    assert found.correlation == label.correlation[:MOST_CORRELATION]


@pytest.mark.parametrize("topic", ["kechid/carriers/a b/declarations", "kechid/alat/lane-1/events"])
def test_a_topic_of_no_carrier_is_nobodys(topic: str) -> None:
    found = read_sent(message(b"{}", topic=topic))
    assert isinstance(found, Unfit)
    assert found.problem.code == "no-carrier"
