"""Turns a multipart/x-mixed-replace stream into pictures with their tracks."""

import re
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sync.lane_messages import TrackView

LARGEST_PICTURE = 8 * 1024 * 1024
LARGEST_HEADER = 256 * 1024
_TRACKS = msgspec.json.Decoder(tuple[TrackView, ...])


class MjpegError(ValueError):
    """A stream that is no preview; the caller connects anew."""


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One picture as sent: JPEG bytes and what was found on it."""

    jpeg: bytes
    captured_at: datetime | None
    sequence: int
    tracks: tuple[TrackView, ...]


def boundary_of(content_type: str) -> bytes:
    """Return the boundary named by a Content-Type header. Raises `MjpegError` when it names none."""
    found = re.search(r'multipart/[^;]+;.*?boundary="?([^";\s]+)"?', content_type, re.IGNORECASE)
    if found is None:
        raise MjpegError(f"no preview stream but {content_type!r}")
    # Some servers name the boundary with the dashes that only the delimiter has.
    return found.group(1).removeprefix("--").encode()


class MjpegParser:
    """Keeps what is incomplete between two chunks; one per connection."""

    def __init__(self, boundary: bytes) -> None:
        """`boundary` without its two leading dashes."""
        self._delimiter = b"--" + boundary
        self._rest = b""

    def feed(self, chunk: bytes) -> list[PreviewPart]:
        """Return the pictures that `chunk` completes. Raises `MjpegError` on a part that is none."""
        self._rest += chunk
        parts = []
        while (part := self._next_part()) is not None:
            parts.append(part)
        return parts

    def _next_part(self) -> PreviewPart | None:
        """Cut one part off, or return None until it is complete."""
        start = self._rest.find(self._delimiter)
        head_end = self._rest.find(b"\r\n\r\n", max(start, 0))
        if start < 0 or head_end < 0:
            if len(self._rest) > LARGEST_HEADER:
                raise MjpegError("a part's headers do not end")
            return None
        headers = _headers(self._rest[start + len(self._delimiter) : head_end])
        length = _length(headers)
        body_start = head_end + 4
        if len(self._rest) < body_start + length:
            return None
        body, self._rest = self._rest[body_start : body_start + length], self._rest[body_start + length :]
        return _part(body, headers)


def _headers(block: bytes) -> dict[str, str]:
    """Read header lines; names in lower case."""
    lines = block.decode("utf-8", errors="replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _length(headers: dict[str, str]) -> int:
    """Return the part's size in bytes."""
    text = headers.get("content-length", "")
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_PICTURE:
        raise MjpegError(f"Content-Length {text!r} of a preview part")
    return int(text)


def _part(body: bytes, headers: dict[str, str]) -> PreviewPart:
    """Read what the headers say about the picture."""
    try:
        tracks = _TRACKS.decode(headers.get("x-tracks") or "[]")
        captured = headers.get("x-captured-at")
        captured_at = datetime.fromisoformat(captured) if captured else None
        sequence = int(headers.get("x-sequence") or 0)
    except (msgspec.DecodeError, ValueError) as error:
        raise MjpegError(f"headers of a preview part: {error}") from error
    if captured_at is not None and captured_at.tzinfo is None:
        raise MjpegError(f"X-Captured-At {captured!r} has no time zone")
    return PreviewPart(body, captured_at, sequence, tracks)
