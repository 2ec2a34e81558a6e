"""Enrolment: all photos are good or nothing is written, and each refusal has its reason."""

import struct
import zlib
from dataclasses import replace
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest
from sqlalchemy import func, select

from hub.errors import InvalidInputError, NotFoundError
from hub.people.audit import latest
from hub.settings_tree import EnrolmentSettings
from hub.store.database import reading
from hub.store.pictures import reference_picture
from hub.watchlist.enrolment import MAX_PHOTOS, add_photos, enrol
from hub.watchlist.photos import MAX_PHOTO_BYTES, Photo, quality_reasons
from hub.watchlist.picture_header import read_header
from hub.watchlist.records import SubjectRecord
from hub.watchlist.subjects import list_subjects, subject
from hub.watchlist.tables import reference_photos, subjects
from models.image_quality import FaceQuality
from tests.hub.builders import LIST, NOW, Hub, encoded, photo, picture, record_of


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def rows(hub: Hub) -> tuple[int, int]:
    """Subjects and reference photos in the store."""
    with reading(hub.services.engine) as connection:
        return (
            connection.execute(select(func.count()).select_from(subjects)).scalar_one(),
            connection.execute(select(func.count()).select_from(reference_photos)).scalar_one(),
        )


def huge_png() -> bytes:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


REFUSED = {
    "no-face": (picture(), "no-face"),
    "two-faces": (picture(1, 2), "several-faces"),
    "small": (picture(1, width=48), "face-too-small"),
    "text": (b"hello", "not-a-picture"),
    "empty": (b"", "empty-file"),
    "html": (b"<html><img></html>", "markup"),
    "cut-off": (picture(1)[:400], "truncated"),
    "gif": (b"GIF89a" + b"\0" * 100, "unsupported-kind"),
    "heavy": (picture(1) + b"\0" * MAX_PHOTO_BYTES, "too-many-bytes"),
    "bomb": (huge_png(), "too-many-pixels"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_photo_is_named_with_its_reason_and_nothing_is_written(
    hub: Hub, content: bytes, reason: str
) -> None:
    photos = [photo(1, "good.jpg"), Photo("bad.jpg", content)]
    done = enrol(hub.services, LIST, record_of(), photos, actor="test")
    assert done.subject_id is None
    good, bad = done.photos
    assert (good.name, good.is_accepted) == ("good.jpg", True)
    assert (bad.name, bad.is_accepted) == ("bad.jpg", False)
    assert reason in bad.reasons
    assert rows(hub) == (0, 0)


GATE = EnrolmentSettings()
CLEAR = FaceQuality(face_width=120.0, sharpness=40.0, luma=120.0, yaw_ratio=0.0, unified=90.0)


@pytest.mark.parametrize(
    ("quality", "reasons"),
    [
        (CLEAR, ()),
        (replace(CLEAR, face_width=63.9), ("face-too-small",)),
        (replace(CLEAR, face_width=64.0), ()),
        (replace(CLEAR, sharpness=5.0), ("blurred",)),
        (replace(CLEAR, luma=20.0), ("dark",)),
        (replace(CLEAR, luma=250.0), ("bright",)),
        (replace(CLEAR, yaw_ratio=-0.6), ("turned",)),
        (replace(CLEAR, luma=20.0, sharpness=5.0), ("blurred", "dark")),
    ],
)
def test_every_fault_of_a_face_is_named(quality: FaceQuality, reasons: tuple[str, ...]) -> None:
    assert quality_reasons(quality, GATE) == reasons


@pytest.mark.parametrize("date", ["yesterday", "2025-13-01", "20251101", "2025-11-01T10:00"])
def test_a_date_that_is_none_is_refused(hub: Hub, date: str) -> None:
    done = enrol(hub.services, LIST, record_of(), [photo(1, captured_on=date)], actor="test")
    assert (done.subject_id, done.photos[0].reasons) == (None, ("bad-date",))


def test_photos_of_two_people_are_refused(hub: Hub) -> None:
    photos = [photo(1, "a"), Photo("b", picture(1, width=180)), photo(9, "c")]
    done = enrol(hub.services, LIST, record_of(), photos, actor="test")
    assert done.subject_id is None
    assert [one.reasons for one in done.photos] == [(), (), ("unlike-the-others",)]
    assert rows(hub) == (0, 0)


def test_good_photos_enrol_a_subject_with_a_reference_each(hub: Hub) -> None:
    done = enrol(
        hub.services, LIST, record_of(), [photo(1), Photo("b.png", picture(1, format=".png"))], actor="nigar"
    )
    assert done.subject_id is not None
    with reading(hub.services.engine) as connection:
        detail = subject(connection, done.subject_id, now=NOW)
        entry = latest(connection, 1)[0]
    assert (detail.summary.references, detail.enrolled_by, detail.record) == (2, "nigar", record_of())
    assert [one.captured_on for one in detail.references] == ["2025-11-02", ""]
    assert (entry.action, entry.target) == ("subject-enrolled", done.subject_id)
    assert "Rəşad" not in str(entry)


def test_a_stored_reference_is_a_small_jpeg_without_the_photos_metadata(hub: Hub) -> None:
    secret = b"GPS 40.1N 49.2E"
    original = picture(1, width=600)
    marked = original[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(secret)) + secret + original[2:]
    done = enrol(hub.services, LIST, record_of(), [Photo("a.jpg", marked)], actor="test")
    assert done.subject_id is not None
    with reading(hub.services.engine) as connection:
        detail = subject(connection, done.subject_id, now=NOW)
        stored = reference_picture(hub.services, connection, detail.references[0].reference_id)
    header = read_header(stored.content)
    assert header is not None
    assert (header.media_type, max(header.width, header.height)) == ("image/jpeg", 480)
    assert secret not in stored.content


def test_a_photo_that_lies_on_its_side_is_turned_upright(hub: Hub) -> None:
    upright = cv2.imdecode(np.frombuffer(picture(1), np.uint8), cv2.IMREAD_COLOR)
    assert upright is not None
    plain = encoded(np.asarray(cv2.rotate(upright, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8))
    tag = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    exif = b"Exif\0\0" + tag
    turned = plain[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(exif)) + exif + plain[2:]
    photos = [photo(1, "upright"), Photo("turned", turned)]
    done = enrol(hub.services, LIST, record_of(), photos, actor="test")
    assert [one.reasons for one in done.photos] == [(), ()]
    lying = enrol(hub.services, LIST, record_of(), [photo(1, "upright"), Photo("lying", plain)], actor="test")
    assert lying.subject_id is None


@pytest.mark.parametrize("number", [0, MAX_PHOTOS + 1])
def test_too_few_or_too_many_photos_are_refused(hub: Hub, number: int) -> None:
    with pytest.raises(InvalidInputError, match="/photos"):
        enrol(hub.services, LIST, record_of(), [photo(1)] * number, actor="test")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"display_name": " "}, "/display_name", "missing"),
        ({"display_name": "x" * 201}, "/display_name", "too-long"),
        ({"display_name": "a\x00b"}, "/display_name", "control-character"),
        ({"legal_basis": ""}, "/legal_basis", "missing"),
        ({"authority": ""}, "/authority", "missing"),
        ({"category": "suspect"}, "/category", "unknown"),
        ({"severity": 0}, "/severity", "out-of-range"),
        ({"severity": 4}, "/severity", "out-of-range"),
        ({"expires_at": NOW - timedelta(days=1)}, "/expires_at", "in-the-past"),
        ({"expires_at": datetime(2030, 1, 1)}, "/expires_at", "no-time-zone"),  # noqa: DTZ001 - on purpose
    ],
)
def test_a_bad_field_of_the_record_is_named(
    hub: Hub, changes: dict[str, object], pointer: str, code: str
) -> None:
    fields = {name: getattr(record_of(), name) for name in SubjectRecord.__dataclass_fields__} | changes
    with pytest.raises(InvalidInputError) as refusal:
        enrol(hub.services, LIST, SubjectRecord(**fields), [photo(1)], actor="test")
    assert [(one.pointer, one.code) for one in refusal.value.problems] == [(pointer, code)]
    assert rows(hub) == (0, 0)


