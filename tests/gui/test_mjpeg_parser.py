import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.mjpeg_parser import MjpegError, MjpegParser, PreviewPart, boundary_of
from sync.lane_messages import TrackView

TRACKS = '[{"track_id":3,"x":0.1,"y":0.2,"width":0.3,"height":0.4,"status":"too-poor","reasons":["dark"]}]'


def part(body: bytes, *extra: str) -> bytes:
    lines = ["--frame", "Content-Type: image/jpeg", f"Content-Length: {len(body)}", *extra]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body + b"\r\n"


STREAM = part(b"\xff\xd8--frame\r\n\r\n\xff", "X-Sequence: 7", f"X-Tracks: {TRACKS}") + part(
    b"", "x-captured-at: 2026-05-04T12:00:00+00:00"
)
PARTS = [
    PreviewPart(
        b"\xff\xd8--frame\r\n\r\n\xff",
        None,
        7,
        (TrackView(track_id=3, x=0.1, y=0.2, width=0.3, height=0.4, status="too-poor", reasons=("dark",)),),
    ),
    PreviewPart(b"", datetime(2026, 5, 4, 12, tzinfo=UTC), 0, ()),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_where_the_network_cuts_the_stream_does_not_matter(cuts: list[int]) -> None:
    parser, places = MjpegParser(b"frame"), [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(places)]
    assert [found for chunk in chunks for found in parser.feed(chunk)] == PARTS


@pytest.mark.parametrize(
    "header",
    [
        "X-Sequence: seven",
        "X-Tracks: {}",
        "X-Tracks: [{}]",
        "X-Captured-At: noon",
        "X-Captured-At: 2026-05-04T12:00:00",
    ],
)
def test_a_header_that_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(MjpegError):
        MjpegParser(b"frame").feed(part(b"x", header))


@pytest.mark.parametrize("length", ["", "-1", "99999999999", "1e3"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with pytest.raises(MjpegError, match="Content-Length"):
        MjpegParser(b"frame").feed(f"--frame\r\nContent-Length: {length}\r\n\r\n".encode())


def test_headers_without_end_are_refused() -> None:
    with pytest.raises(MjpegError, match="do not end"):
        MjpegParser(b"frame").feed(b"x" * 300_000)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=frame", b"frame"),
        ("Multipart/X-Mixed-Replace; charset=x; boundary=--frame", b"frame"),
    ],
)
def test_the_boundary_is_found(content_type: str, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary


def test_something_else_is_no_preview() -> None:
    with pytest.raises(MjpegError, match="application/json"):
        boundary_of("application/json")
