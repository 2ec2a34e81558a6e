import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.sse_parser import LONGEST_LINE, ServerEvent, SseError, SseParser

STREAM = (
    b'retry: 1000\n: heartbeat\n\nid: 4\nevent: alert\ndata: {"a":\ndata: 1}\n\n'
    b"event: state\r\ndata: {}\r\n\r\ndata:plain\r\rid: 5\n\n"
)
EVENTS = [
    ServerEvent("alert", '{"a":\n1}', "4"),
    ServerEvent("state", "{}", "4"),
    ServerEvent("message", "plain", "4"),
]


def test_events_of_a_stream_are_read() -> None:
    parser = SseParser()
    assert parser.feed(STREAM) == EVENTS
    assert parser.last_event_id == "5"


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_where_the_network_cuts_the_stream_does_not_matter(cuts: list[int]) -> None:
    parser, places = SseParser(), [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(places)]
    assert [event for chunk in chunks for event in parser.feed(chunk)] == EVENTS


def test_an_unfinished_event_is_not_given_out() -> None:
    assert SseParser().feed(b"data: half\n") == []


def test_a_resumed_parser_keeps_the_last_id() -> None:
    assert SseParser("9").feed(b"data: x\n\n") == [ServerEvent("message", "x", "9")]


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(SseError):
        SseParser().feed(b"x" * (LONGEST_LINE + 1))