def test_an_unknown_list_is_refused_before_any_photo_is_examined(hub: Hub) -> None:
    with pytest.raises(NotFoundError, match="watchlist 'nowhere'"):
        enrol(hub.services, "nowhere", record_of(), [Photo("bad", b"")], actor="test")


def test_photos_are_added_after_those_that_stand(hub: Hub) -> None:
    subject_id = enrol(hub.services, LIST, record_of(), [photo(1)], actor="test").subject_id
    assert subject_id is not None
    later = Photo("later.jpg", picture(1, width=180), "2026-01-01")
    assert add_photos(hub.services, subject_id, [later], actor="test").subject_id
    assert add_photos(hub.services, subject_id, [Photo("bad", b"")], actor="test").subject_id is None
    with reading(hub.services.engine) as connection:
        found = subject(connection, subject_id, now=NOW).references
    assert [one.captured_on for one in found] == ["2025-11-02", "2026-01-01"]


def test_photos_for_nobody_are_refused(hub: Hub) -> None:
    with pytest.raises(NotFoundError, match="subject 'nobody'"):
        add_photos(hub.services, "nobody", [photo(1)], actor="test")


def test_subjects_are_listed_page_by_page_without_loss(hub: Hub) -> None:
    for number in range(5):
        enrol(hub.services, LIST, record_of(f"person {number}"), [photo(number)], actor="test")
        hub.clock.advance(timedelta(seconds=number % 2))
    seen: list[str] = []
    cursor: str | None = None
    with reading(hub.services.engine) as connection:
        while True:
            page = list_subjects(connection, LIST, now=hub.clock(), cursor=cursor, limit=2)
            seen += [one.display_name for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert sorted(seen) == [f"person {number}" for number in range(5)]
