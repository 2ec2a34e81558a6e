"""Looks a file over before it is decoded: its kind, its wholeness, and what it may be hiding. Pure."""

import re
import struct
import zlib
from dataclasses import dataclass

from hub.watchlist.picture_header import PictureHeader, read_header

MAX_PHOTO_PIXELS = 40_000_000
MAX_SCANS = 100
"""Of a progressive JPEG (ITU-T T.81); each is decoded over the whole picture, and ten are usual."""
MAX_EXIF = 1 << 16
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf"})
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PORTION = 1 << 20
_MARKUP = re.compile(rb"^\s*(<!doctype|<html|<svg|<\?xml|<script)", re.IGNORECASE)
_FOREIGN = re.compile(rb"<html|<script|<svg|<!doctype|<\?php|%PDF-|PK\x03\x04", re.IGNORECASE)
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_OTHER_KINDS = (
    (b"GIF8", 0),
    (b"RIFF", 0),
    (b"BM", 0),
    (b"II*\0", 0),
    (b"MM\0*", 0),
    (b"%PDF-", 0),
    (b"ftyp", 4),
)
"""First bytes of kinds that are not taken, and where they stand."""


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A file that may be decoded, or the reason why not."""

    reason: str | None
    """``empty-file``, ``markup``, ``animated``, ``unsupported-kind``, ``not-a-picture``, ``too-many-pixels``,
    ``truncated``, ``damaged``, ``decompression-bomb``, ``cmyk``, ``bit-depth``, ``foreign-content``."""
    content: bytes = b""
    """Without everything that decoding does not need, but for the orientation."""


def check_picture(content: bytes) -> CheckedPicture:
    """Decide whether a file is one whole, still JPEG or PNG of a size that may be decoded."""
    header = read_header(content)
    if header is None:
        return CheckedPicture(_other_kind(content))
    if header.width < 1 or header.height < 1:
        return CheckedPicture("not-a-picture")
    if header.pixels > MAX_PHOTO_PIXELS:
        return CheckedPicture("too-many-pixels")
    return _checked_png(content, header) if header.media_type == "image/png" else _checked_jpeg(content)


def _other_kind(content: bytes) -> str:
    checks = (
        (not content, "empty-file"),
        (_MARKUP.match(content[:512]), "markup"),
        (_is_animated(content), "animated"),
        (
            any(content[place : place + len(mark)] == mark for mark, place in _OTHER_KINDS),
            "unsupported-kind",
        ),
        (content.startswith((_PNG, b"\xff\xd8\xff")), "truncated"),
    )
    return next((reason for is_it, reason in checks if is_it), "not-a-picture")


def _is_animated(content: bytes) -> bool:
    """Tell a GIF with two or more frames, and a WebP whose header says that it moves."""
    if content.startswith(b"GIF8"):
        return content.count(b"\x21\xf9\x04") > 1
    is_webp = content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8X" and len(content) > 20
    return is_webp and bool(content[20] & 2)


def _checked_png(content: bytes, header: PictureHeader) -> CheckedPicture:
    kept, data, place = [_PNG], [], len(_PNG)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        name, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content):
            return CheckedPicture("truncated")
        if zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return CheckedPicture("damaged")
        if name == b"acTL":
            return CheckedPicture("animated")
        if name == b"IDAT":
            data.append(content[place + 8 : end - 4])
        if name in _PNG_KEPT and (name != b"eXIf" or length <= MAX_EXIF):
            kept.append(content[place:end])
        place = end
        if name == b"IEND":
            return _whole_png(b"".join(kept), b"".join(data), header, content[place:])
    return CheckedPicture("truncated")


def _whole_png(kept: bytes, data: bytes, header: PictureHeader, rest: bytes) -> CheckedPicture:
    if _FOREIGN.search(rest):
        return CheckedPicture("foreign-content")
    depth, colour = kept[24], kept[25]
    if colour not in _PNG_CHANNELS or depth not in {1, 2, 4, 8, 16}:
        return CheckedPicture("damaged")
    row = (header.width * _PNG_CHANNELS[colour] * depth + 7) // 8 + 1
    # An interlaced picture (PNG, clause 8) has more rows, each with its filter byte.
    reason = _inflation(data, least=header.height * (row - 1), most=2 * header.height * row + 16 * row)
    return CheckedPicture(reason, b"" if reason else kept)


def _inflation(data: bytes, *, least: int, most: int) -> str | None:
    """Inflate without keeping anything; more or less than the header announces is refused."""
    engine, size = zlib.decompressobj(), 0
    try:
        portion = engine.decompress(data, _PORTION)
        while portion:
            size += len(portion)
            if size > most:
                return "decompression-bomb"
            portion = engine.decompress(engine.unconsumed_tail, _PORTION)
    except zlib.error:
        return "damaged"
    return None if size >= least else "truncated"


def _checked_jpeg(content: bytes) -> CheckedPicture:
    place, scans = 2, 0
    while (marker := content[place : place + 2]) and marker != b"\xff\xd9":
        if marker[0] != 0xFF or len(content) < place + 4:
            return CheckedPicture("truncated")
        if reason := _frame_reason(marker[-1], content[place : place + 10]):
            return CheckedPicture(reason)
        scans += marker == b"\xff\xda"
        place = _end_of_segment(content, place)
    if scans == 0 or content[place : place + 2] != b"\xff\xd9":
        return CheckedPicture("truncated")
    if scans > MAX_SCANS:
        return CheckedPicture("decompression-bomb")
    return CheckedPicture(
        "foreign-content" if _FOREIGN.search(content, place) else None, content[: place + 2]
    )


def _end_of_segment(content: bytes, place: int) -> int:
    """Find the next marker; behind the content when there is none."""
    if content[place + 1] == 0xFF:
        return place + 1
    end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    if content[place + 1] != 0xDA:
        return end
    found = _SCAN_END.search(content, end)
    return found.start() if found else len(content)


def _frame_reason(marker: int, segment: bytes) -> str | None:
    """Refuse what a start of frame announces and our decoder would render wrongly."""
    if not 0xC0 <= marker <= 0xCF or marker in {0xC4, 0xC8, 0xCC} or len(segment) < 10:
        return None
    precision, components = struct.unpack(">B4xB", segment[4:10])
    if precision != 8:
        return "bit-depth"
    return "cmyk" if components == 4 else None
