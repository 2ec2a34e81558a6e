"""Files that pretend to be photos: each refused by name, or made harmless before anything is kept."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from hub.store.database import reading
from hub.store.pictures import reference_picture
from hub.watchlist.enrolment import enrol
from hub.watchlist.photos import Photo
from hub.watchlist.picture_check import check_picture
from hub.watchlist.subjects import subject
from tests.hub.builders import LIST, NOW, Hub, make_hub, picture, record_of

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes, *further: bytes, depth: int = 8, colour: int = 2) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"".join([PNG, header, *further, chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b"")])


def pillow(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 64), **options: object) -> bytes:
    target = io.BytesIO()
    image = PillowImage.new(mode, size)
    if options.pop("moves", False):
        options |= {"save_all": True, "append_images": [PillowImage.new(mode, size, 255)], "duration": 40}
    image.save(target, kind, **options)
    return target.getvalue()


def good_png() -> bytes:
    return png(4, 4, b"\0" * (4 * 13))


def scans(count: int) -> bytes:
    """Repeat the scan of a JPEG."""
    whole = pillow("JPEG", size=(8, 8))
    start = whole.index(b"\xff\xda")
    return whole[:start] + whole[start:-2] * count + b"\xff\xd9"


def spoiled(content: bytes) -> bytes:
    place = content.index(b"IDAT") + 6
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty-file"),
    "text": (b"hello", "not-a-picture"),
    "html": (b"  <html><script>alert(1)</script></html>", "markup"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "markup"),
    "pdf": (b"%PDF-1.7", "unsupported-kind"),
    "gif": (pillow("GIF", "P"), "unsupported-kind"),
    "moving-gif": (pillow("GIF", "L", moves=True), "animated"),
    "webp": (pillow("WEBP"), "unsupported-kind"),
    "moving-webp": (pillow("WEBP", moves=True), "animated"),
    "moving-png": (pillow("PNG", moves=True), "animated"),
    "tiff": (pillow("TIFF"), "unsupported-kind"),
    "bmp": (pillow("BMP"), "unsupported-kind"),
    "no-size": (png(0, 0, b""), "not-a-picture"),
    "100-megapixels": (png(10_000, 10_000, b""), "too-many-pixels"),
    "jpeg-of-4-gigapixels": (
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03" + b"\x01\x11\x00" * 3,
        "too-many-pixels",
    ),
    "zlib-bomb": (png(16, 16, bytes(50 << 20)), "decompression-bomb"),
    "short-data": (png(640, 640, bytes(100)), "truncated"),
    "cut-png": (good_png()[:-20], "truncated"),
    "cut-jpeg": (picture(1)[:-200], "truncated"),
    "cut-before-its-size": (picture(1)[:12], "truncated"),
    "spoiled-png": (spoiled(good_png()), "damaged"),
    "cmyk": (pillow("JPEG", "CMYK"), "cmyk"),
    "scan-bomb": (scans(150), "decompression-bomb"),
    "zip-behind-jpeg": (picture(1) + b"PK\x03\x04" + bytes(30), "foreign-content"),
    "html-behind-png": (good_png() + b"<html><script>", "foreign-content"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_whole_still_photo_is_refused_by_name(content: bytes, reason: str) -> None:
    assert check_picture(content).reason == reason


@pytest.mark.parametrize(
    "make",
    [
        lambda: pillow("JPEG"),
        lambda: pillow("JPEG", "L"),
        lambda: pillow("JPEG", progressive=True),
        lambda: pillow("PNG", "RGBA"),
        lambda: pillow("PNG", "P"),
        lambda: pillow("PNG", "1", size=(33, 7)),
        lambda: png(4, 4, b"\0" * (4 * 25), depth=16),
        good_png,
    ],
    ids=["jpeg", "grey", "progressive", "alpha", "palette", "bits", "16-bit", "png"],
)
def test_an_honest_picture_passes_and_can_be_decoded(make: Callable[[], bytes]) -> None:
    checked = check_picture(make())
    assert checked.reason is None
    assert cv2.imdecode(np.frombuffer(checked.content, np.uint8), cv2.IMREAD_COLOR) is not None


def test_a_bomb_in_a_text_of_a_png_is_thrown_away_unopened() -> None:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50 << 20)))
    checked = check_picture(png(4, 4, b"\0" * (4 * 13), text))
    assert (checked.reason, b"zTXt" in checked.content) == (None, False)


def test_a_file_that_says_it_is_no_picture_is_refused(hub: Hub) -> None:
    done = enrol(
        hub.services, LIST, record_of(), [Photo("a.jpg", picture(1), media_type="text/html")], actor="test"
    )
    assert done.photos[0].reasons == ("wrong-media-type",)


def test_nothing_of_the_sent_file_but_the_face_is_kept(hub: Hub) -> None:
    whole = picture(1)
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0 GPS 40.4093 N 49.8671 E"
    marked = whole[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(exif)) + exif + whole[2:]
    done = enrol(hub.services, LIST, record_of(), [Photo("a.jpg", marked + b"trailing")], actor="test")
    with reading(hub.services.engine) as connection:
        (reference,) = subject(connection, done.subject_id or "", now=NOW).references
        kept = reference_picture(hub.services, connection, reference.reference_id).content
    assert (b"GPS" in kept, b"Exif" in kept, b"trailing" in kept) == (False, False, False)
